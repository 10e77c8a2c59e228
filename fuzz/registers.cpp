// Any bytes as a register of owners, the format known by content as for a user: an error of one line, or parties and holdings that the graph can
// take as they are.
#include "registers/registers.h"

#include <cstdint>
#include <string>

namespace {

bool on_one_line(std::string_view text) { return text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos; }

class Checking : public tamga::registers::Sink {
 public:
  void party(const tamga::registers::PartyRecord& party) override {
    TAMGA_CHECK(!party.id.empty());
    TAMGA_CHECK(party.country.empty() || party.country.size() == 2);
    TAMGA_CHECK(party.line > 0);
    for (const auto& identifier : party.identifiers) TAMGA_CHECK(!identifier.value.empty());
  }
  void holding(const tamga::registers::HoldingRecord& holding) override {
    const auto whole = tamga::Decimal::whole(100);
    TAMGA_CHECK(!holding.owner.empty() && !holding.asset.empty());
    TAMGA_CHECK(static_cast<std::size_t>(holding.kind) < tamga::ownership::kKinds);
    TAMGA_CHECK(tamga::Decimal::whole(0) <= holding.share.low && holding.share.high <= whole && holding.share.low <= holding.share.high);
    if (holding.share.low == holding.share.high) TAMGA_CHECK(!holding.share.low_excluded && !holding.share.high_excluded);
    if (holding.from && holding.to) TAMGA_CHECK(*holding.from < *holding.to);
    TAMGA_CHECK(holding.line > 0);
  }
  void remark(tamga::registers::Remark remark) override { TAMGA_CHECK(!remark.text.empty() && on_one_line(remark.text)); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tamga::NamedBytes file{"register", std::string(reinterpret_cast<const char*>(data), size)};
  Checking sink;
  std::size_t told = 0;
  const auto progress = [&](std::size_t bytes) {
    TAMGA_CHECK(bytes >= told && bytes <= size);
    told = bytes;
  };
  const auto summary = tamga::registers::read(file, sink, progress);
  if (summary) {
    TAMGA_CHECK(summary->format == tamga::registers::recognise(file));
    TAMGA_CHECK(told == size);
  } else {
    TAMGA_CHECK(on_one_line(summary.error().text()));
  }
  return 0;
}
