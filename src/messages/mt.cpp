#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "lists/readers.h"
#include "messages/messages.h"
#include "messages/parts.h"

// SWIFT FIN: {1:}{2:}{3:}{4:…-}{5:}, several of them in a file, with "$" of RJE or an acknowledgement before each.
//
// A field of names and addresses is up to four lines of 35 characters, of which only option F says what is what. Of the others the first line is
// read as the name; where it fills its 35 characters the name may go on, so the two first lines together are a second reading.
namespace tamga::messages {
namespace {

using Kind = MessageText::Kind;

constexpr std::size_t kLineMax = 35;

/// Fields that hold codes, amounts and dates only.
constexpr std::array<std::string_view, 10> kCodeFields = {"13C", "23B", "26T", "32A", "32B", "33B", "36", "71A", "71F", "71G"};

struct FieldRole {
  std::string_view number;
  std::string_view role;
  ElementKind kind;
};
constexpr std::array<FieldRole, 10> kRoles = {{{"50", "debtor", ElementKind::party},
                                               {"51", "instructing_agent", ElementKind::agent},
                                               {"52", "debtor_agent", ElementKind::agent},
                                               {"53", "instructing_reimbursement_agent", ElementKind::agent},
                                               {"54", "instructed_reimbursement_agent", ElementKind::agent},
                                               {"55", "third_reimbursement_agent", ElementKind::agent},
                                               {"56", "intermediary_agent_1", ElementKind::agent},
                                               {"57", "creditor_agent", ElementKind::agent},
                                               {"58", "creditor", ElementKind::agent},
                                               {"59", "creditor", ElementKind::party}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

/// "50K" of ":50K:…"; empty when the line begins no field.
std::string_view tag_of(std::string_view line) {
  if (line.size() < 4 || line[0] != ':' || !is_digit(line[1]) || !is_digit(line[2])) return {};
  const std::size_t end = is_letter(line[3]) ? 4 : 3;
  return end < line.size() && line[end] == ':' ? line.substr(1, end - 1) : std::string_view();
}

struct Field {
  std::string tag;  ///< "50K"
  std::string path;
  std::vector<std::string> lines;
  std::uint64_t line = 0;
  [[nodiscard]] std::string_view number() const { return std::string_view(tag).substr(0, 2); }
  [[nodiscard]] char option() const { return tag.size() > 2 ? tag[2] : ' '; }
};

struct Block {
  char id = 0;
  std::string_view content;
  std::uint64_t line = 0;
};

/// The lines of a name and address, and what they are.
class PartyReader {
 public:
  PartyReader(const Field& field, ElementKind kind, std::string_view role) : field_(field) {
    result_.path = field.path;
    result_.kind = kind;
    result_.role = role;
    std::size_t at = 0;
    if (field.option() == 'F' && !field.lines.empty() &&
        !(field.lines[0].size() > 1 && field.lines[0][0] >= '1' && field.lines[0][0] <= '8' && field.lines[0][1] == '/')) {
      party_identifier(at++);
    } else if (!field.lines.empty() && field.lines[0].starts_with('/')) {
      account(at++);
    }
    switch (field.option()) {
      case 'A':
      case 'G':
      case 'C': codes(at); break;
      case 'F': structured(at); break;
      case 'B': location(at); break;
      default: free(at); break;
    }
    for (const auto& part : address_) result_.address += (result_.address.empty() ? "" : ", ") + part;
    if (result_.country.empty()) result_.country = last_line_country();
    if (result_.country.empty()) result_.country = fallback_;
    // "53B:/123": an account that the two banks hold with each other, and nobody's name.
    const bool account_only = kind == ElementKind::agent && !result_.account.empty() && result_.texts.size() == 1;
    if (account_only) {
      result_.kind = ElementKind::account;
      result_.role += "_account";
    }
  }

  MessageElement take() { return std::move(result_); }

 private:
  void add(std::size_t line, Kind kind) { result_.texts.push_back({fmt::format("{} line {}", field_.path, line + 1), field_.lines[line], kind}); }

  /// "/BE34001216371411", "/C/123", "//FW021000018".
  void account(std::size_t at) {
    const std::string_view line = field_.lines[at];
    if (line.starts_with("//")) {
      fallback_ = clearing_country(line.substr(2, 2));
      add(at, Kind::number);
      return;
    }
    std::string_view number = line.substr(1);
    if (number.size() > 2 && number[1] == '/' && (number[0] == 'C' || number[0] == 'D')) number.remove_prefix(2);
    add_account(result_, one_line(number), fmt::format("{} line {}", field_.path, at + 1));
    add(at, Kind::number);
  }

  /// Option F: an account, or CODE/COUNTRY/NUMBER.
  void party_identifier(std::size_t at) {
    const std::string& line = field_.lines[at];
    if (line.starts_with('/')) return account(at);
    add(at, Kind::number);
    if (line.size() < 9 || line[4] != '/' || line[7] != '/') return;
    const std::string code = line.substr(0, 4);
    result_.named_number = true;
    if (code == "CCPT") add_identifier(result_, "passport", std::string_view(line).substr(8));
    if (code == "TXID") add_identifier(result_, "tax", std::string_view(line).substr(8));
    if (code == "NIDN" || code == "ARNU" || code == "SOSE") add_identifier(result_, "reg", std::string_view(line).substr(8));
    fallback_ = upper_ascii(lists::known_country(std::string_view(line).substr(5, 2)));
  }

  void codes(std::size_t at) {
    for (; at < field_.lines.size(); ++at) {
      const std::string value = one_line(field_.lines[at]);
      const std::string code = upper_ascii(value);
      if ((value.size() == 8 || value.size() == 11) && identifiers::valid_bic(code)) {
        add_identifier(result_, "bic", code);
        if (result_.country.empty()) result_.country = bic_country(code);
        add(at, Kind::number);
      } else {
        // A code that is none is read as a name: it must not pass for somebody who was looked for.
        named(value);
        add(at, Kind::name);
      }
    }
  }

  void location(std::size_t at) {
    for (; at < field_.lines.size(); ++at) {
      address_.push_back(one_line(field_.lines[at]));
      add(at, Kind::address);
    }
  }

  void named(std::string value) {
    if (value.empty()) return;
    if (result_.name.empty()) {
      result_.name = std::move(value);
    } else {
      result_.name += " " + value;
    }
  }

  void structured(std::size_t at) {
    char last = 0;
    for (; at < field_.lines.size(); ++at) {
      const std::string& line = field_.lines[at];
      const bool numbered = line.size() > 1 && line[0] >= '1' && line[0] <= '8' && line[1] == '/';
      if (numbered) last = line[0];
      const std::string value = one_line(numbered ? std::string_view(line).substr(2) : std::string_view(line));
      switch (numbered ? last : '0') {
        case '1':
          named(value);
          add(at, Kind::name);
          break;
        case '3':
          if (value.size() >= 2) result_.country = upper_ascii(lists::known_country(value.substr(0, 2)));
          address_.push_back(value);
          add(at, Kind::address);
          break;
        case '4':
          if (value.size() == 8) {
            const std::string day = fmt::format("{}-{}-{}", value.substr(0, 4), value.substr(4, 2), value.substr(6, 2));
            if (Date::parse(day)) result_.birth_date = day;
          }
          result_.schema = "Person";
          add(at, Kind::number);
          break;
        case '5':
          result_.birth_place = value;
          result_.schema = "Person";
          add(at, Kind::text);
          break;
        case '6':
        case '7':
        case '8':
          result_.named_number = true;
          if (last == '7' && value.size() > 3 && value[2] == '/') add_identifier(result_, "reg", value.substr(3));
          add(at, Kind::text);
          break;
        default:
          address_.push_back(value);
          add(at, Kind::address);
          break;
      }
    }
  }

  void free(std::size_t at) {
    const std::size_t first = at;
    for (; at < field_.lines.size(); ++at) {
      const std::string value = one_line(field_.lines[at]);
      const bool number = value.starts_with("/LEI/") || value.starts_with("LEI/");
      if (number) {
        add_identifier(result_, "lei", value.substr(value.find("LEI/") + 4));
        result_.named_number = true;
        add(at, Kind::text);
      } else if (at == first) {
        result_.name = value;
        add(at, Kind::name);
      } else {
        address_.push_back(value);
        add(at, Kind::address);
      }
    }
    // As lines are filled: cut anywhere when the next one goes on, so with a blank between them and without.
    if (first + 1 < field_.lines.size() && field_.lines[first].size() >= kLineMax - 1) {
      const std::string next = one_line(field_.lines[first + 1]);
      result_.other_names.push_back(result_.name + " " + next);
      if (field_.lines[first].size() >= kLineMax) result_.other_names.push_back(result_.name + next);
    }
    if (identifiers::valid_bic(upper_ascii(result_.name)) && (result_.name.size() == 8 || result_.name.size() == 11) &&
        result_.kind == ElementKind::agent)
      add_identifier(result_, "bic", result_.name);
  }

  /// "MADRID SPAIN", "LONDON, GB", "KAZAKHSTAN": the last words of the last line, as people write it.
  [[nodiscard]] std::string last_line_country() const {
    if (address_.empty() || field_.option() == 'B') return {};
    std::string line = address_.back();
    // "MADRID SPAIN 28010": what ends in digits is a post code.
    while (!line.empty() && is_digit(line.back())) {
      const auto blank = line.find_last_of(" ,");
      if (blank == std::string::npos) return {};
      line.resize(line.find_last_not_of(" ,", blank) + 1);
    }
    if (const auto whole = lists::country_code(line); !whole.empty()) return upper_ascii(whole);
    for (std::size_t words = 3; words >= 1; --words) {
      std::size_t begin = line.size();
      for (std::size_t i = 0; i < words && begin != std::string::npos && begin > 0; ++i) begin = line.find_last_of(" ,/", begin - 1);
      if (begin == std::string::npos || begin + 1 >= line.size()) continue;
      std::string_view tail = std::string_view(line).substr(begin + 1);
      // Two letters are often a state of the United States: "WASHINGTON, DC".
      if (tail.size() < 4) continue;
      if (const auto code = lists::country_code(tail); !code.empty()) return upper_ascii(code);
    }
    return {};
  }

  const Field& field_;
  MessageElement result_;
  std::vector<std::string> address_;
  std::string fallback_;
};

/// One message's text, to fields and to a PaymentMessage.
class MessageReader {
 public:
  MessageReader(std::string prefix) : prefix_(std::move(prefix)) {}

  Status fields(const Block& block) {
    std::uint64_t line_number = block.line;
    std::string_view rest = block.content;
    // The block's own line ends behind "{4:".
    const auto first = rest.find('\n');
    if (first == std::string_view::npos || rest.substr(0, first).find_first_not_of(" \r") != std::string_view::npos)
      return bad_input("block 4 does not begin with a line break", block.line);
    rest.remove_prefix(first + 1);
    std::map<std::string, std::size_t> seen;
    while (!rest.empty()) {
      ++line_number;
      const auto end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (const auto tag = tag_of(line); !tag.empty()) {
        if (fields_.size() >= 10'000) return bad_input("block 4 holds more than 10000 fields", line_number);
        Field field;
        field.tag = tag;
        field.line = line_number;
        field.lines.emplace_back(line.substr(tag.size() + 2));
        fields_.push_back(std::move(field));
      } else if (line.empty() && rest.empty()) {
        break;
      } else if (fields_.empty()) {
        return bad_input("a line of block 4 before its first field, expected a tag such as :20:", line_number);
      } else if (line.starts_with(':') && line.size() > 1 && is_digit(line[1])) {
        return bad_input("a field of block 4 whose tag cannot be read, expected two digits and a letter such as :50K:", line_number);
      } else {
        fields_.back().lines.emplace_back(line);
      }
    }
    if (fields_.empty()) return bad_input("block 4 holds no field", block.line);
    return {};
  }

  /// Whether a customer's transfer is in it, as in the second sequence of a COV.
  [[nodiscard]] bool has_customer() const {
    return std::any_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.number() == "50" || field.number() == "59"; });
  }

  void place_fields(bool bank_transfer) {
    bool second = false;
    std::map<std::string, std::size_t> count;
    for (auto& field : fields_) {
      // Sequence B of a COV begins with the ordering customer.
      if (bank_transfer && field.number() == "50") second = true;
      field.path = fmt::format("{}{}:{}:", prefix_, second ? "sequence B " : "", field.tag);
      second_.push_back(second);
      ++count[field.path];
    }
    std::map<std::string, std::size_t> seen;
    for (auto& field : fields_) {
      const std::string path = field.path;
      if (count[path] > 1) field.path += fmt::format("[{}]", ++seen[path]);
    }
  }

  Status into(PaymentMessage& payment, bool bank_transfer) {
    place_fields(bank_transfer);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Field& field = fields_[i];
      const bool second = second_[i];
      if (field.tag == "20" && payment.message_id.empty()) payment.message_id = one_line(field.lines.front());
      if ((field.tag == "32A" || field.tag == "32B") && payment.currency.empty()) TAMGA_TRY_STATUS(settlement(field, payment));
      if (is_code_field(field.tag)) {
        for (std::size_t line = 0; line < field.lines.size(); ++line) {
          payment.codes.push_back({line == 0 ? field.path : fmt::format("{} line {}", field.path, line + 1), field.lines[line], Kind::code});
        }
        continue;
      }
      const auto* const role = std::find_if(kRoles.begin(), kRoles.end(), [&](const FieldRole& known) { return known.number == field.number(); });
      if (role != kRoles.end()) {
        // Of a bank's own transfer the ordering institution is the debtor.
        const std::string_view name = bank_transfer && !second && role->number == "52" ? "debtor"
                                      : field.tag == "50C" || field.tag == "50L"       ? "initiating_party"
                                                                                       : role->role;
        payment.elements.push_back(PartyReader(field, role->kind, name).take());
        continue;
      }
      if (field.number() == "72") {
        information(field, payment);
        continue;
      }
      payment.elements.push_back(text_of(field));
    }
    return {};
  }

 private:
  static Status settlement(const Field& field, PaymentMessage& payment) {
    const std::string value = one_line(field.lines.front());
    const std::size_t begin = field.tag == "32A" ? 6 : 0;
    const bool letters = value.size() > begin + 3 && is_letter(value[begin]) && is_letter(value[begin + 1]) && is_letter(value[begin + 2]);
    const bool dated = begin == 0 || std::all_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(std::min(begin, value.size())), is_digit);
    std::string number = value.substr(std::min(value.size(), begin + 3));
    std::replace(number.begin(), number.end(), ',', '.');
    if (number.ends_with('.')) number.pop_back();
    const auto amount = Decimal::parse(number);
    if (!letters || !dated || !amount)
      return bad_input(fmt::format(":{}: cannot be read, expected {}currency and amount such as {}EUR1234,56", field.tag, begin > 0 ? "date, " : "",
                                   begin > 0 ? "261123" : ""),
                       field.line);
    payment.amount = amount;
    payment.amount_path = field.path;
    payment.currency = value.substr(begin, 3);
    if (begin > 0) payment.date = short_date(value);
    return {};
  }

