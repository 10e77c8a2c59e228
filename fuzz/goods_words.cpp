#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "goods/nomenclature.h"
#include "goods/words.h"

// The first line is a description, the rest a table of words or a nomenclature, whichever it can be read as.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  if (size > 20'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line_end = std::min(text.find('\n'), text.size());
  const std::string_view description = text.substr(0, line_end);
  const std::string rest(text.substr(std::min(line_end + 1, text.size())));
  for (const auto& word : goods::read_goods_words(description)) TAMGA_CHECK(!word.folded.empty() && word.folded.size() <= goods::kGoodsWordBytesMax);

  const std::array tables = {NamedBytes{"table.csv", rest}};
  auto words = goods::Words::read(tables);
  const auto nomenclature = goods::read_nomenclature(tables[0]);
  if (nomenclature) {
    // What is kept reads back as what was read.
    const auto again = goods::read_nomenclature(NamedBytes{"kept.csv", goods::write_nomenclature(*nomenclature)});
    TAMGA_CHECK(again && again->size() == nomenclature->size());
    if (!words) words = goods::Words::read({}, *nomenclature);
    TAMGA_CHECK(words.has_value());
  }
  if (!words) {
    TAMGA_CHECK(!words.error().message.empty());
    return 0;
  }
  const auto fitting = words->fit(description);
  for (const auto depth : {goods::Depth::mixed, goods::Depth::headings, goods::Depth::subheadings}) {
    const auto best = fitting.best(20, depth);
    for (std::size_t i = 0; i < best.size(); ++i) {
      TAMGA_CHECK(best[i].score > 0 && best[i].score <= goods::kFitMax);
      TAMGA_CHECK(!best[i].matched.empty());
      TAMGA_CHECK(best[i].score <= fitting.of_heading(best[i].code));
      TAMGA_CHECK(i == 0 || best[i - 1].score >= best[i].score);
    }
  }
  return 0;
}
