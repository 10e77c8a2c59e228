#pragma once

#include <string>
#include <string_view>

#include "goods/goods.h"

/// How a goods code moved between the editions of the Harmonized System, for `tamga goods CODE`.
namespace tamga::cli {

/// Lines for a person; empty where no move of the code is known.
[[nodiscard]] std::string editions_text(const goods::ControlLists& lists, std::string_view code);

}  // namespace tamga::cli
