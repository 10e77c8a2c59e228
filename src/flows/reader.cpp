#include "flows/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/ascii.h"
#include "base/utf8.h"
#include "flows/countries.h"

namespace tamga::flows {
namespace {

constexpr std::size_t kRowShown = 300;
constexpr std::size_t kColumnsMost = 200;

namespace column {
enum Id : std::uint8_t {
  reporter_code,
  reporter_letters,
  reporter_name,
  partner_code,
  partner_letters,
  partner_name,
  goods,
  period,
  flow,
  value,
  weight,
  quantity,
  currency,
  declaration,
  item,
  procedure,
  partner_second,
  customs,
  transport,
  nomenclature,
  count
};
}  // namespace column

struct Alias {
  std::string_view name;
  column::Id column;
};

constexpr Alias kNewComtrade[] = {{"reportercode", column::reporter_code},
                                  {"reporteriso", column::reporter_letters},
                                  {"reporterdesc", column::reporter_name},
                                  {"partnercode", column::partner_code},
                                  {"partneriso", column::partner_letters},
                                  {"partnerdesc", column::partner_name},
                                  {"cmdcode", column::goods},
                                  {"period", column::period},
                                  {"flowcode", column::flow},
                                  {"primaryvalue", column::value},
                                  {"netwgt", column::weight},
                                  {"qty", column::quantity},
                                  {"partner2code", column::partner_second},
                                  {"customscode", column::customs},
                                  {"motcode", column::transport},
                                  {"classificationcode", column::nomenclature}};
constexpr Alias kClassicComtrade[] = {{"reporter code", column::reporter_code},
                                      {"reporter iso", column::reporter_letters},
                                      {"reporter", column::reporter_name},
                                      {"partner code", column::partner_code},
                                      {"partner iso", column::partner_letters},
                                      {"partner", column::partner_name},
                                      {"commodity code", column::goods},
                                      {"period", column::period},
                                      {"trade flow code", column::flow},
                                      {"trade value (us$)", column::value},
                                      {"netweight (kg)", column::weight},
                                      {"qty", column::quantity},
                                      {"2nd partner code", column::partner_second},
                                      {"customs proc. code", column::customs},
                                      {"mode of transport code", column::transport},
                                      {"classification", column::nomenclature}};
constexpr Alias kComext[] = {{"reporter", column::reporter_name},
                             {"declarant", column::reporter_code},
                             {"declarant_iso", column::reporter_letters},
                             {"partner", column::partner_name},
                             {"partner_iso", column::partner_letters},
                             {"cn8", column::goods},
                             {"hs6", column::goods},
                             {"product_nc", column::goods},
                             {"month", column::period},
                             {"period", column::period},
                             {"flow", column::flow},
                             {"value_eur", column::value},
                             {"value_in_euros", column::value},
                             {"weight_kg", column::weight},
                             {"quantity_in_kg", column::weight},
                             {"quantity", column::quantity},
                             {"sup_quantity", column::quantity},
                             {"stat_regime", column::procedure}};
constexpr Alias kDeclarations[] = {{"declaration", column::declaration},
                                   {"item", column::item},
                                   {"date", column::period},
                                   {"flow", column::flow},
                                   {"reporter", column::reporter_name},
                                   {"partner", column::partner_name},
                                   {"hs", column::goods},
                                   {"value", column::value},
                                   {"currency", column::currency},
                                   {"weight_kg", column::weight},
                                   {"quantity", column::quantity}};

struct Layout {
  std::string_view name;
  Source source;
  std::span<const Alias> aliases;
};
constexpr Layout kLayouts[] = {{"UN Comtrade, new layout", Source::comtrade, kNewComtrade},
                               {"UN Comtrade, classic layout", Source::comtrade, kClassicComtrade},
                               {"customs declarations", Source::declarations, kDeclarations},
                               {"Eurostat Comext", Source::comext, kComext}};

bool blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// What may be shown of a row: printable, and not too much.
std::string shown(std::string_view text, std::size_t most = kRowShown) {
  std::string out;
  for (const char c : text.substr(0, most)) out.push_back(static_cast<unsigned char>(c) < ' ' || c == 127 ? '?' : c);
  // A letter of several bytes that was cut, or bytes that are no UTF-8, would make JSON that no reader takes.
  for (std::size_t i = 0; i < out.size();) {
    const std::size_t size = character_size(std::string_view(out).substr(i));
    if (size == 0) out[i] = '?';
    i += size == 0 ? 1 : size;
  }
  return out;
}

/// Splits a line without its end. False for a quote that does not close and for text behind a closing one.
class Splitter {
 public:
  explicit Splitter(char separator) : separator_(separator) {}
  bool split(std::string_view line) {
    fields_.clear();
    if (std::memchr(line.data(), '"', line.size()) != nullptr) return split_quoted(line);
    const char* at = line.data();
    const char* const end = at + line.size();
    while (true) {
      const auto* next = static_cast<const char*>(std::memchr(at, separator_, static_cast<std::size_t>(end - at)));
      if (next == nullptr) break;
      fields_.push_back(trimmed({at, static_cast<std::size_t>(next - at)}));
      if (fields_.size() > kColumnsMost) return false;
      at = next + 1;
    }
    fields_.push_back(trimmed({at, static_cast<std::size_t>(end - at)}));
    return true;
  }
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }

