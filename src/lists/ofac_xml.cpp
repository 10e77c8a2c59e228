#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "lists/countries.h"
#include "lists/links.h"
#include "lists/ofac_pieces.h"
#include "lists/readers.h"
#include "lists/xml_reader.h"

// SDN.XML and CONSOLIDATED.XML (domain.md 5.3), in OFAC's old namespace (http://tempuri.org/sdnList.xsd, to 2024) and its new one. What
// stands in elements here stands in Remarks in OFAC's CSV, so it is written as a piece of Remarks and read as one. An element that this
// reader does not know becomes a note with its path as label.
namespace tamga::lists {
namespace {

using Names = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view name, Names names) { return std::find(names.begin(), names.end(), name) != names.end(); }

/// Every text inside the element, and every attribute, as a note under its path.
void note_all(Entity& entity, const std::string& label, XmlNode node) {
  for (const auto& [name, value] : node.attributes()) add_note(entity, fmt::format("{} {}", label, name), one_line(value));
  add_note(entity, label, one_line(node.text()));
  for (auto child = node.first(); child; child = child.next()) note_all(entity, fmt::format("{} {}", label, child.name()), child);
}

/// The children that are not among the known ones. `uid` numbers the items of each list and means nothing outside of the file.
void note_others(Entity& entity, std::string_view label, XmlNode node, Names known) {
  for (auto child = node.first(); child; child = child.next()) {
    if (child.name() != "uid" && !is_one_of(child.name(), known)) note_all(entity, fmt::format("{} {}", label, child.name()), child);
  }
}

/// Calls `each` with the items of a list; anything else in it is noted.
template <typename Each>
void for_each_item(Entity& entity, XmlNode list, std::string_view item, Each&& each) {
  for (auto child = list.first(); child; child = child.next()) {
    if (child.name() == item) {
      each(child);
    } else {
      note_all(entity, fmt::format("{} {}", list.name(), child.name()), child);
    }
  }
}

/// "HANIYA, Ismail", as the CSV has it.
std::string published_name(XmlNode node) {
  const std::string last = one_line(node.child_text("lastName"));
  const std::string first = one_line(node.child_text("firstName"));
  return last.empty() || first.empty() ? last + first : fmt::format("{}, {}", last, first);
}

/// "Passport A1234 (Iran) issued 22 Jul 1998 expires 20 Jul 2003", as Remarks have it.
void read_id(Entity& entity, XmlNode id) {
  std::string piece = one_line(id.child_text("idType"));
  const std::string number = one_line(id.child_text("idNumber"));
  const std::string country = one_line(id.child_text("idCountry"));
  if (!number.empty()) piece += fmt::format(" {}", number);
  if (!country.empty()) piece += fmt::format(" ({})", country);
  if (const auto day = one_line(id.child_text("issueDate")); !day.empty()) piece += fmt::format(" issued {}", day);
  if (const auto day = one_line(id.child_text("expirationDate")); !day.empty()) piece += fmt::format(" expires {}", day);
  const OfacNumber known{number, country_code(country)};
  read_ofac_piece(entity, piece, country.empty() ? nullptr : &known);
  note_others(entity, "id", id, {"idType", "idNumber", "idCountry", "issueDate", "expirationDate"});
}

void read_alias(Entity& entity, XmlNode alias) {
  const std::string published = published_name(alias);
  const auto type = alias.child_text("type");
  const auto category = alias.child_text("category");
  // A former name is former whether weak or strong, as in the CSV; nobody is to be cleared for having changed it.
  entity.add(type == "f.k.a." ? "previousName" : category == "weak" ? "weakAlias" : "alias", ofac_name_of(entity, published));
  const std::string label = fmt::format("Alias {}", published);
  if (!is_one_of(type, {"a.k.a.", "f.k.a.", "n.k.a."})) add_note(entity, label, type);
  if (!is_one_of(category, {"strong", "weak"})) add_note(entity, label, category);
  note_others(entity, label, alias, {"type", "category", "lastName", "firstName"});
}

/// "9 Dongzhimen North Street, Dongcheng District, (Head Office), Beijing 100007, China": the CSV's three columns, of which the second
/// joins city, state and postal code.
void read_address(Entity& entity, XmlNode address) {
  const auto join = [&](Names parts, std::string_view separator) {
    std::string text;
    for (const auto part : parts) {
      const std::string value = one_line(address.child_text(part));
      if (!value.empty()) text += fmt::format("{}{}", text.empty() ? "" : separator, value);
    }
    return text;
  };
  const std::string street = join({"address1", "address2", "address3"}, ", ");
  std::string place = join({"city", "stateOrProvince"}, ", ");
  if (const auto code = one_line(address.child_text("postalCode")); !code.empty()) place += fmt::format("{}{}", place.empty() ? "" : " ", code);
  const std::string country = one_line(address.child_text("country"));
  std::string text = street;
  for (const auto& part : {place, country}) {
    if (!part.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", part);
  }
  entity.add("address", text);
  // Not add_countries: "undetermined" and "Region: Crimea" are no countries, and stand in the address already.
  entity.add("country", country_code(country));
  note_others(entity, "Address", address, {"address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country"});
}

void read_vessel(Entity& entity, XmlNode vessel) {
  entity.add("callSign", vessel.child_text("callSign"));
  entity.add("type", vessel.child_text("vesselType"));
  add_countries(entity, "flag", vessel.child_text("vesselFlag"));
  add_note(entity, "Vessel owner", one_line(vessel.child_text("vesselOwner")));
  entity.add("tonnage", vessel.child_text("tonnage"));
  entity.add("grossRegisteredTonnage", vessel.child_text("grossRegisteredTonnage"));
  note_others(entity, "Vessel", vessel, {"callSign", "vesselType", "vesselFlag", "vesselOwner", "tonnage", "grossRegisteredTonnage"});
}

/// Nationalities, births and the like: several items of which one is the main entry. It comes first, as it does in the CSV.
template <typename Each>
void read_items(Entity& entity, XmlNode list, std::string_view item, std::string_view value, Each&& each) {
  for (const bool main : {true, false}) {
    for (auto child = list.first(); child; child = child.next()) {
      if (child.name() == item && (child.child_text("mainEntry") == "true") == main) each(one_line(child.child_text(value)));
    }
  }
  for_each_item(entity, list, item, [&](XmlNode child) { note_others(entity, item, child, {"mainEntry", value}); });
}

/// In XML what the CSV says as "Linked To: X" stands in brackets.
std::string without_brackets_of_links(std::string_view remarks) {
  const std::string line = one_line(remarks);
  std::string text;
  for (auto piece : split(line, "; ")) {
    if (piece.starts_with("(Linked To: ") && piece.ends_with(')')) piece = piece.substr(1, piece.size() - 2);
    text += fmt::format("{}{}", text.empty() ? "" : "; ", piece);
  }
  return text;
}

void read_child(Entity& entity, std::string_view uid, XmlNode child) {
  const std::string_view name = child.name();
  const auto add_to = [&](std::string_view property) { return [&entity, property](std::string_view text) { entity.add(property, text); }; };
  if (name == "title") {
    entity.add("position", one_line(child.text()));
  } else if (name == "remarks") {
    read_ofac_remarks(entity, without_brackets_of_links(child.text()));
  } else if (name == "programList") {
    for_each_item(entity, child, "program",
                  [&](XmlNode program) { entity.designations.push_back(Designation{one_line(program.text()), "", "", "", std::string(uid)}); });
  } else if (name == "idList") {
    for_each_item(entity, child, "id", [&](XmlNode id) { read_id(entity, id); });
  } else if (name == "akaList") {
    for_each_item(entity, child, "aka", [&](XmlNode alias) { read_alias(entity, alias); });
  } else if (name == "addressList") {
    for_each_item(entity, child, "address", [&](XmlNode address) { read_address(entity, address); });
  } else if (name == "nationalityList") {
    read_items(entity, child, "nationality", "country", [&](std::string_view text) { add_countries(entity, "nationality", text); });
  } else if (name == "citizenshipList") {
    read_items(entity, child, "citizenship", "country", [&](std::string_view text) { add_countries(entity, "citizenship", text); });
  } else if (name == "dateOfBirthList") {
    read_items(entity, child, "dateOfBirthItem", "dateOfBirth", [&](std::string_view text) { add_dates(entity, "birthDate", text); });
  } else if (name == "placeOfBirthList") {
    read_items(entity, child, "placeOfBirthItem", "placeOfBirth", add_to("birthPlace"));
  } else if (name == "vesselInfo") {
    read_vessel(entity, child);
  } else if (!is_one_of(name, {"uid", "sdnType", "firstName", "lastName"})) {
    note_all(entity, std::string(name), child);
  }
}

Result<Entity> read_entry(XmlNode entry, std::uint64_t line) {
  Entity entity;
  const std::string_view uid = entry.child_text("uid");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(uid.data(), uid.data() + uid.size(), number);
  if (error != std::errc() || end != uid.data() + uid.size() || number == 0)
    return bad_input(fmt::format("the uid of an sdnEntry is \"{}\", expected digits", uid.substr(0, 40)), line);
  entity.id = fmt::format("ofac-{}", number);
  entity.line = line;
  const std::string_view type = entry.child_text("sdnType");
  entity.schema = type.empty() ? std::string_view() : ofac_schema(type);
  if (entity.schema.empty())
    return bad_input(fmt::format("\"{}\" is not a type of OFAC's, expected Individual, Entity, Vessel or Aircraft", type.substr(0, 40)), line);
  add_ofac_name(entity, published_name(entry));
  if (entity.caption.empty()) return bad_input(fmt::format("the sdnEntry {} has no name", uid), line);
  // The addresses first: a number without a country is taken for one of the country that the party is in.
  for (const bool addresses : {true, false}) {
    for (auto child = entry.first(); child; child = child.next()) {
      if ((child.name() == "addressList") == addresses) read_child(entity, uid, child);
    }
  }
  if (entity.designations.empty()) entity.designations.push_back(Designation{"", "", "", "", std::string(uid)});
  entity.add("sourceUrl", ofac_source_url(uid));
  return entity;
}

/// "03/28/2025": the month first.
std::optional<Date> american_date(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return {};
  return Date::parse(fmt::format("{}-{}-{}", text.substr(6), text.substr(0, 2), text.substr(3, 2)));
}

/// Programmes of the non-SDN lists: legislative council (NS-PLC), foreign sanctions evaders (FSE-IR, FSE-SY), correspondent accounts
/// (561-Related), menu-based (NS-MBS), Chinese military companies (CMIC-EO13959), and sectoral sanctions, which had EO 13662 to themselves.
bool non_sdn_program(std::string_view program) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"NS-", "FSE-", "561-", "CMIC-", "UKRAINE-EO13662", "CAPTA"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) { return program.starts_with(prefix); });
}

