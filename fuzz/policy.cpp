// A policy file of unknown origin: it is refused with a reason, or it is a book that judges and checks itself.

#include "policy/policy.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const std::vector<NamedBytes> files = {{"fuzz.toml", std::string(reinterpret_cast<const char*>(data), size)}};
  const auto book = policy::RuleBook::read(files);
  if (!book) {
    TAMGA_CHECK(!book.error().message.empty());
    return 0;
  }
  const auto report = book->check();
  TAMGA_CHECK(report.cases >= 2 * (report.rules + report.exemptions));
  policy::Facts facts;
  facts.as_of = *Date::from(2024, 6, 14);
  facts.subjects.resize(1);
  facts.goods.resize(1);
  facts.route.emplace().resize(1);
  for (const auto& finding : book->judge(facts).findings) {
    TAMGA_CHECK(!finding.citation.empty());
    TAMGA_CHECK(parse_json(finding.evidence.dump()).has_value());
  }
  TAMGA_CHECK(book->lines(facts.as_of).size() == report.rules + report.exemptions + report.nexus_tests);
  return 0;
}