 private:
  bool split_quoted(std::string_view line) {
    // What is unquoted is shorter than the line, so the buffer never moves.
    buffer_.clear();
    buffer_.reserve(line.size());
    std::size_t i = 0;
    while (true) {
      const std::size_t begin = buffer_.size();
      while (i < line.size() && line[i] == ' ') ++i;
      if (i < line.size() && line[i] == '"') {
        for (++i;; ++i) {
          if (i >= line.size()) return false;
          if (line[i] != '"') {
            buffer_.push_back(line[i]);
          } else if (i + 1 < line.size() && line[i + 1] == '"') {
            buffer_.push_back('"');
            ++i;
          } else {
            ++i;
            break;
          }
        }
        while (i < line.size() && line[i] == ' ') ++i;
        if (i < line.size() && line[i] != separator_) return false;
      } else {
        while (i < line.size() && line[i] != separator_) buffer_.push_back(line[i++]);
      }
      fields_.push_back(trimmed(std::string_view(buffer_).substr(begin)));
      if (fields_.size() > kColumnsMost) return false;
      if (i >= line.size()) return true;
      ++i;
    }
  }

  char separator_;
  std::vector<std::string_view> fields_;
  std::string buffer_;
};

/// FNV-1a, 64 bits: the same on every machine.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = 14695981039346656037ULL) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::optional<Flow> read_flow(std::string_view text) {
  const auto lower = lower_ascii(text);
  for (const auto name : {"m", "1", "import", "imports", "i"}) {
    if (lower == name) return Flow::imports;
  }
  for (const auto name : {"x", "2", "export", "exports", "e"}) {
    if (lower == name) return Flow::exports;
  }
  for (const auto name : {"rx", "3", "re-export", "re-exports"}) {
    if (lower == name) return Flow::re_exports;
  }
  for (const auto name : {"rm", "4", "re-import", "re-imports"}) {
    if (lower == name) return Flow::re_imports;
  }
  return {};
}

/// "2022", "202203", "2022-03", "2022M03", "20220315", "2022-03-15".
bool read_period(std::string_view text, Period& period, Frequency& frequency) {
  std::array<int, 8> digits{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      if (count == digits.size()) return false;
      digits[count++] = c - '0';
    } else if (!((c == '-' && (i == 4 || i == 7)) || (c == 'M' && i == 4)) || i + 1 == text.size()) {
      return false;
    }
  }
  if (count != 4 && count != 6 && count != 8) return false;
  const int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
  if (year < 1900 || year > 2200) return false;
  frequency = count == 4 ? Frequency::annual : Frequency::monthly;
  const int month = count == 4 ? 1 : digits[4] * 10 + digits[5];
  if (month < 1 || month > 12) return false;
  if (count == 8) {
    const int day = digits[6] * 10 + digits[7];
    if (day < 1 || day > 31) return false;
  }
  period = year * 12 + month - 1;
  return true;
}

