// Any bytes as a test set and as a book: an error of one line, or cases that can be counted, asked for and found again by their line. And any name,
// changed in every way: valid text stays text, and the same name gives the same.
#include "assure/changes.h"
#include "assure/test_set.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

bool on_one_line(std::string_view text) { return text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos; }

void check(const tamga::Result<tamga::assure::TestSet>& read, std::string_view bytes, bool expects) {
  if (!read) {
    TAMGA_CHECK(on_one_line(read.error().text()));
    return;
  }
  const auto lines = static_cast<std::uint64_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; })) + 1;
  TAMGA_CHECK(!read->names.empty() || !read->deals.empty());
  for (const auto& row : read->names) {
    TAMGA_CHECK(!row.name.empty() && row.name.size() <= tamga::assure::kNameBytesMax);
    TAMGA_CHECK(row.line >= 1 && row.line <= lines);
    if (expects) TAMGA_CHECK(!row.schema.empty() && !row.expected.empty() && !row.kind.empty());
  }
  for (const auto& row : read->deals) {
    TAMGA_CHECK(row.line >= 1 && row.line <= lines);
    TAMGA_CHECK(row.expected.empty() != expects);
    TAMGA_CHECK(tamga::read_deal(row.bytes).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto set = tamga::assure::read_set({"set", bytes});
  check(set, bytes, true);
  check(tamga::assure::read_book({"book", bytes}), bytes, false);
  static const tamga::assure::Changer changer = *tamga::assure::Changer::standard();
  const std::string name = set && !set->names.empty() ? set->names.front().name : bytes.substr(0, 200);
  for (const auto group : {tamga::assure::Group::person, tamga::assure::Group::organisation, tamga::assure::Group::vessel}) {
    for (const auto& kind : tamga::assure::change_kinds()) {
      const tamga::assure::Subject subject{group, name, "key", std::string_view(name).substr(0, 20), name};
      const auto once = changer.changed(subject, kind.change);
      TAMGA_CHECK(once == changer.changed(subject, kind.change));
      if (once && kind.change != tamga::assure::Change::control) TAMGA_CHECK(*once != name);
    }
  }
  return 0;
}
