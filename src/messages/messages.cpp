#include "messages/messages.h"

#include "base/utf8.h"
#include "lists/readers.h"
#include "messages/parts.h"

namespace tamga::messages {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first byte that says something; RJE files and the PC's format put "$", SOH and white space before a message.
std::string_view beginning(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  const auto first = bytes.find_first_not_of(std::string_view(" \t\r\n$\x01\x00", 7));
  return first == std::string_view::npos ? std::string_view() : bytes.substr(first);
}

bool is_fin(std::string_view bytes) { return beginning(bytes).starts_with("{1:"); }

/// "<", also in the two bytes of UTF-16, which expat reads.
bool is_xml(std::string_view bytes) { return beginning(bytes).starts_with('<') || bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE"); }

}  // namespace

bool recognise(std::string_view bytes) { return is_fin(bytes) || is_xml(bytes); }

Result<std::vector<PaymentMessage>> read(std::string_view bytes) {
  if (is_fin(bytes)) {
    if (const auto line = first_line_not_utf8(bytes); line > 0) return bad_input("is not UTF-8, in which MT messages are read", line);
    return read_mt(bytes);
  }
  if (is_xml(bytes)) return read_iso20022(bytes);
  return bad_input("is no payment message, expected XML of ISO 20022 or blocks of SWIFT FIN that begin with \"{1:\"", 1);
}

}  // namespace tamga::messages
