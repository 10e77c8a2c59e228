#include "lists/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/sha256.h"
#include "base/utf8.h"
#include "lists/house.h"
#include "lists/readers.h"
#include "lists/signature.h"

namespace tamga::lists {
namespace {

// The addresses are those of domain.md section 5.1. SDN_ADVANCED.XML is the fullest of OFAC's forms; the CSL and the UK list say the same in CSV
// as in their other forms.
constexpr std::array kCatalogue = {
    ListInfo{.name = "us_ofac_sdn",
             .title = "OFAC Specially Designated Nationals and Blocked Persons List",
             .authority = "OFAC",
             .regime = "us",
             .url = "https://sanctionslist.ofac.treas.gov/Home/SdnList",
             .address = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML"},
    ListInfo{.name = "us_ofac_cons",
             .title = "OFAC Consolidated (non-SDN) List",
             .authority = "OFAC",
             .regime = "us",
             .url = "https://sanctionslist.ofac.treas.gov/Home/ConsolidatedList",
             .address = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_ADVANCED.XML"},
    ListInfo{.name = "us_trade_csl",
             .title = "US Consolidated Screening List",
             .authority = "BIS",
             .regime = "us",
             .url = "https://www.trade.gov/consolidated-screening-list",
             .address = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"},
    ListInfo{.name = "us_bis_denied",
             .title = "BIS Denied Persons List",
             .authority = "BIS",
             .regime = "us",
             .url = "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl"},
    ListInfo{.name = "eu_fsf",
             .title = "EU Financial Sanctions Files",
             .authority = "European Commission",
             .regime = "eu",
             .url = "https://webgate.ec.europa.eu/fsd/fsf",
             .address = "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"},
    ListInfo{.name = "eu_journal_sanctions",
             .title = "EU Official Journal annexes",
             .authority = "Council of the European Union",
             .regime = "eu",
             .url = "https://eur-lex.europa.eu/"},
    ListInfo{.name = "un_sc_sanctions",
             .title = "UN Security Council Consolidated List",
             .authority = "UN Security Council",
             .regime = "un",
             .url = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
             .address = "https://scsanctions.un.org/resources/xml/en/consolidated.xml"},
    ListInfo{.name = "gb_fcdo_sanctions",
             .title = "UK Sanctions List",
             .authority = "FCDO",
             .regime = "uk",
             .url = "https://www.gov.uk/government/publications/the-uk-sanctions-list",
             .address = "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"},
    // OFSI closed it on 28 January 2026, for the UK Sanctions List; decisions as of earlier days stand on it.
    ListInfo{.name = "gb_hmt_sanctions",
             .title = "OFSI Consolidated List of Financial Sanctions Targets",
             .authority = "OFSI",
             .regime = "uk",
             .url = "https://www.gov.uk/government/publications/financial-sanctions-consolidated-list-of-targets",
             .closed = "2026-01-28"},
    ListInfo{.name = "ch_seco_sanctions",
             .title = "Swiss sanctions list",
             .authority = "SECO",
             .regime = "ch",
             .url = "https://www.seco.admin.ch/",
             .address = "https://www.sesam.search.admin.ch/sesam-search-web/pages/"
                        "downloadXmlGesamtliste.xhtml?lang=en&action=downloadXmlGesamtlisteAction"},
};

constexpr std::string_view kSampleMark = "TAMGA SAMPLE";

/// A file of OFAC's CSV set, in alphabetical order of role: the order in which an edition's address hashes them.
enum class OfacRole : std::uint8_t { add, alt, comments, primary };

/// The role of a file in OFAC's set, as the store keeps it; "prim" is the primary file of the non-SDN list (cons_prim.csv).
std::string_view role_name(OfacRole role, bool consolidated) {
  switch (role) {
    case OfacRole::add: return "add";
    case OfacRole::alt: return "alt";
    case OfacRole::comments: return "comments";
    case OfacRole::primary: return consolidated ? "prim" : "sdn";
  }
  return "";
}

constexpr std::string_view kExpected =
    "expected a list of OFAC, BIS, EU, UN, UK or SECO, or FollowTheMoney or Senzing JSON lines; see tamga lists import --help";

bool is_ofac_number(std::string_view field) {
  field = trim(field);
  return !field.empty() && field.size() < 10 && field.find_first_not_of("0123456789") == std::string_view::npos;
}

/// One of OFAC's files by its first row; nothing for another table that begins with a number.
std::optional<OfacRole> recognise_ofac(const std::vector<std::string>& row) {
  if (row.empty() || !is_ofac_number(row[0])) return {};
  const auto field = [&](std::size_t column) { return trim(row[column]); };
  switch (row.size()) {
    case 12: {
      const auto type = field(2);
      if (type == "-0-" || type.empty() || type == "individual" || type == "vessel" || type == "aircraft") return OfacRole::primary;
      return {};
    }
    case 6:
      if (is_ofac_number(row[1])) return OfacRole::add;
      return {};
    case 5:
      if (is_ofac_number(row[1]) && (field(2) == "aka" || field(2) == "fka" || field(2) == "nka")) return OfacRole::alt;
      return {};
    case 2: return OfacRole::comments;
    default: return {};
  }
}

/// What a file is: one of OFAC's CSV set, or a format of its own.
struct Known {
  NamedBytes* file = nullptr;
  OfacRole role = OfacRole::primary;
  const Format* format = nullptr;  ///< nullptr: of OFAC's CSV set
};

/// By content alone: what the first bytes and the first row are.
Result<Known> recognise(NamedBytes& file) {
  const FirstLook look = look_at(file.bytes);
  const auto unknown = [&](std::string_view why) { return bad_input_in(file.name, 0, fmt::format("{}, {}", why, kExpected)); };
  if (look.text.empty()) return unknown("is empty");
  for (const auto& format : formats()) {
    if (format.recognises(look)) return Known{&file, {}, &format};
  }
  if (!look.root.empty() || look.text.front() == '<')
    return unknown(fmt::format("is XML with the root element \"{}\", which no known list has", look.root.substr(0, 40)));
  if (const auto role = recognise_ofac(look.row)) return Known{&file, *role, nullptr};
  if (!look.row.empty() && look.row[0] == "amendedCelex") return unknown("is the table of one amending act of the EU, and not the state of a list");
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

/// What the reader found, but the list's name and date.
void take(ReadList& read, Edition& edition) {
  edition.part = std::move(read.part);
  edition.entities = std::move(read.entities);
  edition.relations = std::move(read.relations);
  edition.warnings = std::move(read.warnings);
  edition.faults = std::move(read.faults);
}

Result<Edition> make_ofac(const std::vector<Known>& group, const ReadOptions& options) {
  const auto* primary = [&]() -> const NamedBytes* {
    for (const auto& known : group) {
      if (known.role == OfacRole::primary) return known.file;
    }
    return nullptr;
  }();
  const std::string list = !options.list.empty() ? options.list : list_of_ofac(group.front().file->name);
  const bool consolidated = list == "us_ofac_cons";
  const std::string_view primary_name = consolidated ? "cons_prim.csv" : "sdn.csv";
  if (primary == nullptr) {
    return bad_input_in(group.front().file->name, 0,
                        fmt::format("is OFAC's {} file without its {} of the same folder and date; import the files of one day together",
                                    role_name(group.front().role, consolidated), primary_name));
  }
  OfacFiles files;
  files.consolidated = consolidated;
  for (const auto& known : group) {
    const NamedBytes** slot = known.role == OfacRole::primary ? &files.primary
                              : known.role == OfacRole::add   ? &files.add
                              : known.role == OfacRole::alt   ? &files.alt
                                                              : &files.comments;
    if (*slot != nullptr) {
      return bad_input_in(known.file->name, 0,
                          fmt::format("is a second {} file beside {} of the same folder and date; import them apart, or name them by their dates",
                                      role_name(known.role, consolidated), (*slot)->name));
    }
    *slot = known.file;
  }
  Edition edition;
  edition.format = "ofac_csv";
  edition.list = list;
  date_edition(edition, {}, options, files.primary->name);
  TAMGA_TRY_STATUS(check_dated(edition, files.primary->name));
  TAMGA_TRY(auto read, read_ofac_csv(files));
  take(read, edition);
  std::string address;
  const auto add = [&](OfacRole which, const NamedBytes* file) {
    if (file == nullptr) return;
    const auto role = role_name(which, consolidated);
    address += fmt::format("{} {}\n", role, content_address(file->bytes));
    edition.files.push_back(NamedBytes{std::string(role), file->bytes});
  };
  add(OfacRole::add, files.add);
  add(OfacRole::alt, files.alt);
  add(OfacRole::comments, files.comments);
  add(OfacRole::primary, files.primary);
  edition.id = edition.files.size() == 1 ? content_address(edition.files.front().bytes) : content_address(address);
  return edition;
}

Result<Edition> make_single(const Known& known, const ReadOptions& options) {
  NamedBytes& file = *known.file;
  TAMGA_TRY(auto read, known.format->read(file));
  Edition edition;
  edition.format = known.format->name;
  edition.list = options.list;
  if (edition.list.empty()) edition.list = known.format->list;
  if (edition.list.empty()) edition.list = read.list;
  if (edition.list.empty()) return bad_input_in(file.name, 0, "its entities are of several datasets, or of none; name the list with --list NAME");
  if (auto status = check_list_name(edition.list); !status) return std::unexpected(status.error().in_file(file.name));
  date_edition(edition, read.own_date, options, file.name);
  TAMGA_TRY_STATUS(check_dated(edition, file.name));
  take(read, edition);
  // A table that was cut inside its last row may still be whole to the eye.
  if (const auto first = file.bytes.find_first_not_of(" \t\r\n");
      first != std::string::npos && file.bytes[first] != '<' && !file.bytes.ends_with('\n'))
    edition.warnings.emplace_back("the file does not end with a line end; was its end cut off?");
  edition.id = content_address(file.bytes);
  edition.files.push_back(NamedBytes{std::string(base_of(file.name)), std::move(file.bytes)});
  return edition;
}

/// The owner of the key that signed both the records and the mapping; empty when neither is signed and nothing demands it.
Result<std::string> signer_of(const NamedBytes& records, const ReadOptions& options) {
  if (options.keys.empty() && !options.records_signature && !options.mapping_signature) return std::string();
  const auto check = [&](const NamedBytes& file, const std::optional<NamedBytes>& signature) -> Result<std::string> {
    if (!signature) {
      return bad_input_in(
          file.name, 0, "is not signed, and tamga.toml names keys of house lists; sign it with: minisign -Sm FILE, and keep FILE.minisig beside it");
    }
    auto owner = check_signature(file.bytes, signature->bytes, options.keys);
    if (!owner) return std::unexpected(owner.error().in_file(signature->name));
    return owner;
  };
  TAMGA_TRY(const auto mapping_owner, check(*options.mapping, options.mapping_signature));
  TAMGA_TRY(auto records_owner, check(records, options.records_signature));
  if (mapping_owner != records_owner)
    return bad_input_in(records.name, 0, fmt::format("is signed by {}, but its mapping by {}", records_owner, mapping_owner));
  return records_owner;
}

/// A house list: beside the authorities' lists, never instead of them.
Result<Edition> make_house(NamedBytes& file, const ReadOptions& options) {
  TAMGA_TRY(const auto manifest, read_manifest(*options.mapping));
  Edition edition;
  TAMGA_TRY(edition.signed_by, signer_of(file, options));
  TAMGA_TRY(auto read, read_house(file, *options.mapping));
  edition.format = "house";
  edition.list = manifest.name;
  if (!options.list.empty() && options.list != manifest.name)
    return bad_input(fmt::format("--list {} is not the name in the mapping, {}", options.list, manifest.name));
  edition.title = manifest.title;
  edition.owner = manifest.owner;
  edition.expires = manifest.expires;
  date_edition(edition, manifest.published ? manifest.published : read.own_date, options, file.name);
  TAMGA_TRY_STATUS(check_dated(edition, file.name));
  if (*edition.expires < *edition.published) {
    return bad_input_in(options.mapping->name, 0,
                        fmt::format("the list ends on {}, before it was published, on {}", edition.expires->text(), edition.published->text()));
  }
  take(read, edition);
  if (edition.signed_by.empty()) edition.warnings.emplace_back("it is not signed; sign house lists with minisign, see docs/formats/house-list.md");
  edition.files.push_back(NamedBytes{"mapping", options.mapping->bytes});
  edition.files.push_back(NamedBytes{"records", std::move(file.bytes)});
  std::string address;
  for (const auto& kept : edition.files) address += fmt::format("{} {}\n", kept.name, content_address(kept.bytes));
  edition.id = content_address(address);
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

std::vector<std::string> format_titles() {
  std::vector<std::string> titles = {"OFAC CSV set (sdn, add, alt, comments; cons_prim and so on)"};
  for (const auto& format : formats()) titles.emplace_back(format.title);
  return titles;
}

std::span<const ListInfo> catalogue() { return kCatalogue; }

const ListInfo* find_list(std::string_view name) {
  const auto* at = std::find_if(kCatalogue.begin(), kCatalogue.end(), [&](const ListInfo& info) { return info.name == name; });
  return at == kCatalogue.end() ? nullptr : at;
}

Result<std::vector<Edition>> read_editions(std::vector<NamedBytes> files, const ReadOptions& options) {
  if (files.empty()) return bad_input(fmt::format("no file given, {}", kExpected));
  TAMGA_TRY_STATUS(check_list_name(options.list));
  std::vector<Edition> editions;
  if (options.mapping) {
    if (files.size() != 1) return bad_input(fmt::format("{} files are given with one mapping; import house lists one by one", files.size()));
    if (const auto line = first_line_not_utf8(files.front().bytes); line > 0) return bad_input_in(files.front().name, line, "is not UTF-8");
    TAMGA_TRY(auto edition, make_house(files.front(), options));
    edition.sample = is_sample(edition);
    editions.push_back(std::move(edition));
    return editions;
  }
  // Files of OFAC's set belong together when list, folder and date agree: the date in the name, or none.
  std::map<std::string, std::vector<Known>> ofac;
  for (auto& file : files) {
    TAMGA_TRY(const Known known, recognise(file));
    if (const auto line = first_line_not_utf8(file.bytes); line > 0)
      return bad_input_in(file.name, line, "is not UTF-8, the encoding that every list is published in");
    if (known.format == nullptr) {
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

Result<ReadList> reread(std::string_view format, std::span<const NamedBytes> files) {
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
    return read_ofac_csv(set);
  }
  if (format == "house" && files.size() == 2) return read_house(files[1], files[0]);
  for (const auto& candidate : formats()) {
    if (candidate.name == format && files.size() == 1) return candidate.read(files.front());
  }
  return failure(fmt::format("the stored edition is of the format {}, which this Tamga does not read", format));
}

}  // namespace tamga::lists
