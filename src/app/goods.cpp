#include "app/goods.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/sha256.h"
#include "goods/nomenclature.h"
#include "lists/csv.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytesMax = 60;

std::string folder_of(const Settings& settings) { return settings.data + "/goods"; }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

/// "HS6 harmonized-system.csv.gz" is "hs6_harmonized-system".
std::string name_of_file(const std::string& file) {
  std::string name = lower_ascii(fs::path(file).filename().string());
  name = name.substr(0, name.find('.'));
  for (char& c : name) {
    if (!is_name(std::string_view(&c, 1))) c = '_';
  }
  return name.substr(0, kNameBytesMax);
}

/// Where rows come from: CSV with a header, or JSON lines.
class InvoiceRows {
 public:
  static Result<InvoiceRows> open(const std::string& path) {
    TAMGA_TRY(auto files, read_unpacked(path));
    if (files.size() != 1) return bad_input_in(path, 0, "holds several files, expected one");
    InvoiceRows rows;
    rows.text_ = std::make_unique<std::string>(std::move(files.front().bytes));
    const std::string& text = *rows.text_;
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos) return bad_input_in(path, 0, "is empty, expected CSV with a header or JSON lines");
    rows.json_ = text[first] == '{';
    if (rows.json_) return rows;
    rows.csv_.emplace(text);
    auto header = rows.csv_->next(rows.header_);
    if (!header) return std::unexpected(header.error().in_file(path));
    for (auto& column : rows.header_) column = lower_ascii(column);
    const auto has = [&](std::string_view name) { return std::find(rows.header_.begin(), rows.header_.end(), name) != rows.header_.end(); };
    if (!has("description") || !(has("hs") || has("code"))) {
      return bad_input_in(path, 1,
                          "the first line must be a header with the columns \"description\" and \"hs\" or \"code\" (others are carried through)");
    }
    return rows;
  }

  /// False at the end.
  bool next(CheckedRow& row) { return json_ ? next_json(row) : next_csv(row); }

 private:
  bool next_csv(CheckedRow& row) {
    std::vector<std::string> fields;
    auto more = csv_->next(fields);
    row.fields = Json::object();
    if (!more) {
      row.line = more.error().line;
      row.error = more.error().message;
      return true;
    }
    if (!*more) return false;
    row.line = csv_->line();
    for (std::size_t i = 0; i < fields.size() && i < header_.size(); ++i) row.fields.set(header_[i], fields[i]);
    if (fields.size() != header_.size()) row.error = fmt::format("{} fields, expected {} as in the header", fields.size(), header_.size());
    take(row);
    return true;
  }

  bool next_json(CheckedRow& row) {
    const std::string_view text = *text_;
    while (at_ < text.size()) {
      const auto end = std::min(text.find('\n', at_), text.size());
      const std::string_view line = text.substr(at_, end - at_);
      at_ = end + 1;
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      row.line = line_;
      auto json = parse_json(line);
      if (!json) {
        row.error = json.error().message;
      } else {
        row.fields = *std::move(json);
        if (!row.fields.is_object()) row.error = "expected a JSON object";
      }
      take(row);
      return true;
    }
    return false;
  }

  static void take(CheckedRow& row) {
    if (!row.error.empty()) return;
    std::string code;
    for (const auto& member : row.fields.members) {
      if (!member.value.is_string() && !member.value.is_number()) continue;
      if (member.key == "description") row.description = member.value.text;
      if ((member.key == "hs" || member.key == "code") && code.empty()) code = member.value.text;
    }
    if (row.description.find_first_not_of(" \t\r\n") == std::string::npos) {
      row.error = "no description, expected the words of the goods";
    } else if (code.find_first_not_of(" \t") != std::string::npos) {
      auto read = goods::read_code(code);
      if (read) {
        row.code = *std::move(read);
      } else {
        row.error = read.error().message;
      }
    }
  }

  std::unique_ptr<std::string> text_;  ///< the reader points into it, also after a move
  bool json_ = false;
  std::optional<lists::CsvReader> csv_;
  std::vector<std::string> header_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
};

}  // namespace