/// Neither file names its list. Nearly all of the consolidated list stands under such a programme (433 of 442 in December 2025), and hardly
/// anything of the SDN list (81 of 14,965 in May 2024): those who are on both.
bool is_consolidated(const std::vector<Entity>& entities) {
  const auto count = std::count_if(entities.begin(), entities.end(), [](const Entity& entity) {
    return std::any_of(entity.designations.begin(), entity.designations.end(),
                       [](const Designation& designation) { return non_sdn_program(designation.program); });
  });
  return static_cast<std::size_t>(count) * 2 > entities.size();
}

struct Information {
  std::string published;
  std::string count;
};

Status read_entries(XmlReader& xml, ReadList& list, Information& information) {
  TAMGA_TRY(const bool root, xml.next());
  if (!root || xml.name() != "sdnList")
    return bad_input(fmt::format("the root element is {}, expected sdnList", xml.name()), xml.line_of(xml.offset()));
  TAMGA_TRY_STATUS(xml.enter());
  std::unordered_set<std::string> ids;
  for (;;) {
    TAMGA_TRY(const bool more, xml.next());
    if (!more) break;
    const std::uint64_t line = xml.line_of(xml.offset());
    TAMGA_TRY(const XmlNode node, xml.read());
    if (node.name() == "publshInformation") {  // as OFAC spells it
      information.published = node.child_text("Publish_Date");
      information.count = node.child_text("Record_Count");
    } else if (node.name() == "sdnEntry") {
      TAMGA_TRY(auto entity, read_entry(node, line));
      // Two entries of one number: both are screened, as in the CSV.
      if (!ids.insert(entity.id).second) {
        entity.id += fmt::format("-line-{}", line);
        list.warnings.push_back(fmt::format("the OFAC number {} stands twice, again on line {}", node.child_text("uid"), line));
      }
      list.entities.push_back(std::move(entity));
    } else {
      return bad_input(fmt::format("the element {} is not known, expected publshInformation or sdnEntry", node.name().substr(0, 60)), line);
    }
  }
  return xml.finish();
}

}  // namespace

Result<ReadList> read_ofac_xml(const NamedBytes& file) {
  ReadList list;
  XmlReader xml(file.bytes);
  Information information;
  if (auto status = read_entries(xml, list, information); !status) return std::unexpected(status.error().in_file(file.name));
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no sdnEntry; is it truncated?");
  list.own_date = american_date(information.published);
  if (!list.own_date) {
    return bad_input_in(file.name, 0,
                        fmt::format("the Publish_Date is \"{}\", expected a date such as 03/28/2025", information.published.substr(0, 40)));
  }
  if (information.count != fmt::format("{}", list.entities.size())) {
    list.faults.push_back(
        fmt::format("says Record_Count {}, but holds {} entries", information.count.empty() ? "nothing" : information.count, list.entities.size()));
  }
  const bool consolidated = is_consolidated(list.entities);
  list.list = consolidated ? "us_ofac_cons" : "us_ofac_sdn";
  for (auto& entity : list.entities) {
    entity.datasets = {list.list};
    for (auto& designation : entity.designations) designation.measure = consolidated ? "" : "Blocking";
  }
  add_noted_links(list, "Linked To", "UnknownLink");
  return list;
}

}  // namespace tamga::lists
