#pragma once

#include <string>
#include <string_view>

#include "pdf/pdf.h"

namespace tamga::report {

/// The same document as one page of HTML: nothing is fetched, and no script runs. All text is escaped. Well-formed XML as well, but for its first
/// line.
[[nodiscard]] std::string html(const pdf::Paper& paper, std::string_view language);

}  // namespace tamga::report
