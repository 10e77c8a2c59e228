#include "lists/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/sha256.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

constexpr std::array kCatalogue = {
    ListInfo{"us_ofac_sdn", "OFAC Specially Designated Nationals and Blocked Persons List", "OFAC", "us",
             "https://sanctionslist.ofac.treas.gov/Home/SdnList"},
    ListInfo{"us_ofac_cons", "OFAC Consolidated (non-SDN) List", "OFAC", "us", "https://sanctionslist.ofac.treas.gov/Home/ConsolidatedList"},
    ListInfo{"us_trade_csl", "US Consolidated Screening List", "BIS", "us", "https://www.trade.gov/consolidated-screening-list"},
    ListInfo{"eu_fsf", "EU Financial Sanctions Files", "European Commission", "eu", "https://webgate.ec.europa.eu/fsd/fsf"},
    ListInfo{"eu_journal_sanctions", "EU Official Journal annexes", "Council of the European Union", "eu", "https://eur-lex.europa.eu/"},
    ListInfo{"un_sc_sanctions", "UN Security Council Consolidated List", "UN Security Council", "un",
             "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"},
    ListInfo{"gb_fcdo_sanctions", "UK Sanctions List", "FCDO", "uk", "https://www.gov.uk/government/publications/the-uk-sanctions-list"},
    ListInfo{"ch_seco_sanctions", "Swiss sanctions list", "SECO", "ch", "https://www.seco.admin.ch/"},
};

constexpr std::string_view kFormats =
    "OFAC CSV (sdn, add, alt, comments), UN consolidated XML, EU annex table CSV, UK Sanctions List CSV, or FollowTheMoney JSON lines";
constexpr std::string_view kSampleMark = "TAMGA SAMPLE";

enum class Format : std::uint8_t { ofac_sdn, ofac_add, ofac_alt, ofac_comments, un_xml, eu_annex_csv, uk_csv, ftm_jsonl };

std::string_view format_name(Format format) {
  switch (format) {
    case Format::ofac_sdn:
    case Format::ofac_add:
    case Format::ofac_alt:
    case Format::ofac_comments: return "ofac_csv";
    case Format::un_xml: return "un_xml";
    case Format::eu_annex_csv: return "eu_annex_csv";
    case Format::uk_csv: return "uk_csv";
    case Format::ftm_jsonl: return "ftm_jsonl";
  }
  return "";
}

/// The role of a file in OFAC's set, as the store keeps it; "prim" is the primary file of the non-SDN list (cons_prim.csv).
std::string_view role_name(Format format, bool consolidated) {
  switch (format) {
    case Format::ofac_sdn: return consolidated ? "prim" : "sdn";
    case Format::ofac_add: return "add";
    case Format::ofac_alt: return "alt";
    case Format::ofac_comments: return "comments";
    default: return "";
  }
}

bool is_ofac(Format format) {
  return format == Format::ofac_sdn || format == Format::ofac_add || format == Format::ofac_alt || format == Format::ofac_comments;
}

