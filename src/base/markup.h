#pragma once

#include <string>
#include <string_view>

namespace tamga {

/// What may stand between tags and in quotes of HTML and XML: & < > " ' as references; control characters, bytes that are no UTF-8, noncharacters and
/// marks that turn the direction of writing (which would let a name rewrite the sentence around it) as U+FFFD. Line breaks stay, a tab is a blank.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace tamga
