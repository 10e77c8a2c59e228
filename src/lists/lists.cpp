#include "lists/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
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

std::string_view role_name(Format format) {
  switch (format) {
    case Format::ofac_sdn: return "sdn";
    case Format::ofac_add: return "add";
    case Format::ofac_alt: return "alt";
    case Format::ofac_comments: return "comments";
    default: return "";
  }
}

bool is_ofac(Format format) {
  return format == Format::ofac_sdn || format == Format::ofac_add || format == Format::ofac_alt || format == Format::ofac_comments;
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
    if (text.find("CONSOLIDATED_LIST") != std::string_view::npos) return Format::un_xml;
    return unknown("is XML of a kind that is not known");
  }
  if (text.starts_with("Report Date:")) return Format::uk_csv;
  CsvReader reader(text);
  std::vector<std::string> row;
  const auto read = reader.next(row);
  if (!read) return std::unexpected(read.error().in_file(file.name));
  if (row.size() > 5 && row[0] == "celex" && row[1] == "recordId") return Format::eu_annex_csv;
  const bool numbered =
      !row.empty() && !row[0].empty() && row[0].size() < 10 && trim(row[0]).find_first_not_of("0123456789") == std::string_view::npos;
  if (numbered) {
    switch (row.size()) {
      case 12: return Format::ofac_sdn;
      case 6: return Format::ofac_add;
      case 5: return Format::ofac_alt;
      case 2: return Format::ofac_comments;
      default: break;
    }
  }
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

Result<Edition> make_ofac(const std::vector<Known>& group, const ReadOptions& options) {
  OfacFiles files;
  for (const auto& known : group) {
    const NamedBytes** slot = known.format == Format::ofac_sdn   ? &files.sdn
                              : known.format == Format::ofac_add ? &files.add
                              : known.format == Format::ofac_alt ? &files.alt
                                                                 : &files.comments;
    if (*slot != nullptr) {
      return bad_input_in(known.file->name, 0,
                          fmt::format("is a second {}.csv beside {} of the same date; import them apart, or name them by their dates",
                                      role_name(known.format), (*slot)->name));
    }
    *slot = known.file;
  }
  if (files.sdn == nullptr) {
    return bad_input_in(group.front().file->name, 0,
                        fmt::format("is OFAC's {}.csv without its sdn.csv; import the files of one day together", role_name(group.front().format)));
  }
  Edition edition;
  edition.format = "ofac_csv";
  edition.list = options.list.empty() ? list_of_ofac(files.sdn->name) : options.list;
  date_edition(edition, {}, options, files.sdn->name);
  TAMGA_TRY(auto list, read_ofac_csv(files));
  edition.entities = std::move(list.entities);
  edition.warnings = std::move(list.warnings);
  // In alphabetical order of role: the order in which the edition's address hashes them.
  std::string address;
  const auto add = [&](std::string_view role, const NamedBytes* file) {
    if (file == nullptr) return;
    address += fmt::format("{} {}\n", role, content_address(file->bytes));
    edition.files.push_back(NamedBytes{std::string(role), file->bytes});
  };
  add("add", files.add);
  add("alt", files.alt);
  add("comments", files.comments);
  add("sdn", files.sdn);
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

Result<Edition> make_single(const Known& known, const ReadOptions& options) {
  NamedBytes& file = *known.file;
  TAMGA_TRY(auto list, read_single(known.format, file));
  Edition edition;
  edition.format = format_name(known.format);
  edition.list = options.list;
  switch (known.format) {
    case Format::un_xml:
      if (edition.list.empty()) edition.list = "un_sc_sanctions";
      break;
    case Format::eu_annex_csv:
      edition.part = list.list;
      if (edition.list.empty()) edition.list = "eu_journal_sanctions";
      break;
    case Format::uk_csv:
      if (edition.list.empty()) edition.list = "gb_fcdo_sanctions";
      break;
    default:
      if (edition.list.empty()) edition.list = list.list;
      if (edition.list.empty()) return bad_input_in(file.name, 0, "its entities are of several datasets, or of none; name the list with --list NAME");
      break;
  }
  date_edition(edition, list.own_date, options, file.name);
  edition.entities = std::move(list.entities);
  edition.warnings = std::move(list.warnings);
  edition.id = content_address(file.bytes);
  edition.files.push_back(NamedBytes{std::string(base_of(file.name)), std::move(file.bytes)});
  return edition;
}

}  // namespace

std::span<const ListInfo> catalogue() { return kCatalogue; }

const ListInfo* find_list(std::string_view name) {
  const auto* at = std::find_if(kCatalogue.begin(), kCatalogue.end(), [&](const ListInfo& info) { return info.name == name; });
  return at == kCatalogue.end() ? nullptr : at;
}

Result<std::vector<Edition>> read_editions(std::vector<NamedBytes> files, const ReadOptions& options) {
  if (files.empty()) return bad_input(fmt::format("no file given, expected {}", kFormats));
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
  std::stable_sort(editions.begin(), editions.end(),
                   [](const Edition& a, const Edition& b) { return std::tie(a.list, a.part, a.published) < std::tie(b.list, b.part, b.published); });
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
      const NamedBytes** slot = file.name == "sdn" ? &set.sdn : file.name == "add" ? &set.add : file.name == "alt" ? &set.alt : &set.comments;
      *slot = &file;
    }
    if (set.sdn == nullptr) return failure("the stored edition has lost its sdn.csv");
    return entities(read_ofac_csv(set));
  }
  for (const Format candidate : {Format::un_xml, Format::eu_annex_csv, Format::uk_csv, Format::ftm_jsonl}) {
    if (format_name(candidate) == format && files.size() == 1) return entities(read_single(candidate, files.front()));
  }
  return failure(fmt::format("the stored edition is of the format {}, which this Tamga does not read", format));
}

}  // namespace tamga::lists
