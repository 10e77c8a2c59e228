// Any bytes: refused with one line, or a scenario within its bounds, whose sentences are lines and whose price is a document.
#include <cstdint>
#include <string_view>

#include "exposure/scenario_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace exposure = tamga::exposure;
  const auto scenario = exposure::read_scenario(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!scenario) {
    TAMGA_CHECK(scenario.error().kind == tamga::ErrorKind::bad_input);
    TAMGA_CHECK(scenario.error().message.find('\n') == std::string::npos);
    return 0;
  }
  TAMGA_CHECK(scenario->changes() >= 1 && scenario->changes() <= exposure::kChangesMax);
  const auto sentences = exposure::sentences(*scenario);
  TAMGA_CHECK(sentences.size() == scenario->changes());
  for (const auto& one : scenario->designate) {
    TAMGA_CHECK(!one.entity.caption.empty() && one.entity.designations.size() == 1);
  }
  if (scenario->price) {
    std::map<tamga::policy::Outcome, exposure::PriceGroup> groups;
    for (const auto outcome : {tamga::policy::Outcome::review, tamga::policy::Outcome::prohibited}) {
      auto& group = groups[outcome];
      group.deals = 3;
      group.value.add("EUR", exposure::nanos(tamga::Decimal::whole(145'000)));
      group.regimes["us"] = 2;
    }
    const auto told = tamga::parse_json(exposure::price(*scenario->price, groups).dump());
    TAMGA_CHECK(told.has_value());
    for (const auto& option : told->find("outcomes")->items.back().find("options")->items) {
      // What is prohibited is never offered to be done all the same, and no probability is told for it.
      if (option.get("option") == "proceed") TAMGA_CHECK(!option.find("offered")->truth && option.find("break_even") == nullptr);
    }
  }
  return 0;
}
