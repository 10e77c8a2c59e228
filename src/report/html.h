#pragma once

#include <string>
#include <string_view>

#include "pdf/pdf.h"

namespace tamga::report {

/// The same document as one page of HTML: nothing is fetched, and no script runs. All text is escaped. Well-formed XML as well, but for its first
/// line.
[[nodiscard]] std::string html(const pdf::Paper& paper, std::string_view language);

/// What may stand between tags and in quotes: & < > " ' as references, and control characters and bytes that are no UTF-8 as U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace tamga::report
