#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "lists/countries.h"
#include "lists/links.h"
#include "lists/ofac_pieces.h"
#include "lists/readers.h"

// OFAC's legacy comma-separated files (dat_spec of 25 September 2023, domain.md 5.2): no header, null is "-0-", the last line may be
// a lone 0x1A. Most of what OFAC knows stands in Remarks, in pieces divided by semicolons:
//
//   SWIFT/BIC VTBRRUMM; Website www.vtb.com; Organization Established Date 17 Oct 1990; Tax ID No. 7702070139 (Russia); License 1000
//   (Russia); Legal Entity Number 253400V1H6ART1UQ0N98 (Russia).
//
// What a piece becomes is told in ofac_pieces.cpp, which OFAC's XML shares.
// Remarks that outgrow their 1,000 characters go on in sdn_comments.csv in the middle of a word, so both are joined as they are.
namespace tamga::lists {
namespace {

/// The width of Remarks; what is longer goes on in the comments file.
constexpr std::size_t kRemarksMax = 1000;

std::string_view value_of(std::string_view field) {
  field = trim(field);
  return field == "-0-" ? std::string_view() : field;
}

/// Calls `each` with the number, the fields and the line of every row; the lone 0x1A at the end of OFAC's files is left out.
template <typename Each>
Status for_each_row(const NamedBytes& file, std::size_t columns, Each&& each) {
  std::string_view text = file.bytes;
  while (text.ends_with('\x1a')) text.remove_suffix(1);
  CsvReader reader(text);
  std::vector<std::string> fields;
  for (;;) {
    auto more = reader.next(fields);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    if (!*more) return {};
    if (fields.size() != columns) {
      return bad_input_in(file.name, reader.line(), fmt::format("{} columns, expected {}; is the file truncated?", fields.size(), columns));
    }
    std::int64_t number = 0;
    const std::string_view id = trim(fields[0]);
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size() || number <= 0) {
      return bad_input_in(file.name, reader.line(),
                          fmt::format("\"{}\" is not an OFAC number, expected digits in the first column", id.substr(0, 40)));
    }
    if (auto status = each(number, fields, reader.line()); !status) return std::unexpected(status.error().in_file(file.name));
  }
}

using Fields = std::vector<std::string>;

/// One row of sdn.csv or cons_prim.csv, but its remarks.
Result<Entity> read_entry(std::int64_t number, const Fields& fields, bool consolidated) {
  Entity entity;
  entity.id = fmt::format("ofac-{}", number);
  const std::string_view type = value_of(fields[2]);
  entity.schema = ofac_schema(type);
  if (entity.schema.empty())
    return bad_input(fmt::format("\"{}\" is not a type of OFAC's, expected individual, vessel, aircraft or -0-", type.substr(0, 40)));
  const std::string_view published = value_of(fields[1]);
  if (published.empty()) return bad_input("the name is empty");
  add_ofac_name(entity, published);
  entity.datasets.emplace_back(consolidated ? "us_ofac_cons" : "us_ofac_sdn");
  for (const auto program : split(value_of(fields[3]), "] [")) {
    entity.designations.push_back(Designation{std::string(program), "", consolidated ? "" : "Blocking", "", fmt::format("{}", number)});
  }
  if (entity.designations.empty()) entity.designations.push_back(Designation{"", "", consolidated ? "" : "Blocking", "", fmt::format("{}", number)});
  entity.add("position", value_of(fields[4]));
  entity.add("callSign", value_of(fields[5]));
  entity.add("type", value_of(fields[6]));
  entity.add("tonnage", value_of(fields[7]));
  entity.add("grossRegisteredTonnage", value_of(fields[8]));
  add_countries(entity, "flag", value_of(fields[9]));
  add_note(entity, "Vessel owner", value_of(fields[10]));
  entity.add("sourceUrl", ofac_source_url(fmt::format("{}", number)));
  return entity;
}

void read_address(Entity& entity, const Fields& fields) {
  std::string address;
  for (const std::size_t column : {2, 3, 4}) {
    if (const auto part = value_of(fields[column]); !part.empty()) address += fmt::format("{}{}", address.empty() ? "" : ", ", part);
  }
  entity.add("address", address);
  // Not add_countries: "undetermined" and "Region: Crimea" are no countries, and stand in the address already.
  entity.add("country", country_code(value_of(fields[4])));
  add_note(entity, "Address remark", value_of(fields[5]));
}

}  // namespace