/// What the reading of a file knows of its header and remembers between rows.
struct Known {
  Country country = 0;
  bool total = false;
  std::string_view former;  ///< what it was that is no country any more
};

/// HS editions by the letters of Comtrade; "HS" is as reported, so the edition of the year. -1: another classification.
int read_nomenclature(std::string_view text) {
  constexpr int kEditions[] = {1988, 1996, 2002, 2007, 2012, 2017, 2022};
  if (text.empty() || text == "HS") return kEditionOfYear;
  if (text.size() == 2 && text[0] == 'H' && text[1] >= '0' && text[1] <= '6') return kEditions[text[1] - '0'];
  return -1;
}

}  // namespace

std::string nomenclature_text(int edition) { return edition == kEditionOfYear ? "HS of the year" : fmt::format("HS {}", edition); }

class Reader::State {
 public:
  State(std::string name, const ReadOptions& options) : name_(std::move(name)), options_(options) {}

  Status take(std::string_view block, Batch& out) {
    batch_ = &out;
    return lines_.take(block, [&](std::string_view line, std::uint64_t number, bool cut) { return read_line(line, number, cut); });
  }

  Status finish(Batch& out) {
    batch_ = &out;
    TAMGA_TRY_STATUS(lines_.finish([&](std::string_view line, std::uint64_t number, bool cut) { return read_line(line, number, cut); }));
    if (!header_) return bad_input_in(name_, 0, "is empty, expected trade statistics as CSV with a header");
    if (broken_ * 2 > about_.read) {
      return bad_input_in(
          name_, first_broken_,
          fmt::format("{}; {} of {} rows cannot be used, expected at most half ({})", first_why_, broken_, about_.read, about_.layout));
    }
    return {};
  }