  /// YYMMDD; SWIFT reads 80 to 99 as of the last century.
  static std::optional<Date> short_date(std::string_view text) {
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    return Date::from(two(0) >= 80 ? 1900 + two(0) : 2000 + two(0), static_cast<unsigned>(two(2)), static_cast<unsigned>(two(4)));
  }

  static MessageElement text_of(const Field& field) {
    MessageElement element;
    element.path = field.path;
    element.role = field.number() == "70"                   ? "remittance_information"
                   : field.tag == "20" || field.tag == "21" ? "reference"
                   : field.tag == "77B"                     ? "regulatory_reporting"
                   : field.tag == "77T"                     ? "remittance_information"
                                                            : "narrative";
    for (std::size_t line = 0; line < field.lines.size(); ++line) {
      element.texts.push_back({fmt::format("{} line {}", field.path, line + 1), field.lines[line], Kind::text});
    }
    return element;
  }

  /// Field 72: groups that begin with a code word; /INS/ names the bank that gave the instruction, with its BIC or its name.
  static void information(const Field& field, PaymentMessage& payment) {
    MessageElement open;
    const auto close = [&] {
      if (open.texts.empty()) return;
      if (open.role == "instructing_agent") {
        std::string said;
        for (const auto& text : open.texts) {
          std::string_view value = text.value;
          value.remove_prefix(value.starts_with("/INS/") ? 5 : value.starts_with("//") ? 2 : 0);
          said += (said.empty() ? "" : " ") + one_line(value);
        }
        const std::string code = upper_ascii(said);
        if ((code.size() == 8 || code.size() == 11) && identifiers::valid_bic(code)) {
          add_identifier(open, "bic", code);
          open.country = bic_country(code);
          for (auto& text : open.texts) text.kind = Kind::number;
        } else {
          open.name = said;
        }
        open.kind = ElementKind::agent;
      }
      payment.elements.push_back(std::move(open));
      open = {};
    };
    for (std::size_t line = 0; line < field.lines.size(); ++line) {
      const std::string& value = field.lines[line];
      const bool begins = value.starts_with('/') && !value.starts_with("//") && value.find('/', 1) != std::string::npos;
      if (begins) close();
      const std::string path = fmt::format("{} line {}", field.path, line + 1);
      if (open.texts.empty()) {
        open.path = path;
        open.role = value.starts_with("/INS/") ? "instructing_agent" : "sender_to_receiver";
      }
      open.texts.push_back({path, value, Kind::text});
    }
    close();
  }