Result<Nomenclature> import_nomenclature(const Settings& settings, const std::string& file, const std::string& name) {
  Nomenclature out;
  out.name = name.empty() ? name_of_file(file) : name;
  if (!is_name(out.name)) {
    return bad_input(fmt::format("--name: \"{}\" is not a name, expected up to {} small letters, digits, \"_\" and \"-\"", out.name, kNameBytesMax));
  }
  TAMGA_TRY(const auto files, read_unpacked(file));
  if (files.size() != 1) return bad_input_in(file, 0, "holds several files, expected one");
  TAMGA_TRY(auto entries, goods::read_nomenclature(files.front()));
  out.codes = entries.size();
  const std::string bytes = goods::write_nomenclature(std::move(entries));
  out.edition = content_address(bytes);
  const std::string folder = folder_of(settings);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failure(fmt::format("{}: cannot be made: {}", folder, error.message()));
  const std::string path = fmt::format("{}/{}.csv", folder, out.name);
  if (const auto before = fs::exists(path, error) ? read_file(path) : Result<std::string>(bytes); !before || *before != bytes) out.replaced = true;
  TAMGA_TRY_STATUS(write_file_atomically(path, bytes));
  return out;
}

std::string nomenclatures_version(const Settings& settings) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_of(settings), error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    files.push_back(
        fmt::format("{} {} {}", at->path().filename().string(), at->file_size(gone), at->last_write_time(gone).time_since_epoch().count()));
  }
  std::sort(files.begin(), files.end());
  return fmt::format("{}", fmt::join(files, "\n"));
}

Result<GoodsWords> open_goods_words(const Settings& settings) {
  TAMGA_TRY(auto rules, load_rules(settings.policy));
  return open_goods_words(settings, std::make_shared<const Rules>(std::move(rules)));
}

Result<GoodsWords> open_goods_words(const Settings& settings, std::shared_ptr<const Rules> rules) {
  GoodsWords out;
  out.rules = std::move(rules);
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder_of(settings), error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".csv") names.push_back(at->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  std::vector<goods::CodeWords> entries;
  for (const auto& name : names) {
    const std::string path = fmt::format("{}/{}.csv", folder_of(settings), name);
    TAMGA_TRY(auto bytes, read_file(path));
    Nomenclature nomenclature{name, content_address(bytes), 0, false};
    TAMGA_TRY(auto read, goods::read_nomenclature(NamedBytes{path, std::move(bytes)}));
    nomenclature.codes = read.size();
    std::move(read.begin(), read.end(), std::back_inserter(entries));
    out.nomenclatures.push_back(std::move(nomenclature));
  }
  if (names.empty() && out.rules->read_words) {
    out.words = *out.rules->read_words;
    return out;
  }
  TAMGA_TRY(out.words, goods::Words::read(out.rules->words, entries));
  return out;
}

Result<CheckCounts> check_goods(const GoodsWords& words, const std::string& file, Date as_of, const std::function<void(const CheckedRow&)>& each) {
  TAMGA_TRY(auto rows, InvoiceRows::open(file));
  // What is controlled is judged as a decision judges it, by the policy alone.
  TAMGA_TRY(const auto policy_words, words.nomenclatures.empty() ? Result<goods::Words>(words.words) : goods::Words::read(words.rules->words));
  CheckCounts counts;
  for (;;) {
    CheckedRow row;
    if (!rows.next(row)) return counts;
    ++counts.read;
    if (!row.error.empty()) {
      ++counts.rejected;
    } else {
      row.check = goods::check_line(words.words, policy_words, words.rules->controls, row.description, row.code, as_of);
      switch (row.check.verdict) {
        case goods::Verdict::fits: ++counts.fits; break;
        case goods::Verdict::doubtful: ++counts.doubtful; break;
        case goods::Verdict::fits_controlled: ++counts.fits_controlled; break;
        case goods::Verdict::unknown: ++counts.unknown; break;
        case goods::Verdict::no_code: ++counts.no_code; break;
      }
    }
    each(row);
  }
}

}  // namespace tamga::app