/// The name of a document's root element, past declarations and comments; empty when it has none in its first part.
std::string_view root_of_xml(std::string_view text) {
  text = text.substr(0, 4096);
  for (std::size_t at = text.find('<'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('<', at + 1)) {
    const char next = text[at + 1];
    if (next == '?' || next == '!') continue;
    const auto name = text.substr(at + 1);
    return name.substr(0, std::min(name.find_first_of(" \t\r\n/>"), name.size()));
  }
  return {};
}

bool is_ofac_number(std::string_view field) {
  field = trim(field);
  return !field.empty() && field.size() < 10 && field.find_first_not_of("0123456789") == std::string_view::npos;
}

/// One of OFAC's files by its first row; nothing for another table that begins with a number.
std::optional<Format> recognise_ofac(const std::vector<std::string>& row) {
  if (row.empty() || !is_ofac_number(row[0])) return {};
  const auto field = [&](std::size_t column) { return trim(row[column]); };
  switch (row.size()) {
    case 12: {
      const auto type = field(2);
      if (type == "-0-" || type.empty() || type == "individual" || type == "vessel" || type == "aircraft") return Format::ofac_sdn;
      return {};
    }
    case 6:
      if (is_ofac_number(row[1])) return Format::ofac_add;
      return {};
    case 5:
      if (is_ofac_number(row[1]) && (field(2) == "aka" || field(2) == "fka" || field(2) == "nka")) return Format::ofac_alt;
      return {};
    case 2: return Format::ofac_comments;
    default: return {};
  }
}

/// By content alone: what the first bytes and the first row are.
Result<Format> recognise(const NamedBytes& file) {
  std::string_view text = file.bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n\x1a");
  const auto unknown = [&](std::string_view why) { return bad_input_in(file.name, 0, fmt::format("{}, expected {}", why, kFormats)); };
  if (first == std::string_view::npos) return unknown("is empty");
  if (text[first] == '{') return Format::ftm_jsonl;
  if (text[first] == '<') {
    // A declaration of entities before the root is refused by the reader with a clearer word than "unknown".
    const auto root = root_of_xml(text.substr(first));
    if (root == "CONSOLIDATED_LIST") return Format::un_xml;
    return unknown(fmt::format("is XML with the root element \"{}\", which no known list has", root.substr(0, 40)));
  }
  if (text.starts_with("Report Date:") || text.starts_with("\"Report Date:")) return Format::uk_csv;
  CsvReader reader(text);
  std::vector<std::string> row;
  const auto read = reader.next(row);
  if (!read) return unknown("is not a list file that is known");
  if (row[0] == "celex") return Format::eu_annex_csv;
  if (row[0] == "amendedCelex") return unknown("is the table of one amending act of the EU, and not the state of a list");
  if (const auto format = recognise_ofac(row)) return *format;
  return unknown("is not a list file that is known");
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// The date in a file's name, else in its folder's ("trio_2022-01/sdn.csv").
std::optional<Date> date_by_name(std::string_view path) {
  if (const auto date = date_in_name(base_of(path))) return date;
  return date_in_name(base_of(folder_of(path)));
}

struct Known {
  NamedBytes* file = nullptr;
  Format format = Format::un_xml;
};

std::string list_of_ofac(std::string_view name) { return base_of(name).find("cons") != std::string_view::npos ? "us_ofac_cons" : "us_ofac_sdn"; }

/// Dates the edition by the list's own date, else by the option, else by the name of its main file.
void date_edition(Edition& edition, const std::optional<Date>& own, const ReadOptions& options, std::string_view name) {
  if (own) {
    edition.published = own;
    edition.dated_by = "file";
  } else if (options.published) {
    edition.published = options.published;
    edition.dated_by = "option";
  } else if (const auto date = date_by_name(name)) {
    edition.published = date;
    edition.dated_by = "name";
  }
}

bool is_sample(const Edition& edition) {
  return std::any_of(edition.files.begin(), edition.files.end(),
                     [](const NamedBytes& file) { return file.bytes.find(kSampleMark) != std::string::npos; });
}

/// The lists' names in the catalogue's manner; a house list may be any such word.
Status check_list_name(std::string_view name) {
  const bool letters = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
  if (name.empty() || (letters && name.size() <= 64 && name.front() != '_')) return {};
  return bad_input(
      fmt::format("\"{}\" is not a name of a list, expected up to 64 small letters, digits and underscores, as in us_ofac_sdn", name.substr(0, 80)));
}

/// Without a date an edition could not be told stale or fresh, and no decision could stand on it.
Status check_dated(const Edition& edition, std::string_view file) {
  if (edition.published) return {};
  return bad_input_in(file, 0, "carries no date, neither inside nor in its name; say when it was published with --published YYYY-MM-DD");
}

Result<Edition> make_ofac(const std::vector<Known>& group, const ReadOptions& options) {
  const auto* primary = [&]() -> const NamedBytes* {
    for (const auto& known : group) {
      if (known.format == Format::ofac_sdn) return known.file;
    }
    return nullptr;
  }();
  const std::string list = !options.list.empty() ? options.list : list_of_ofac(group.front().file->name);
  const bool consolidated = list == "us_ofac_cons";
  const std::string_view primary_name = consolidated ? "cons_prim.csv" : "sdn.csv";
  if (primary == nullptr) {
    return bad_input_in(group.front().file->name, 0,
                        fmt::format("is OFAC's {} file without its {} of the same folder and date; import the files of one day together",
                                    role_name(group.front().format, consolidated), primary_name));
  }
  OfacFiles files;
  files.consolidated = consolidated;
  for (const auto& known : group) {
    const NamedBytes** slot = known.format == Format::ofac_sdn   ? &files.primary
                              : known.format == Format::ofac_add ? &files.add
                              : known.format == Format::ofac_alt ? &files.alt
                                                                 : &files.comments;
    if (*slot != nullptr) {
      return bad_input_in(known.file->name, 0,
                          fmt::format("is a second {} file beside {} of the same folder and date; import them apart, or name them by their dates",
                                      role_name(known.format, consolidated), (*slot)->name));
    }
    *slot = known.file;
  }
  Edition edition;
  edition.format = "ofac_csv";
  edition.list = list;
  date_edition(edition, {}, options, files.primary->name);
  TAMGA_TRY_STATUS(check_dated(edition, files.primary->name));
  TAMGA_TRY(auto read, read_ofac_csv(files));
  edition.entities = std::move(read.entities);
  edition.warnings = std::move(read.warnings);
  // In alphabetical order of role: the order in which the edition's address hashes them.
  std::string address;
  const auto add = [&](Format format, const NamedBytes* file) {
    if (file == nullptr) return;
    const auto role = role_name(format, consolidated);
    address += fmt::format("{} {}\n", role, content_address(file->bytes));
    edition.files.push_back(NamedBytes{std::string(role), file->bytes});
  };
  add(Format::ofac_add, files.add);
  add(Format::ofac_alt, files.alt);
  add(Format::ofac_comments, files.comments);
  add(Format::ofac_sdn, files.primary);
  edition.id = edition.files.size() == 1 ? content_address(edition.files.front().bytes) : content_address(address);
  return edition;
}

Result<ReadList> read_single(Format format, const NamedBytes& file) {
  switch (format) {
    case Format::un_xml: return read_un_xml(file);
    case Format::eu_annex_csv: return read_eu_annex_csv(file);
    case Format::uk_csv: return read_uk_csv(file);
    case Format::ftm_jsonl: return read_ftm_jsonl(file);
    default: return failure("not a list of one file");
  }
}

/// The list that a format belongs to; empty for FollowTheMoney, whose entities say it.
std::string_view list_of_format(Format format) {
  switch (format) {
    case Format::un_xml: return "un_sc_sanctions";
    case Format::eu_annex_csv: return "eu_journal_sanctions";
    case Format::uk_csv: return "gb_fcdo_sanctions";
    default: return {};
  }
}

Result<Edition> make_single(const Known& known, const ReadOptions& options) {
  NamedBytes& file = *known.file;
  TAMGA_TRY(auto read, read_single(known.format, file));
  Edition edition;
  edition.format = format_name(known.format);
  edition.list = options.list;
  if (edition.list.empty()) edition.list = list_of_format(known.format);
  if (edition.list.empty()) edition.list = read.list;
  if (edition.list.empty()) return bad_input_in(file.name, 0, "its entities are of several datasets, or of none; name the list with --list NAME");
  if (auto status = check_list_name(edition.list); !status) return std::unexpected(status.error().in_file(file.name));
  edition.part = std::move(read.part);
  date_edition(edition, read.own_date, options, file.name);
  TAMGA_TRY_STATUS(check_dated(edition, file.name));
  edition.entities = std::move(read.entities);
  edition.warnings = std::move(read.warnings);
  edition.id = content_address(file.bytes);
  edition.files.push_back(NamedBytes{std::string(base_of(file.name)), std::move(file.bytes)});
  return edition;
}

/// Sorted, the same edition once. Two states of one list on one day are refused: which of them stands could not be told.
Status put_in_order(std::vector<Edition>& editions) {
  std::stable_sort(editions.begin(), editions.end(), [](const Edition& a, const Edition& b) {
    return std::tie(a.list, a.part, a.published, a.id) < std::tie(b.list, b.part, b.published, b.id);
  });
  const auto same = [](const Edition& a, const Edition& b) { return a.list == b.list && a.part == b.part && a.id == b.id; };
  editions.erase(std::unique(editions.begin(), editions.end(), same), editions.end());
  for (std::size_t i = 1; i < editions.size(); ++i) {
    const Edition& a = editions[i - 1];
    const Edition& b = editions[i];
    if (a.list != b.list || a.part != b.part || a.published != b.published) continue;
    return bad_input(fmt::format("two different editions of {}{}{} would be of {}; import them apart, each with its own --published", a.list,
                                 a.part.empty() ? "" : " ", a.part, a.published->text()));
  }
  return {};
}

}  // namespace

std::span<const ListInfo> catalogue() { return kCatalogue; }

const ListInfo* find_list(std::string_view name) {
  const auto* at = std::find_if(kCatalogue.begin(), kCatalogue.end(), [&](const ListInfo& info) { return info.name == name; });
  return at == kCatalogue.end() ? nullptr : at;
}

Result<std::vector<Edition>> read_editions(std::vector<NamedBytes> files, const ReadOptions& options) {
  if (files.empty()) return bad_input(fmt::format("no file given, expected {}", kFormats));
  TAMGA_TRY_STATUS(check_list_name(options.list));
  std::vector<Edition> editions;
  // Files of OFAC's set belong together when list, folder and date agree: the date in the name, or none.
  std::map<std::string, std::vector<Known>> ofac;
  for (auto& file : files) {
    TAMGA_TRY(const Format format, recognise(file));
    if (const auto line = first_line_not_utf8(file.bytes); line > 0)
      return bad_input_in(file.name, line, "is not UTF-8, the encoding that every list is published in");
    const Known known{&file, format};
    if (is_ofac(format)) {
      const auto date = date_in_name(base_of(file.name));
      ofac[fmt::format("{}\n{}\n{}", list_of_ofac(file.name), folder_of(file.name), date ? date->text() : "")].push_back(known);
      continue;
    }
    TAMGA_TRY(auto edition, make_single(known, options));
    editions.push_back(std::move(edition));
  }
  for (const auto& [key, group] : ofac) {
    TAMGA_TRY(auto edition, make_ofac(group, options));
    editions.push_back(std::move(edition));
  }
  for (auto& edition : editions) edition.sample = is_sample(edition);
  TAMGA_TRY_STATUS(put_in_order(editions));
  return editions;
}

Result<std::vector<Entity>> reread(std::string_view format, std::span<const NamedBytes> files) {
  const auto entities = [](Result<ReadList> list) -> Result<std::vector<Entity>> {
    if (!list) return std::unexpected(list.error());
    return std::move(list->entities);
  };
  if (format == "ofac_csv") {
    OfacFiles set;
    for (const auto& file : files) {
      if (file.name == "sdn" || file.name == "prim") set.primary = &file;
      if (file.name == "prim") set.consolidated = true;
      if (file.name == "add") set.add = &file;
      if (file.name == "alt") set.alt = &file;
      if (file.name == "comments") set.comments = &file;
    }
    if (set.primary == nullptr) return failure("the stored edition has lost its primary file, sdn.csv or cons_prim.csv");
    return entities(read_ofac_csv(set));
  }
  for (const Format candidate : {Format::un_xml, Format::eu_annex_csv, Format::uk_csv, Format::ftm_jsonl}) {
    if (format_name(candidate) == format && files.size() == 1) return entities(read_single(candidate, files.front()));
  }
  return failure(fmt::format("the stored edition is of the format {}, which this Tamga does not read", format));
}

}  // namespace tamga::lists