  std::string prefix_;
  std::vector<Field> fields_;
  std::vector<bool> second_;
};

/// A bank of the headers: twelve characters, of which the ninth is a terminal's.
MessageElement header_agent(std::string_view terminal, std::string path, std::string_view role) {
  MessageElement element;
  element.path = std::move(path);
  element.kind = ElementKind::agent;
  element.role = role;
  std::string bic(terminal.substr(0, 8));
  const std::string_view branch = terminal.substr(9, 3);
  if (branch != "XXX") bic += branch;
  add_identifier(element, "bic", bic);
  element.country = bic_country(bic);
  element.texts.push_back({element.path, std::string(terminal), Kind::number});
  return element;
}

/// "{121:…}" of block 3.
std::string_view tag_in(std::string_view block, std::string_view tag) {
  const auto begin = block.find(fmt::format("{{{}:", tag));
  if (begin == std::string_view::npos) return {};
  const auto value = block.substr(begin + tag.size() + 2);
  return value.substr(0, value.find('}'));
}

class FileReader {
 public:
  explicit FileReader(std::string_view bytes) : bytes_(bytes) {}

  Result<std::vector<PaymentMessage>> read() {
    TAMGA_TRY_STATUS(split());
    std::size_t count = 0;
    for (const auto& message : messages_) count += is_service(message) ? 0 : 1;
    if (count > kTransactionsMax) return bad_input(fmt::format("holds more than {} messages; split the file", kTransactionsMax));
    std::vector<PaymentMessage> payments;
    for (const auto& message : messages_) {
      if (is_service(message)) continue;
      PaymentMessage payment;
      payment.message = payments.size() + 1;
      payment.transaction = payment.message;
      payment.messages = count;
      TAMGA_TRY_STATUS(read_message(message, payment));
      payments.push_back(std::move(payment));
    }
    if (payments.empty()) return bad_input("holds acknowledgements only and no payment message", 1);
    return payments;
  }

