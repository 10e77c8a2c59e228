#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/ascii.h"
#include "base/sha256.h"
#include "lists/ofac_pieces.h"
#include "lists/readers.h"

// The Consolidated Screening List of the International Trade Administration (domain.md 5.8): twelve lists of Treasury, Commerce and State in one,
// as CSV of 29 columns and as JSON. A JSON record is put into the CSV's columns, so that both give the same entity. The first designation of an
// entity names the list it comes from by its abbreviation, which the rules go by; then come its programmes.
namespace tamga::lists {
namespace {

constexpr std::array<std::string_view, 29> kColumns = {"_id",
                                                       "source",
                                                       "entity_number",
                                                       "type",
                                                       "programs",
                                                       "name",
                                                       "title",
                                                       "addresses",
                                                       "federal_register_notice",
                                                       "start_date",
                                                       "end_date",
                                                       "standard_order",
                                                       "license_requirement",
                                                       "license_policy",
                                                       "call_sign",
                                                       "vessel_type",
                                                       "gross_tonnage",
                                                       "gross_registered_tonnage",
                                                       "vessel_flag",
                                                       "vessel_owner",
                                                       "remarks",
                                                       "source_list_url",
                                                       "alt_names",
                                                       "citizenships",
                                                       "dates_of_birth",
                                                       "nationalities",
                                                       "places_of_birth",
                                                       "source_information_url",
                                                       "ids"};

/// The twelve sources; the abbreviation stands in brackets in all of them but one or two spellings.
constexpr std::array<std::string_view, 12> kSources = {"SDN", "SSI", "CAP", "FSE", "PLC", "CMIC", "NS-MBS", "EL", "DPL", "UVL", "MEU", "DTC"};
constexpr std::string_view kNonproliferation = "ISN";

using Row = std::map<std::string, std::string, std::less<>>;

std::string_view get(const Row& row, std::string_view column) {
  const auto at = row.find(column);
  return at == row.end() ? std::string_view() : trim(at->second);
}

/// "Entity List (EL) - Bureau of Industry and Security" is EL; "(NS-MBS List)" is NS-MBS. Empty when the text has no abbreviation.
std::string source_code(std::string_view source) {
  const auto open = source.find('(');
  const auto close = source.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  auto code = source.substr(open + 1, close - open - 1);
  if (code.ends_with(" List")) code.remove_suffix(5);
  return std::string(trim(code));
}

bool known_source(std::string_view code) { return code == kNonproliferation || std::find(kSources.begin(), kSources.end(), code) != kSources.end(); }

std::string_view schema_of(std::string_view type) {
  if (type == "Individual") return "Person";
  if (type == "Entity") return "Organization";
  if (type == "Vessel") return "Vessel";
  if (type == "Aircraft") return "Airplane";
  // Commerce and State do not say; a legal entity of the model may be a person too.
  return type.empty() ? "LegalEntity" : "";
}

/// The country is the last part of an address, by its code: "Komitas 26/114, Yerevan, Armenia, AM".
void add_address_text(Entity& entity, std::string_view text) {
  entity.add("address", one_line(text));
  const auto comma = text.rfind(',');
  const auto last = trim(comma == std::string_view::npos ? text : text.substr(comma + 1));
  if (last.size() == 2 && std::all_of(last.begin(), last.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    entity.add("country", lower_ascii(last));
}

void add_codes(Entity& entity, std::string_view property, std::string_view text) {
  for (const auto part : split(text, ";")) {
    if (part.size() == 2) {
      entity.add(property, lower_ascii(part));
    } else {
      add_countries(entity, property, part);
    }
  }
}

/// Names as Commerce publishes them carry words of the rule, and lost their apostrophes to a question mark.
void add_listed_name(Entity& entity, std::string_view published, bool primary) {
  const std::string name = one_line(published);
  if (primary) {
    entity.caption = name;
    entity.add("name", name);
  } else {
    entity.add("alias", name);
  }
  std::string plain = name;
  for (const auto* tail : {"; and any successor, sub-unit, or subsidiary thereof", ", and any successor, sub-unit, or subsidiary thereof",
                           " and any successor, sub-unit, or subsidiary thereof"}) {
    if (const auto at = plain.find(tail); at != std::string::npos) {
      plain.resize(at);
      break;
    }
  }
  for (std::size_t at = plain.find('?'); at != std::string::npos; at = plain.find('?', at + 1)) {
    const bool between = at > 0 && at + 1 < plain.size() && plain[at - 1] != ' ' && plain[at + 1] != ' ';
    if (between) plain[at] = '\'';
  }
  plain = std::string(trim(plain));
  if (plain != name) entity.add("alias", plain);
}

/// "Passport, U00242309, TR; Gender, Male": pieces of OFAC's Remarks, written otherwise.
void add_ids(Entity& entity, std::string_view text) {
  for (const auto id : split(text, ";")) {
    const auto parts = split(id, ",");
    if (parts.empty()) continue;
    std::string piece(parts[0]);
    std::size_t end = parts.size();
    const bool country =
        end > 2 && parts[end - 1].size() == 2 && parts[end - 1].find_first_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
    if (country) --end;
    for (std::size_t i = 1; i < end; ++i) piece += fmt::format("{}{}", i == 1 ? " " : ", ", parts[i]);
    if (country) piece += fmt::format(" ({})", parts.back());
    read_ofac_piece(entity, piece);
  }
}

class Reader {
 public:
  Status row(const Row& row, std::uint64_t line) {
    const auto id = get(row, "_id");
    const auto source = get(row, "source");
    if (id.empty() || source.empty()) return bad_input("a record has no _id or no source", line);
    std::string code = source_code(source);
    if (!known_source(code)) {
      if (unknown_.insert(std::string(source)).second)
        list_.warnings.push_back(fmt::format("the source \"{}\" is not known; its records are kept under that name", source.substr(0, 80)));
      if (code.empty()) code = source;
    }
    Entity entity;
    // One party of Treasury's stands on several of its lists with one number.
    entity.id = fmt::format("csl-{}-{}", lower_ascii(code), id);
    std::replace(entity.id.begin(), entity.id.end(), ' ', '-');
    entity.line = line;
    entity.datasets = {"us_trade_csl"};
    entity.schema = schema_of(get(row, "type"));
    if (entity.schema.empty())
      return bad_input(fmt::format("\"{}\" is not a type, expected Individual, Entity, Vessel or Aircraft", get(row, "type").substr(0, 40)), line);
    const auto name = get(row, "name");
    if (name.empty()) return bad_input(fmt::format("the record {} has no name", id), line);
    // Addresses of high diversion risk on the Entity List are listed by themselves ("Address 01").
    const bool is_address = name.starts_with("Address ") && name.substr(8).find_first_not_of("0123456789") == std::string_view::npos;
    if (is_address) {
      entity.schema = "Address";
      add_listed_name(entity, fmt::format("{}: {}", name, get(row, "addresses")), true);
      entity.add("alias", get(row, "addresses"));
      entity.add("full", get(row, "addresses"));
    } else {
      add_listed_name(entity, name, true);
    }
    for (const auto alias : split_outside_brackets(get(row, "alt_names"), ';')) add_listed_name(entity, alias, false);
    for (const auto address : split(get(row, "addresses"), ";")) add_address_text(entity, address);
    entity.add("position", get(row, "title"));
    entity.add("callSign", get(row, "call_sign"));
    entity.add("type", get(row, "vessel_type"));
    entity.add("tonnage", get(row, "gross_tonnage"));
    entity.add("grossRegisteredTonnage", get(row, "gross_registered_tonnage"));
    add_codes(entity, "flag", get(row, "vessel_flag"));
    add_codes(entity, "citizenship", get(row, "citizenships"));
    add_codes(entity, "nationality", get(row, "nationalities"));
    for (const auto date : split(get(row, "dates_of_birth"), ";")) add_dates(entity, "birthDate", date);
    for (const auto place : split(get(row, "places_of_birth"), ";")) entity.add("birthPlace", place);
    add_ids(entity, get(row, "ids"));
    for (const auto& [column, label] :
         {std::pair{"source", "Source"}, std::pair{"federal_register_notice", "Federal Register notice"}, std::pair{"end_date", "End date"},
          std::pair{"standard_order", "Standard order"}, std::pair{"license_requirement", "License requirement"},
          std::pair{"license_policy", "License policy"}, std::pair{"vessel_owner", "Vessel owner"}, std::pair{"remarks", "Remarks"},
          std::pair{"entity_number", "Entity number"}, std::pair{"source_information_url", "More at"}}) {
      add_note(entity, label, get(row, column));
    }
    if (!get(row, "entity_number").empty()) entity.add("ofacId", fmt::format("ofac-{}", get(row, "entity_number")));
    entity.add("endDate", get(row, "end_date"));
    entity.add("sourceUrl", get(row, "source_list_url"));
    for (const auto& [column, value] : row) {
      if (std::find(kColumns.begin(), kColumns.end(), column) == kColumns.end()) add_note(entity, column, value);
    }
    const std::string from = read_partial_date(get(row, "start_date")).value_or("");
    if (from.empty()) add_note(entity, "Start date", get(row, "start_date"));
    const std::string reference(get(row, "entity_number").empty() ? id : get(row, "entity_number"));
    entity.designations.push_back(Designation{code, "", "", from, reference});
    for (const auto program : split(get(row, "programs"), ";")) {
      Designation designation{std::string(program), "", "", from, reference};
      if (program != code) entity.designations.push_back(std::move(designation));
    }
    if (!ids_.insert(entity.id).second) return bad_input(fmt::format("the record {} of {} stands twice", id, source), line);
    list_.entities.push_back(std::move(entity));
    return {};
  }

  Result<ReadList> finish(const std::string& file) {
    if (list_.entities.empty()) return bad_input_in(file, 0, "holds no record; is it truncated?");
    return std::move(list_);
  }
  void warn(std::string warning) { list_.warnings.push_back(std::move(warning)); }

 private:
  ReadList list_;
  std::set<std::string> ids_;
  std::set<std::string> unknown_;
};

/// A JSON value as the CSV writes it: lists with "; ", the parts of an object with ", ".
std::string cell_of(const Json& value) {
  std::string text;
  const auto append = [&](std::string_view part, std::string_view separator) {
    if (part.empty()) return;
    if (!text.empty()) text += separator;
    text += part;
  };
  switch (value.kind) {
    case Json::Kind::null: return {};
    case Json::Kind::boolean: return value.truth ? "true" : "false";
    case Json::Kind::number:
    case Json::Kind::string: return value.text;
    case Json::Kind::array:
      for (const auto& item : value.items) append(cell_of(item), "; ");
      return text;
    case Json::Kind::object:
      for (const auto& member : value.members) append(cell_of(member.value), ", ");
      return text;
  }
  return text;
}

/// The members of an object in the order of the CSV.
std::string ordered(const Json& value, std::initializer_list<std::string_view> keys) {
  std::string text;
  const auto one = [&](const Json& item) {
    std::string part;
    if (!item.is_object()) {
      part = cell_of(item);
    } else {
      for (const auto key : keys) {
        if (const Json* member = item.find(key); member != nullptr) {
          const std::string cell = cell_of(*member);
          if (!cell.empty()) part += fmt::format("{}{}", part.empty() ? "" : ", ", cell);
        }
      }
      for (const auto& member : item.members) {
        const std::string cell = cell_of(member.value);
        if (std::find(keys.begin(), keys.end(), member.key) == keys.end() && !cell.empty())
          part += fmt::format("{}{} {}", part.empty() ? "" : ", ", member.key, cell);
      }
    }
    if (!part.empty()) text += fmt::format("{}{}", text.empty() ? "" : "; ", part);
  };
  if (value.is_array()) {
    for (const auto& item : value.items) one(item);
  } else {
    one(value);
  }
  return text;
}

}  // namespace

Result<ReadList> read_us_csl_csv(const NamedBytes& file) {
  CsvReader csv(file.bytes);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = csv.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool any, next(header));
  for (const auto column : kColumns) {
    if (std::find(header.begin(), header.end(), column) == header.end())
      return bad_input_in(file.name, 1, fmt::format("the header has no column {}, expected the 29 of the Consolidated Screening List", column));
  }
  Reader reader;
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, csv.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    if (fields == header) {
      // Files that were joined out of several have it again.
      reader.warn(fmt::format("the header stands again on line {}", csv.line()));
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i) row[header[i]] = fields[i];
    if (auto status = reader.row(row, csv.line()); !status) return std::unexpected(status.error().in_file(file.name));
  }
  return reader.finish(file.name);
}

Result<ReadList> read_us_csl_json(const NamedBytes& file) {
  const auto json = parse_json(file.bytes, JsonLimits{.bytes = std::size_t{1} << 30});
  if (!json) return std::unexpected(json.error().in_file(file.name));
  const Json* results = json->find("results");
  if (results == nullptr || !results->is_array())
    return bad_input_in(file.name, 1, "expected {\"results\":[…]} as the Consolidated Screening List has it");
  Reader reader;
  std::uint64_t number = 0;
  for (const auto& item : results->items) {
    ++number;
    if (!item.is_object()) return bad_input_in(file.name, 0, fmt::format("result {} is not an object", number));
    Row row;
    for (const auto& member : item.members) {
      if (member.key == "id" || member.key == "_id") {
        row["_id"] = cell_of(member.value);
      } else if (member.key == "addresses") {
        row["addresses"] = ordered(member.value, {"address", "city", "state", "postal_code", "country"});
      } else if (member.key == "ids") {
        row["ids"] = ordered(member.value, {"type", "number", "country"});
      } else {
        row[member.key] = cell_of(member.value);
      }
    }
    if (auto status = reader.row(row, line_of_offset(file.bytes, item.offset)); !status) return std::unexpected(status.error().in_file(file.name));
  }
  return reader.finish(file.name);
}

}  // namespace tamga::lists