  [[nodiscard]] const About& about() const { return about_; }
  [[nodiscard]] std::vector<ReportedIn> nomenclatures() const {
    std::vector<ReportedIn> found;
    for (const auto& [of, place] : nomenclatures_) {
      if (place.line != 0) found.push_back({of, place.edition});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.of < b.of; });
    return found;
  }
  void reported_before(const ReportedIn& known) { nomenclatures_[known.of] = {known.edition, 0, true}; }

 private:
  Status read_line(std::string_view line, std::uint64_t number, bool cut) {
    if (number > 0xFFFF'FFFFULL) return bad_input_in(name_, 0, "has more lines than can be counted, expected fewer than 4,294,967,296");
    if (line.empty()) return {};
    line_ = static_cast<std::uint32_t>(number);
    if (!header_) {
      header_ = true;
      return read_header(line);
    }
    ++about_.read;
    if (cut) {
      reject(line, Fault::columns, fmt::format("a row of more than {} bytes", Lines::kLineMost));
    } else {
      read_row(line);
    }
    return {};
  }

  Status read_header(std::string_view line) {
    // A comma stands in one name of the classic layout only inside of quotes; semicolons are what some offices save with.
    const auto count = [&](char c) { return std::count(line.begin(), line.end(), c); };
    char separator = ',';
    if (count(';') > count(separator)) separator = ';';
    if (count('\t') > count(separator)) separator = '\t';
    splitter_ = Splitter(separator);
    if (!splitter_.split(line)) return bad_input_in(name_, line_, "the header cannot be split into columns, expected CSV");
    width_ = splitter_.fields().size();
    std::vector<std::string> names;
    for (const auto field : splitter_.fields()) names.push_back(lower_ascii(field));
    for (const auto& layout : kLayouts) {
      std::array<int, column::count> found{};
      found.fill(-1);
      for (std::size_t i = 0; i < names.size(); ++i) {
        for (const auto& alias : layout.aliases) {
          if (names[i] == alias.name && found[alias.column] < 0) found[alias.column] = static_cast<int>(i);
        }
      }
      const bool partner = found[column::partner_code] >= 0 || found[column::partner_letters] >= 0 || found[column::partner_name] >= 0;
      const bool needed = layout.source != Source::declarations || (found[column::declaration] >= 0 && found[column::currency] >= 0 &&
                                                                    found[column::flow] >= 0 && found[column::reporter_name] >= 0);
      const bool flow = layout.source != Source::comtrade || found[column::flow] >= 0;
      if (!partner || !needed || !flow || found[column::goods] < 0 || found[column::period] < 0 || found[column::value] < 0) continue;
      at_ = found;
      about_.source = layout.source;
      about_.layout = layout.name;
      currency_ = currency_number(layout.source == Source::comtrade ? "USD" : "EUR");
      return {};
    }
    return bad_input_in(
        name_, line_,
        fmt::format("\"{}\" is no known header, expected UN Comtrade (cmdCode, primaryValue or Commodity Code, Trade Value (US$)), "
                    "Eurostat Comext (partner,cn8,month,value_eur) or declarations (declaration,date,flow,reporter,partner,hs,value,currency)",
                    shown(line, 80)));
  }

  [[nodiscard]] std::string_view field(column::Id column) const {
    return at_[column] < 0 ? std::string_view() : splitter_.fields()[static_cast<std::size_t>(at_[column])];
  }

  void reject(std::string_view line, Fault fault, std::string why) {
    if (fault != Fault::mixed && ++broken_ == 1) {
      first_broken_ = line_;
      first_why_ = why;
    }
    batch_->rejected.push_back({line_, fault, std::move(why), shown_row(line)});
  }

  /// A file names the same countries again and again, and mostly the one before it in the same column.
  Known known(column::Id column, std::string_view text) {
    auto& last = last_[column];
    if (text == last.text) return last.known;
    auto found = countries_.find(text);
    if (found == countries_.end()) {
      // Else a file of rubbish would fill the memory with it.
      if (countries_.size() > 10'000) countries_.clear();
      found = countries_.emplace(text, Known{read_country(text), is_total(text), former_country(text)}).first;
    }
    last.text = text;
    last.known = found->second;
    return last.known;
  }
  /// By the first of the three columns that says something.
  Known country(column::Id code, column::Id letters, column::Id name) {
    for (const auto column : {code, letters, name}) {
      if (const auto text = field(column); !text.empty()) {
        const auto found = known(column, text);
        if (found.country != 0 || found.total || !found.former.empty()) return found;
      }
    }
    return {};
  }
  std::string quoted(column::Id code, column::Id letters, column::Id name) const {
    for (const auto column : {name, code, letters}) {
      if (const auto text = field(column); !text.empty()) return fmt::format("\"{}\"", shown(text, 60));
    }
    return "nothing";
  }

  void read_row(std::string_view line) {
    if (!splitter_.split(line)) return reject(line, Fault::columns, "the row cannot be split into fields, expected quotes that close on the line");
    const auto& fields = splitter_.fields();
    // The new Comtrade pages end each row, but not the header, with a comma.
    const bool fits = fields.size() == width_ || (fields.size() == width_ + 1 && fields.back().empty());
    if (!fits) return reject(line, Fault::columns, fmt::format("{} fields, expected {}", fields.size(), width_));
    // Parts of a row that stands whole elsewhere in the file.
    const auto partner_second = field(column::partner_second);
    const auto customs = field(column::customs);
    const auto transport = field(column::transport);
    if ((!partner_second.empty() && partner_second != "0") || (!customs.empty() && customs != "C00" && customs != "0") ||
        (!transport.empty() && transport != "0")) {
      ++about_.totals;
      return;
    }
    Row row;
    row.line = line_;
    auto flow_of_row = options_.flow;
    if (at_[column::flow] >= 0) {
      const auto flow = read_flow(field(column::flow));
      if (!flow) return reject(line, Fault::flow, fmt::format("flow \"{}\", expected import or export", shown(field(column::flow), 40)));
      flow_of_row = *flow;
    }
    auto reporter_of_row = options_.reporter;
    if (at_[column::reporter_code] >= 0 || at_[column::reporter_letters] >= 0 || at_[column::reporter_name] >= 0) {
      const auto reporter = country(column::reporter_code, column::reporter_letters, column::reporter_name);
      if (!reporter.former.empty())
        return reject(line, Fault::former,
                      fmt::format("reporter {} was {}, expected a country of today",
                                  quoted(column::reporter_code, column::reporter_letters, column::reporter_name), reporter.former));
      if (reporter.country == 0)
        return reject(line, Fault::reporter,
                      fmt::format("reporter {} is not known, expected a country",
                                  quoted(column::reporter_code, column::reporter_letters, column::reporter_name)));
      reporter_of_row = reporter.country;
    }
    const auto partner = country(column::partner_code, column::partner_letters, column::partner_name);
    const auto goods = field(column::goods);
    if (partner.total || goods == "TOTAL" || goods == "total") {
      ++about_.totals;
      return;
    }
    if (partner.country == 0) {
      if (!partner.former.empty())
        return reject(line, Fault::former,
                      fmt::format("partner {} was {}, expected a country of today",
                                  quoted(column::partner_code, column::partner_letters, column::partner_name), partner.former));
      return reject(
          line, Fault::partner,
          fmt::format("partner {} is not known, expected a country", quoted(column::partner_code, column::partner_letters, column::partner_name)));
    }
    const auto code = code_number(goods);
    if (code == 0) return reject(line, Fault::code, fmt::format("goods code \"{}\", expected 2 to 10 digits", shown(goods, 40)));
    const auto period = field(column::period);
    // Comext writes the whole year as month 52.
    if (about_.source == Source::comext && period.size() == 6 && period.ends_with("52")) {
      ++about_.totals;
      return;
    }
    Period period_of_row = 0;
    auto frequency = Frequency::monthly;
    if (!read_period(period, period_of_row, frequency))
      return reject(line, Fault::period, fmt::format("period \"{}\", expected YYYY-MM, YYYYMM, YYYY or a day", shown(period, 40)));
    if (about_.source == Source::declarations && period.size() < 8)
      return reject(line, Fault::period, fmt::format("date \"{}\", expected YYYY-MM-DD", shown(period, 40)));
    if (!read_amount(line, column::value, "value", 2, row.value)) return;
    if (row.value == kAbsent) return reject(line, Fault::number, "no value, expected a number");
    if (!read_amount(line, column::weight, "weight", 3, row.weight)) return;
    if (!read_amount(line, column::quantity, "quantity", 3, row.quantity)) return;
    auto currency = currency_;
    if (at_[column::currency] >= 0) {
      currency = currency_number(field(column::currency));
      if (currency == 0)
        return reject(line, Fault::currency, fmt::format("currency \"{}\", expected three capital letters", shown(field(column::currency), 40)));
    }
    if (about_.source == Source::declarations) {
      if (field(column::declaration).empty())
        return reject(line, Fault::declaration, "no declaration number, expected one: without it a row sent twice counts twice");
      // With the reporter, since each country numbers its own.
      row.part = hash_of(country_text(reporter_of_row), hash_of(field(column::item), hash_of("\n", hash_of(field(column::declaration))))) >> 1U;
      row.part = std::max<std::uint64_t>(row.part, 1);
    } else if (at_[column::procedure] >= 0) {
      row.part = hash_of(field(column::procedure));
    }
    if (about_.source == Source::comtrade && !one_nomenclature(line, {flow_of_row, frequency, reporter_of_row, period_of_row})) return;
    row.place = place_of(currency, frequency, flow_of_row, code, partner.country, reporter_of_row, period_of_row);
    batch_->rows.push_back(row);
  }

  /// Comtrade offers the same trade in several nomenclatures. Taken together it would count twice, so the first one stands.
  bool one_nomenclature(std::string_view line, const Reported& of) {
    const int edition = read_nomenclature(field(column::nomenclature));
    if (edition < 0) {
      reject(line, Fault::classification,
             fmt::format("classification \"{}\", expected the Harmonized System (HS, H0 to H6)", shown(field(column::nomenclature), 40)));
      return false;
    }
    if (!(of == last_reported_)) {
      last_edition_ = &nomenclatures_.try_emplace(of, Stands{edition, line_}).first->second;
      last_reported_ = of;
    }
    if (last_edition_->edition == edition) {
      if (last_edition_->line == 0) last_edition_->line = line_;
      return true;
    }
    const auto where = last_edition_->before ? std::string("the store has") : fmt::format("line {} has", last_edition_->line);
    reject(line, Fault::mixed,
           fmt::format("{}, but {} {} for this reporter and period", nomenclature_text(edition), where, nomenclature_text(last_edition_->edition)));
    return false;
  }

  bool read_amount(std::string_view line, column::Id column, std::string_view name, int places, std::int64_t& amount) {
    const auto text = field(column);
    amount = kAbsent;
    if (text.empty()) return true;
    bool good = true;
    const auto number = read_number(text, places, good);
    if (!good) {
      reject(line, Fault::number, fmt::format("{} \"{}\", expected a number", name, shown(text, 40)));
      return false;
    }
    if (number < 0) {
      reject(line, Fault::negative, fmt::format("{} {} is below zero", name, shown(text, 40)));
      return false;
    }
    amount = number;
    return true;
  }

  std::string name_;
  ReadOptions options_;
  Lines lines_;
  Batch* batch_ = nullptr;
  Splitter splitter_{','};
  std::array<int, column::count> at_{};
  std::size_t width_ = 0;
  std::uint32_t line_ = 0;
  std::uint32_t currency_ = 0;
  bool header_ = false;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, Known, Hash, std::equal_to<>> countries_;  ///< asked only, never walked through
  struct Last {
    std::string text;
    Known known;
  };
  std::array<Last, column::count> last_;
  struct Stands {
    int edition = 0;
    std::uint32_t line = 0;  ///< 0: no row of this file yet
    bool before = false;     ///< it came with an earlier file
  };
  std::map<Reported, Stands> nomenclatures_;
  Reported last_reported_{};
  Stands* last_edition_ = nullptr;
  About about_;
  std::int64_t broken_ = 0;
  std::uint32_t first_broken_ = 0;
  std::string first_why_;
};

Reader::Reader(std::string name, const ReadOptions& options) : state_(std::make_unique<State>(std::move(name), options)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader::~Reader() = default;
Status Reader::take(std::string_view block, Batch& out) { return state_->take(block, out); }
Status Reader::finish(Batch& out) { return state_->finish(out); }
const About& Reader::about() const { return state_->about(); }
std::vector<ReportedIn> Reader::nomenclatures() const { return state_->nomenclatures(); }
void Reader::reported_before(const ReportedIn& known) { state_->reported_before(known); }

std::string_view word(Fault fault) {
  switch (fault) {
    case Fault::columns: return "broken row";
    case Fault::flow: return "unknown flow";
    case Fault::reporter: return "unknown reporter";
    case Fault::partner: return "unknown partner";
    case Fault::code: return "bad goods code";
    case Fault::period: return "bad period";
    case Fault::number: return "bad number";
    case Fault::negative: return "negative number";
    case Fault::currency: return "bad currency";
    case Fault::declaration: return "no declaration number";
    case Fault::duplicate: return "duplicate";
    case Fault::contradiction: return "contradiction";
    case Fault::declared_before: return "declared before";
    case Fault::former: return "former country";
    case Fault::classification: return "not the Harmonized System";
    case Fault::mixed: return "mixed nomenclatures";
  }
  return "";
}

std::int64_t read_number(std::string_view text, int places, bool& good) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000;
  good = false;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t number = 0;
  bool any = false;
  bool point = false;
  bool up = false;
  int taken = 0;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (!point) {
        number = number * 10 + (c - '0');
        if (number > kMost) return 0;
      } else if (taken < places) {
        number = number * 10 + (c - '0');
        ++taken;
      } else if (taken == places) {
        up = c >= '5';
        ++taken;
      }
    } else {
      return 0;
    }
  }
  if (!any) return 0;
  for (; taken < places; ++taken) number *= 10;
  number += up ? 1 : 0;
  good = true;
  return negative ? -number : number;
}

std::string shown_row(std::string_view line) { return shown(line); }

}  // namespace tamga::flows
