#include "goods/goods.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

// The first line is a code as a person writes it, the rest a file of data/goods.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line_end = std::min(text.find('\n'), text.size());
  const auto code = goods::read_code(text.substr(0, line_end));
  if (code) {
    TAMGA_CHECK(code->size() >= 4 && code->size() <= 10);
    TAMGA_CHECK(goods::read_code(*code).value_or("") == *code);
  }
  const std::array files = {NamedBytes{"list.csv", std::string(text.substr(std::min(line_end + 1, text.size())))}};
  const auto lists = goods::ControlLists::read(files);
  if (!lists) {
    TAMGA_CHECK(!lists.error().message.empty());
    return 0;
  }
  if (!code) return 0;
  const auto controls = lists->find(*code, Date::parse("2024-06-14").value());
  for (std::size_t i = 0; i < controls.size(); ++i) {
    // One file holds either a list or renumberings, so every control is a prefix of the code or begins with it.
    TAMGA_CHECK(controls[i].partial ? controls[i].code.starts_with(*code) : code->starts_with(controls[i].code));
    if (i > 0) TAMGA_CHECK(controls[i - 1].code < controls[i].code);
  }
  return 0;
}