Result<ReadList> read_ofac_csv(const OfacFiles& files) {
  TAMGA_CHECK(files.primary != nullptr);
  ReadList list;
  std::unordered_map<std::int64_t, std::size_t> by_number;
  std::unordered_map<std::int64_t, std::string> overflow;
  std::vector<std::string> all_remarks;  // one for each entity
  std::size_t cut = 0;
  if (files.comments != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.comments, 2, [&](std::int64_t number, const Fields& fields, std::uint64_t) -> Status {
      overflow[number] += fields[1];
      return {};
    }));
  }
  TAMGA_TRY_STATUS(for_each_row(*files.primary, 12, [&](std::int64_t number, const Fields& fields, std::uint64_t line) -> Status {
    const bool fresh = by_number.emplace(number, list.entities.size()).second;
    auto entity = read_entry(number, fields, files.consolidated);
    if (!entity) return bad_input(entity.error().message, line);
    entity->line = line;
    // A number that stands twice (a file that somebody has edited) is two entries: both are screened.
    if (!fresh) {
      entity->id += fmt::format("-line-{}", line);
      list.warnings.push_back(
          fmt::format("the OFAC number {} stands twice, again on line {}; its addresses and aliases are given to the first", number, line));
    }
    // Untrimmed: the words go on in the comments with or without a blank.
    std::string remarks = value_of(fields[11]).empty() ? std::string() : fields[11];
    if (remarks.size() >= kRemarksMax && files.comments == nullptr) ++cut;
    if (const auto more = overflow.find(number); more != overflow.end()) {
      remarks += more->second;
      overflow.erase(more);
    }
    all_remarks.push_back(std::move(remarks));
    list.entities.push_back(*std::move(entity));
    return {};
  }));
  if (list.entities.empty()) return bad_input_in(files.primary->name, 0, "holds no entry; is it truncated?");
  std::size_t strays = overflow.size();
  const auto entity_of = [&](std::int64_t number) -> Entity* {
    const auto at = by_number.find(number);
    if (at != by_number.end()) return &list.entities[at->second];
    ++strays;
    return nullptr;
  };
  if (files.add != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.add, 6, [&](std::int64_t number, const Fields& fields, std::uint64_t) -> Status {
      if (Entity* entity = entity_of(number); entity != nullptr) read_address(*entity, fields);
      return {};
    }));
  }
  // After the addresses: a number without a country is taken for one of the country that the party is in.
  for (std::size_t i = 0; i < list.entities.size(); ++i) read_ofac_remarks(list.entities[i], all_remarks[i]);
  if (files.alt != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.alt, 5, [&](std::int64_t number, const Fields& fields, std::uint64_t line) -> Status {
      const std::string_view kind = value_of(fields[2]);
      if (kind != "aka" && kind != "fka" && kind != "nka")
        return bad_input(fmt::format("\"{}\" is not an alias type, expected aka, fka or nka", kind.substr(0, 40)), line);
      Entity* entity = entity_of(number);
      if (entity == nullptr) return {};
      const std::string_view name = value_of(fields[3]);
      entity->add(kind == "fka" ? "previousName" : "alias", ofac_name_of(*entity, name));
      add_note(*entity, fmt::format("Alias {}", name), value_of(fields[4]));
      return {};
    }));
  }
  const std::string_view primary = files.consolidated ? "cons_prim.csv" : "sdn.csv";
  if (strays > 0) {
    list.warnings.push_back(fmt::format(
        "incomplete: {} addresses, aliases or comments belong to entries that are not in {}; are the files of one day?", strays, primary));
  }
  if (cut > 0)
    list.warnings.push_back(fmt::format("{} entries have more remarks than the file holds; the rest is in {}, which was not given", cut,
                                        files.consolidated ? "cons_comments.csv" : "sdn_comments.csv"));
  if (files.alt == nullptr) list.warnings.emplace_back("incomplete: imported without alt.csv, so its aliases are not screened");
  if (files.add == nullptr) list.warnings.emplace_back("imported without add.csv, so addresses and their countries are not known");
  // Cut between two rows nothing else would show it.
  for (const auto* file : {files.primary, files.add, files.alt, files.comments}) {
    if (file != nullptr && !file->bytes.ends_with('\x1a'))
      list.warnings.push_back(fmt::format("{} does not end with the mark (0x1A) that OFAC's files end with; was its end cut off?", file->name));
  }
  add_noted_links(list, "Linked To", "UnknownLink");
  return list;
}

}  // namespace tamga::lists