 private:
  using Message = std::vector<Block>;

  static const Block* block_of(const Message& message, char id) {
    const auto at = std::find_if(message.begin(), message.end(), [&](const Block& block) { return block.id == id; });
    return at == message.end() ? nullptr : &*at;
  }

  /// An acknowledgement or another message of the network itself: {1:F21…}, which carries nobody's payment.
  static bool is_service(const Message& message) {
    const Block* basic = block_of(message, '1');
    return basic != nullptr && basic->content.size() > 3 &&
           (basic->content.substr(0, 3) == "F21" || basic->content[0] == 'A' || basic->content[0] == 'L') && block_of(message, '2') == nullptr;
  }

  std::uint64_t line_at(std::size_t offset) {
    if (offset < known_offset_) {
      known_offset_ = 0;
      known_line_ = 1;
    }
    known_line_ += static_cast<std::uint64_t>(
        std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(known_offset_), bytes_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    known_offset_ = offset;
    return known_line_;
  }

  /// Cuts the file into blocks, and these into messages at each block 1.
  Status split() {
    std::size_t at = bytes_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (at < bytes_.size()) {
      const char c = bytes_[at];
      const bool between = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '$' || c == '\x01' || c == '\x03' || c == '\x00';
      if (between) {
        ++at;
        continue;
      }
      if (c == '{' && is_stray(at)) {
        ++at;
        continue;
      }
      if (c != '{' || at + 2 >= bytes_.size() || bytes_[at + 2] != ':')
        return bad_input("text outside of the blocks of a FIN message, expected a block such as {1:…}", line_at(at));
      Block block{bytes_[at + 1], {}, line_at(at)};
      const std::size_t content = at + 3;
      std::size_t end = 0;
      if (block.id == '4' && !bytes_.substr(content).starts_with('{')) {
        TAMGA_TRY(end, end_of_text(content, block.line));
        block.content = bytes_.substr(content, end - content);
        at = end + 2;  // "-}"
      } else {
        TAMGA_TRY(end, end_of_block(content, block));
        block.content = bytes_.substr(content, end - content);
        at = end + 1;
      }
      if (block.id == '1') {
        messages_.emplace_back();
      } else if (messages_.empty()) {
        return bad_input(fmt::format("block {} before a block 1", block.id), block.line);
      } else if (block_of(messages_.back(), block.id) != nullptr) {
        return bad_input(fmt::format("block {} stands twice in one message", block.id), block.line);
      }
      if (std::string_view("12345S").find(block.id) == std::string_view::npos) return bad_input("a block that is none of 1 to 5 and S", block.line);
      messages_.back().push_back(block);
    }
    return {};
  }

  /// A lone "{" before the "$" of RJE, as some exports leave one: it holds nothing.
  [[nodiscard]] bool is_stray(std::size_t at) const {
    const auto next = bytes_.find_first_not_of(" \r\n", at + 1);
    return next != std::string_view::npos && bytes_[next] == '$';
  }

  Result<std::size_t> end_of_text(std::size_t begin, std::uint64_t line) {
    // "-}" at the beginning of a line.
    for (std::size_t at = begin;;) {
      const auto end = bytes_.find("\n-}", at);
      if (end == std::string_view::npos) return bad_input("block 4 does not end in a line \"-}\"; is the file truncated?", line);
      if (const auto next = bytes_.substr(begin, end - begin).find("\n{1:"); next != std::string_view::npos)
        return bad_input("block 4 does not end in a line \"-}\" before the next message", line);
      return end + 1;
    }
  }

  Result<std::size_t> end_of_block(std::size_t begin, const Block& block) {
    int depth = 1;
    for (std::size_t at = begin; at < bytes_.size(); ++at) {
      if (bytes_[at] == '{' && ++depth > 8) return bad_input(fmt::format("block {} is nested deeper than 8 levels", block.id), block.line);
      if (bytes_[at] == '}' && --depth == 0) return at;
      if (at - begin > 100'000) break;
    }
    return bad_input(fmt::format("block {} does not end in \"}}\"; is the file truncated?", block.id), block.line);
  }

  Status read_message(const Message& message, PaymentMessage& payment) {
    const Block& basic = message.front();
    payment.line = basic.line;
    const Block* application = block_of(message, '2');
    const Block* user = block_of(message, '3');
    const Block* text = block_of(message, '4');
    if (basic.content.size() < 15 || basic.content[0] != 'F')
      return bad_input("block 1 cannot be read, expected F01 and the twelve characters of a terminal", basic.line);
    if (application == nullptr) return bad_input("the message has no block 2, which says its type", basic.line);
    const std::string_view said = application->content;
    const bool output = said.starts_with('O');
    if ((!output && !said.starts_with('I')) || said.size() < (output ? 26U : 16U))
      return bad_input("block 2 cannot be read, expected I or O, the message's type and the other bank", application->line);
    const std::string_view type = said.substr(1, 3);
    if (type != "103" && type != "202" && type != "205")
      return bad_input(fmt::format("MT{} is not read, expected MT103, MT202 or MT205", one_line(type)), basic.line);
    if (text == nullptr || text->content.starts_with('{')) return bad_input("the message has no block 4, so no payment", basic.line);
    const std::string prefix = payment.messages > 1 ? fmt::format("message {} ", payment.message) : std::string();
    const bool bank_transfer = type != "103";
    MessageReader reader(prefix);
    TAMGA_TRY_STATUS(reader.fields(*text));
    const std::string_view flag = user == nullptr ? std::string_view() : tag_in(user->content, "119");
    payment.version = one_line(flag);
    payment.said_to_cover = bank_transfer && flag == "COV";
    payment.has_underlying = bank_transfer && reader.has_customer();
    payment.kind = fmt::format("MT{}{}", type, payment.said_to_cover || payment.has_underlying ? " COV" : "");
    if (user != nullptr) payment.uetr = one_line(tag_in(user->content, "121"));
    const std::string_view own = basic.content.substr(3, 12);
    const std::string_view other = output ? said.substr(14, 12) : said.substr(4, 12);
    payment.elements.push_back(header_agent(output ? other : own, prefix + (output ? "{2:}" : "{1:}"), "sender"));
    payment.elements.push_back(header_agent(output ? own : other, prefix + (output ? "{1:}" : "{2:}"), "receiver"));
    for (const auto& block : message) {
      if (block.id != '4') payment.codes.push_back({fmt::format("{}{{{}:}}", prefix, block.id), std::string(block.content), Kind::code});
    }
    return reader.into(payment, bank_transfer);
  }

  std::string_view bytes_;
  std::vector<Message> messages_;
  std::size_t known_offset_ = 0;
  std::uint64_t known_line_ = 1;
};

}  // namespace

bool is_code_field(std::string_view tag) { return std::find(kCodeFields.begin(), kCodeFields.end(), tag) != kCodeFields.end(); }

Result<std::vector<PaymentMessage>> read_mt(std::string_view bytes) { return FileReader(bytes).read(); }

}  // namespace tamga::messages
