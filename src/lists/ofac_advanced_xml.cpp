#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/ofac_pieces.h"
#include "lists/readers.h"
#include "lists/xml_reader.h"

// SDN_ADVANCED.XML and CONS_ADVANCED.XML (domain.md 5.4): the United Nations' "Advanced Sanctions Data Model" as OFAC fills it (namespace
// http://www.un.org/sanctions/1.0, since 2024 …/exports/ADVANCED_XML; schema sdn_advanced.xsd). The document is a set of tables that refer to
// one another by number, in an order that the schema fixes:
//
//   DateOfIssue, ReferenceValueSets   what the numbers of types, countries, lists … mean: always taken from here, never known beforehand
//   Locations, IDRegDocuments         addresses and papers
//   DistinctParties                   who is listed: profiles with names and features
//   ProfileRelationships              who owns, leads or supports whom
//   SanctionsEntries                  which profile is on which list since when, under which programmes
//
// A party's FixedRef is the number that OFAC's other files call uid or ent_num. What those files say in Remarks this one says in features
// and papers of many types; both are written as pieces of Remarks and read as such, so that the entity is the same.
//
// The file has 127 MB. So that reading it takes little more memory than its bytes, of locations and papers only the place in the file is
// kept, and each is read again where a party refers to it.
namespace tamga::lists {
namespace {

/// The kinds of reference values that are asked for, and the elements that define them.
enum class Kind : std::uint8_t {
  alias_type,
  area_code,
  calendar_type,
  country,
  detail_reference,
  document_date_type,
  document_type,
  event_type,
  external_reference_type,
  feature_type,
  legal_basis,
  link_type,
  list,
  location_part_type,
  name_part_type,
  party_sub_type,
  party_type,
  relation_quality,
  relation_type,
  reliability,
  sanctions_type,
  script,
  supporting_information_type,
  target_type,
  validity,
};
constexpr std::array<std::string_view, 25> kKinds = {
    "AliasType",    "AreaCode",       "CalendarType",  "Country",      "DetailReference", "IDRegDocDateType",
    "IDRegDocType", "EntryEventType", "ExRefType",     "FeatureType",  "LegalBasis",      "EntryLinkType",
    "List",         "LocPartType",    "NamePartType",  "PartySubType", "PartyType",       "RelationQuality",
    "RelationType", "Reliability",    "SanctionsType", "Script",       "SupInfoType",     "TargetType",
    "Validity"};

/// The tables of the document in the order of the schema, from the reference values on.
constexpr std::array<std::string_view, 8> kSections = {"DateOfIssue",     "ReferenceValueSets",   "Locations",        "IDRegDocuments",
                                                       "DistinctParties", "ProfileRelationships", "SanctionsEntries", "SanctionsEntryLinks"};

struct Value {
  std::string text;
  std::string other;   ///< of a country its ISO 3166-1 code; of an area code its description
  std::string parent;  ///< of a party sub-type the number of its party type
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

void append(std::string& text, std::string_view separator, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text += separator;
  text += part;
}

bool is_true(XmlNode node, std::string_view attribute) { return node.attribute(attribute) == "true" || node.attribute(attribute) == "1"; }

/// Every text inside the element, and every attribute, as a note under its path: for what the schema allows and OFAC has not used so far.
void note_all(Entity& entity, const std::string& label, XmlNode node) {
  for (const auto& [name, value] : node.attributes()) add_note(entity, fmt::format("{} {}", label, name), one_line(value));
  add_note(entity, label, one_line(node.text()));
  for (auto child = node.first(); child; child = child.next()) note_all(entity, fmt::format("{} {}", label, child.name()), child);
}

// Dates.

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A day as the file gives it. Month or day 0: not known.
struct Day {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;

  [[nodiscard]] bool known() const { return year != 0; }
  /// "2014-10-10"; empty when there is no such day.
  [[nodiscard]] std::string iso() const {
    if (!known() || year > 9999) return {};
    if (month == 0) return fmt::format("{:04}", year);
    if (day == 0 && month <= 12) return fmt::format("{:04}-{:02}", year, month);
    const auto date = Date::from(static_cast<int>(year), month, day);
    return date ? date->text() : std::string();
  }
  /// "10 Oct 2014", as OFAC's other files write it.
  [[nodiscard]] std::string text() const {
    if (month == 0 || month > 12) return month == 0 ? fmt::format("{}", year) : fmt::format("{}-{}-{}", year, month, day);
    return day == 0 ? fmt::format("{} {}", kMonths[month - 1], year) : fmt::format("{:02} {} {}", day, kMonths[month - 1], year);
  }
  auto operator<=>(const Day&) const = default;
};

Day day_of(XmlNode node) {
  Day day;
  const auto read = [&](std::string_view part, unsigned& into) {
    // More digits than a year has are no date: kept out, so that iso() and text() need not fear them.
    if (const auto number = number_of(node.child_text(part)); number && *number <= 99'999) into = static_cast<unsigned>(*number);
  };
  read("Year", day.year);
  read("Month", day.month);
  read("Day", day.day);
  return day;
}

bool last_of_month(const Day& day) { return Date::from(static_cast<int>(day.year), day.month, day.day + 1) == std::nullopt; }

/// "1962" for 1 January to 31 December of 1962: OFAC's way to say that no more is known. "Jun 1962" likewise; else both ends.
std::string span_text(const Day& from, const Day& to) {
  if (!from.known()) return to.known() ? to.text() : std::string();
  if (!to.known() || from == to) return from.text();
  const bool first_of_year = from.month == 1 && from.day == 1;
  const bool last_of_year = to.month == 12 && to.day == 31;
  if (first_of_year && last_of_year) return from.year == to.year ? fmt::format("{}", from.year) : fmt::format("{} to {}", from.year, to.year);
  if (from.year == to.year && from.month == to.month && from.day == 1 && to.month <= 12 && last_of_month(to))
    return Day{from.year, from.month}.text();
  return fmt::format("{} to {}", from.text(), to.text());
}

/// A DatePeriod: it starts somewhere from Start/From to Start/To, and ends somewhere from End/From to End/To.
struct Period {
  Day start_from, start_to, end_from, end_to;
  bool approximate = false;

  [[nodiscard]] std::string start_text() const { return span_text(start_from, start_to); }
  [[nodiscard]] std::string end_text() const { return span_text(end_from, end_to); }
  /// "circa 1951", "1966 to 1969", "01 Jan 1960 to 31 Dec 1961"; empty when it gives no day.
  [[nodiscard]] std::string text() const {
    std::string span;
    if (start_from == start_to && end_from == end_to) {
      span = span_text(start_from, end_to);
    } else {
      span = start_text();
      if (const auto end = end_text(); end != span) append(span, " to ", end);
    }
    return approximate && !span.empty() ? fmt::format("circa {}", span) : span;
  }
};

Period period_of(XmlNode node) {
  Period period;
  const auto read = [&](std::string_view name, Day& from, Day& to) {
    const XmlNode boundary = node.child(name);
    if (!boundary) return;
    from = day_of(boundary.child("From"));
    to = day_of(boundary.child("To"));
    // The schema allows either to stand alone.
    if (!from.known()) from = to;
    if (!to.known()) to = from;
    period.approximate = period.approximate || is_true(boundary, "Approximate");
  };
  read("Start", period.start_from, period.start_to);
  read("End", period.end_from, period.end_to);
  return period;
}

// Names.

struct NamePart {
  std::string_view type;
  std::string text;
};

/// A documented name by its parts, as people say it and as OFAC's other files write it.
struct Name {
  std::string given;   ///< first name, middle names, patronymic: the CSV's part behind the comma
  std::string family;  ///< last name, maiden name, mother's last name: the part before it
  std::string whole;   ///< of what is not a person, and parts of other types, in the order of the file
  std::string nickname;
  bool latin = true;
  bool family_first = false;  ///< Chinese, Japanese and Korean: the family name first, and no blanks
  bool acronym = false;

  [[nodiscard]] std::string natural() const {
    std::string name;
    if (family_first) {
      name = family + given;
    } else {
      append(name, " ", given);
      append(name, " ", family);
    }
    append(name, " ", whole);
    return name.empty() ? nickname : name;
  }
};

Name compose(const std::vector<NamePart>& parts, bool family_first) {
  Name name;
  name.family_first = family_first;
  for (const std::string_view type : {"First Name", "Middle Name", "Patronymic"}) {
    for (const auto& part : parts) {
      if (part.type == type) append(name.given, family_first ? "" : " ", part.text);
    }
  }
  for (const std::string_view type : {"Last Name", "Maiden Name", "Matronymic"}) {
    for (const auto& part : parts) {
      if (part.type == type) append(name.family, family_first ? "" : " ", part.text);
    }
  }
  constexpr std::array<std::string_view, 7> kPersonal = {"First Name",  "Middle Name", "Patronymic", "Last Name",
                                                         "Maiden Name", "Matronymic",  "Nickname"};
  for (const auto& part : parts) {
    if (part.type == "Nickname") append(name.nickname, " ", part.text);
    if (std::find(kPersonal.begin(), kPersonal.end(), part.type) == kPersonal.end()) append(name.whole, " ", part.text);
  }
  return name;
}

// Relations.

/// The FollowTheMoney edge for a type of relation, by OFAC's own words, from the From-Profile to the To-Profile or the other way round.
struct Edge {
  std::string_view word;  ///< what the type begins with, in small letters
  std::string_view schema;
  bool turned = false;  ///< the To-Profile is the edge's source
};
// "Owned or Controlled By" and "Property in the interest of" run from what is owned to its owner: aircraft EP-MNB to MAHAN AIR, vessel
// FU YUAN YU 7864 to its fishing company (list of March 2024). OFAC gives no shares.
constexpr std::array kEdges = {
    Edge{"owned or controlled by", "Ownership", true},
    Edge{"property in the interest of", "Ownership", true},
    Edge{"owns, controls", "Ownership"},
    Edge{"family member", "Family"},
    Edge{"leader or official", "Directorship"},
    Edge{"principal executive", "Directorship"},
    Edge{"associate", "Associate"},
    Edge{"acting for", "Representation"},
};

class Reader {
 public:
  explicit Reader(const NamedBytes& file) : xml_(file.bytes), again_(file.bytes), again_document_(file.bytes) {}

  Result<ReadList> read() {
    TAMGA_TRY_STATUS(read_document());
    return finish();
  }

 private:
  struct Place {
    std::uint64_t id;
    std::size_t offset;
    mutable bool used = false;
  };
  /// What of a party is not in its entity.
  struct Party {
    bool on_sdn_list = false;
    bool on_consolidated_list = false;
  };

  // The document and its tables.

  Status read_document() {
    TAMGA_TRY(const bool root, xml_.next());
    if (!root || xml_.name() != "Sanctions") return wrong(fmt::format("the root element is {}, expected Sanctions", xml_.name().substr(0, 60)));
    // OFAC also publishes what changed since an earlier version, in the same form.
    if (!xml_.attribute("DeltaBaseVersion").empty()) {
      return wrong(
          fmt::format("holds only what changed since version {}, expected the whole list", xml_.attribute("DeltaBaseVersion").substr(0, 20)));
    }
    TAMGA_TRY_STATUS(xml_.enter());
    std::size_t section = 0;
    for (;;) {
      TAMGA_TRY(const bool more, xml_.next());
      if (!more) break;
      const auto* const at = std::find(kSections.begin(), kSections.end(), xml_.name());
      if (at == kSections.end()) return wrong(fmt::format("the part {} is not known", xml_.name().substr(0, 60)));
      const auto number = static_cast<std::size_t>(at - kSections.begin());
      if (number < section) return wrong(fmt::format("the part {} stands after {}, expected before it", *at, kSections[section]));
      section = number;
      TAMGA_TRY_STATUS(read_section(*at));
    }
    return xml_.finish();
  }

  Status read_section(std::string_view section) {
    if (section == "DateOfIssue") {
      TAMGA_TRY(const XmlNode node, xml_.read());
      list_.own_date = Date::parse(day_of(node).iso());
      if (!list_.own_date) return bad_input("the DateOfIssue is no day, expected Year, Month and Day", line(node));
      return {};
    }
    TAMGA_TRY_STATUS(xml_.enter());
    for (;;) {
      TAMGA_TRY(const bool more, xml_.next());
      if (!more) break;
      TAMGA_TRY(const XmlNode node, xml_.read());
      TAMGA_TRY_STATUS(read_record(section, node));
      if (wrong_) return std::unexpected(*wrong_);
    }
    if (section == "Locations") sort(locations_);
    if (section == "IDRegDocuments") sort(documents_);
    return {};
  }

  Status read_record(std::string_view section, XmlNode node) {
    if (section == "ReferenceValueSets") return read_reference_values(node);
    const std::string_view name = node.name();
    if (section == "Locations" && name == "Location") return remember(locations_, node, "ID");
    if (section == "IDRegDocuments" && name == "IDRegDocument") return remember(documents_, node, "IdentityID");
    if (section == "DistinctParties" && name == "DistinctParty") return read_party(node);
    if (section == "ProfileRelationships" && name == "ProfileRelationship") return read_relationship(node);
    if (section == "SanctionsEntries" && name == "SanctionsEntry") return read_entry(node);
    if (section == "SanctionsEntryLinks" && name == "SanctionsEntryLink") return read_entry_link(node);
    return bad_input(fmt::format("the element {} in {} is not known", name.substr(0, 60), section), line(node));
  }

  Status read_reference_values(XmlNode set) {
    for (auto node = set.first(); node; node = node.next()) {
      const auto* const kind = std::find(kKinds.begin(), kKinds.end(), node.name());
      // The others rate and group: they say nothing of a party.
      if (kind == kKinds.end()) continue;
      const auto id = number_of(node.attribute("ID"));
      if (!id)
        return bad_input(fmt::format("the ID of a reference value is \"{}\", expected digits", node.attribute("ID").substr(0, 40)), line(node));
      Value value;
      value.text = one_line(node.text());
      if (node.name() == "AreaCode") value.other = one_line(node.attribute("Description"));
      if (node.name() == "Country") value.other = lower_ascii(node.attribute("ISO2"));
      value.parent = node.attribute("PartyTypeID");
      if (node.name() == "CalendarType" && value.text != "Gregorian")
        list_.warnings.push_back(fmt::format("dates of the calendar {} are taken for Gregorian ones", value.text));
      values_[static_cast<std::size_t>(kind - kKinds.begin())].insert_or_assign(*id, std::move(value));
    }
    return {};
  }

  Status remember(std::vector<Place>& places, XmlNode node, std::string_view attribute) {
    const auto id = number_of(node.attribute(attribute));
    if (!id)
      return bad_input(fmt::format("the {} of {} {} is \"{}\", expected digits", attribute, node.name(), node.attribute("ID").substr(0, 40),
                                   node.attribute(attribute).substr(0, 40)),
                       line(node));
    places.push_back(Place{*id, node.offset()});
    return {};
  }

  static void sort(std::vector<Place>& places) {
    places.shrink_to_fit();
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return std::tie(a.id, a.offset) < std::tie(b.id, b.offset); });
  }

  static std::span<const Place> find(const std::vector<Place>& places, std::uint64_t id) {
    const auto [begin, end] =
        std::equal_range(places.begin(), places.end(), Place{id, 0}, [](const Place& a, const Place& b) { return a.id < b.id; });
    return std::span(begin, end);
  }

  /// The reference value that an attribute names; nothing when there is no such attribute. A number that the file does not define is
  /// damage: it is noted, and refused at the end of the record.
  const Value& refer(Kind kind, XmlNode node, std::string_view attribute) {
    static const Value kNothing;
    const std::string_view id = node.attribute(attribute);
    if (id.empty()) return kNothing;
    return refer(kind, id, node);
  }
  const Value& refer(Kind kind, std::string_view id, XmlNode at) {
    static const Value kNothing;
    const auto& table = values_[static_cast<std::size_t>(kind)];
    const auto number = number_of(id);
    const auto value = number ? table.find(*number) : table.end();
    if (value != table.end()) return value->second;
    if (!wrong_) {
      wrong_ =
          bad_input(fmt::format("{} \"{}\" is not among the file's own reference values", kKinds[static_cast<std::size_t>(kind)], id.substr(0, 40)),
                    line(at))
              .error();
    }
    return kNothing;
  }

  std::uint64_t line(XmlNode node) { return xml_.line_of(node.offset()); }
  std::unexpected<Error> wrong(std::string message) { return bad_input(std::move(message), xml_.line_of(xml_.offset())); }

  // Parties.

  Status read_party(XmlNode node) {
    const std::string_view uid = node.attribute("FixedRef");
    if (!number_of(uid)) return bad_input(fmt::format("the FixedRef of a DistinctParty is \"{}\", expected digits", uid.substr(0, 40)), line(node));
    bool first = true;
    for (auto profile = node.first(); profile; profile = profile.next()) {
      if (profile.name() != "Profile") continue;
      const auto id = number_of(profile.attribute("ID"));
      if (!id) return bad_input(fmt::format("the ID of a Profile is \"{}\", expected digits", profile.attribute("ID").substr(0, 40)), line(profile));
      // In OFAC's files a party has one profile, of its own number. The schema allows more, which then are entities of their own.
      TAMGA_TRY_STATUS(read_profile(node, profile, first ? uid : profile.attribute("ID"), *id));
      first = false;
    }
    if (first) return bad_input(fmt::format("the DistinctParty {} has no Profile", uid), line(node));
    return {};
  }

  Status read_profile(XmlNode party, XmlNode profile, std::string_view uid, std::uint64_t profile_id) {
    Entity entity;
    entity.id = fmt::format("ofac-{}", uid);
    entity.line = line(party);
    entity.schema = schema_of(profile);
    for (auto child = profile.first(); child; child = child.next()) {
      if (child.name() == "Identity") read_identity(entity, child);
    }
    if (entity.caption.empty()) return bad_input(fmt::format("the DistinctParty {} has no name", uid), line(party));
    for (auto child = party.first(); child; child = child.next()) {
      if (child.name() == "Comment") {
        // Remarks of the other files, as far as they are not features.
        read_ofac_remarks(entity, one_line(child.text()));
      } else if (child.name() != "Profile") {
        note_all(entity, std::string(child.name()), child);
      }
    }
    for (auto child = profile.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "Feature") {
        TAMGA_TRY_STATUS(read_feature(entity, child));
      } else if (name == "Comment") {
        add_note(entity, "", one_line(child.text()));
      } else if (name == "ExternalReference") {
        read_external_reference(entity, child);
      } else if (name != "Identity" && name != "SanctionsEntryReference") {  // an entry names its profile itself
        note_all(entity, std::string(name), child);
      }
    }
    // After the features: a number without a country is taken for one of the country that the party is in.
    for (auto child = profile.first(); child; child = child.next()) {
      if (child.name() == "Identity") TAMGA_TRY_STATUS(read_documents(entity, child));
    }
    entity.add("sourceUrl", ofac_source_url(uid));
    if (!by_profile_.emplace(profile_id, list_.entities.size()).second) {
      list_.warnings.push_back(
          fmt::format("the profile {} stands twice, again on line {}; its entries and relations are given to the first", profile_id, entity.line));
      entity.id += fmt::format("-line-{}", entity.line);
    }
    shrink(entity);
    list_.entities.push_back(std::move(entity));
    parties_.emplace_back();
    return {};
  }

  /// Room for what was added and no more: half of a vector that grew by doubling is empty, and there are 200,000 of them.
  static void shrink(Entity& entity) {
    entity.properties.shrink_to_fit();
    for (auto& property : entity.properties) property.values.shrink_to_fit();
  }

  /// By the names of the types: the sub-type tells vessels from aircraft, and is "Unknown" for the rest.
  std::string_view schema_of(XmlNode profile) {
    const Value& sub_type = refer(Kind::party_sub_type, profile, "PartySubTypeID");
    const std::string_view by_sub_type = ofac_schema(sub_type.text.empty() ? "?" : sub_type.text);
    if (!by_sub_type.empty()) return by_sub_type;
    const Value& type = sub_type.parent.empty() ? sub_type : refer(Kind::party_type, sub_type.parent, profile);
    const std::string_view by_type = ofac_schema(type.text.empty() ? "?" : type.text);
    return by_type.empty() ? "LegalEntity" : by_type;
  }

  // Names.

  void read_identity(Entity& entity, XmlNode identity) {
    // The types of name parts stand apart from the names, in groups that the parts refer to.
    std::vector<std::pair<std::string_view, std::string_view>> types;
    for (auto master = identity.child("NamePartGroups").first(); master; master = master.next()) {
      for (auto group = master.first(); group; group = group.next())
        types.emplace_back(group.attribute("ID"), refer(Kind::name_part_type, group, "NamePartTypeID").text);
    }
    const bool invented = is_true(identity, "False");
    for (auto child = identity.first(); child; child = child.next()) {
      if (child.name() == "Alias") {
        read_alias(entity, child, types, invented);
      } else if (child.name() == "Comment") {
        add_note(entity, "Identity", one_line(child.text()));
      } else if (child.name() != "NamePartGroups" && child.name() != "IDRegDocumentReference") {
        note_all(entity, std::string(child.name()), child);
      }
    }
  }

  using PartTypes = std::vector<std::pair<std::string_view, std::string_view>>;

  void read_alias(Entity& entity, XmlNode alias, const PartTypes& types, bool invented) {
    const std::string_view type = refer(Kind::alias_type, alias, "AliasTypeID").text;
    const bool primary = is_true(alias, "Primary");
    const bool weak = is_true(alias, "LowQuality");
    std::string label;
    for (auto child = alias.first(); child; child = child.next()) {
      if (child.name() != "DocumentedName") continue;
      const Name name = read_name(entity, child, types);
      const std::string text = name.natural();
      if (label.empty()) label = fmt::format("Alias {}", text);
      if (primary && name.latin && !invented && entity.caption.empty()) {
        entity.caption = text;
        entity.add("name", text);
        if (entity.schema == "Person") {
          entity.add("lastName", name.family);
          entity.add("firstName", name.given);
          if (!name.family.empty() && !name.given.empty()) entity.add("publishedName", fmt::format("{}, {}", name.family, name.given));
        }
      } else {
        // Of the name in other scripts OFAC says the same as of the name: it is an alias here, since the caption is the Latin one.
        entity.add(type == "F.K.A." ? "previousName" : weak ? "weakAlias" : "alias", text);
        if (!primary && type != "A.K.A." && type != "F.K.A." && type != "N.K.A." && type != "Name")
          add_note(entity, fmt::format("Alias {}", text), type);
      }
      if (name.acronym) entity.add("abbreviation", text);
      if (name.nickname != text) entity.add("weakAlias", name.nickname);
      if (invented) add_note(entity, "False identity", text);
    }
    for (auto child = alias.first(); child; child = child.next()) {
      if (child.name() == "Comment") {
        add_note(entity, label, one_line(child.text()));
      } else if (child.name() == "DatePeriod") {
        note_period(entity, label, child);
      } else if (child.name() != "DocumentedName") {
        note_all(entity, fmt::format("{} {}", label, child.name()), child);
      }
    }
  }

  /// Groups stand in the order of the parts, so the search begins behind the last one that was found: some parties have 200 of them.
  std::string_view type_of_part(const PartTypes& types, std::string_view group) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::size_t at = (last_group_ + 1 + i) % types.size();
      if (types[at].first != group) continue;
      last_group_ = at;
      return types[at].second;
    }
    return {};
  }

  Name read_name(Entity& entity, XmlNode documented, const PartTypes& types) {
    std::vector<NamePart> parts;
    bool latin = true;
    bool family_first = false;
    bool acronym = false;
    for (auto child = documented.first(); child; child = child.next()) {
      if (child.name() != "DocumentedNamePart") continue;
      for (auto value = child.first(); value; value = value.next()) {
        NamePart part;
        part.type = type_of_part(types, value.attribute("NamePartGroupID"));
        part.text = fmt::format("{}{}{}", child.attribute("LeadingChars"), one_line(value.text()), child.attribute("TrailingChars"));
        const std::string_view script = refer(Kind::script, value, "ScriptID").text;
        if (!script.empty() && script != "Latin") latin = false;
        if (script.starts_with("Chinese") || script.starts_with("Han") || script.starts_with("Japanese") || script.starts_with("Korean"))
          family_first = true;
        acronym = acronym || is_true(value, "Acronym");
        parts.push_back(std::move(part));
      }
    }
    Name name = compose(parts, family_first);
    name.latin = latin;
    name.acronym = acronym;
    for (auto child = documented.first(); child; child = child.next()) {
      const std::string label = fmt::format("Alias {}", name.natural());
      if (child.name() == "Comment") {
        add_note(entity, label, one_line(child.text()));
      } else if (child.name() == "DocumentedNameCountry") {
        add_note(entity, label, refer(Kind::country, child, "CountryID").text);
        add_note(entity, label, one_line(child.child_text("Comment")));
      } else if (child.name() != "DocumentedNamePart" && child.name() != "IDRegDocumentReference") {
        note_all(entity, fmt::format("{} {}", label, child.name()), child);
      }
    }
    return name;
  }

  void note_period(Entity& entity, std::string_view label, XmlNode node) {
    add_note(entity, label, period_of(node).text());
    add_note(entity, label, one_line(node.child_text("Comment")));
    for (const auto* part : {"DurationMinimum", "DurationMaximum"}) {
      if (const XmlNode duration = node.child(part)) note_all(entity, fmt::format("{} {}", label, part), duration);
    }
  }

  // Features.

  Status read_feature(Entity& entity, XmlNode feature) {
    const std::string_view type = refer(Kind::feature_type, feature, "FeatureTypeID").text;
    for (auto version = feature.first(); version; version = version.next()) {
      if (version.name() == "FeatureVersion") {
        TAMGA_TRY_STATUS(read_feature_version(entity, type, version));
      } else if (version.name() != "IdentityReference") {
        note_all(entity, fmt::format("{} {}", type, version.name()), version);
      }
    }
    return {};
  }

  Status read_feature_version(Entity& entity, std::string_view type, XmlNode version) {
    std::string all;  // the values in one text, to say what a comment is on
    std::string comment;
    const auto say = [&](std::string_view value) {
      if (value.empty()) return;
      append(all, ", ", value);
      read_ofac_piece(entity, fmt::format("{} {}", type, value));
    };
    bool anything = false;
    for (auto child = version.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "Comment") {
        append(comment, "; ", one_line(child.text()));
      } else if (name == "DatePeriod") {
        say(period_of(child).text());
        append(comment, "; ", one_line(child.child_text("Comment")));
        for (const auto* part : {"DurationMinimum", "DurationMaximum"}) {
          if (const XmlNode duration = child.child(part)) note_all(entity, fmt::format("{} {}", type, part), duration);
        }
      } else if (name == "VersionDetail") {
        say(refer(Kind::detail_reference, child, "DetailReferenceID").text);
        say(one_line(child.text()));
      } else if (name == "VersionLocation") {
        anything = true;
        TAMGA_TRY(const auto place, place_of(entity, child.attribute("LocationID"), child));
        if (type != "Location") {
          say(place.text);
          continue;
        }
        append(all, ", ", place.text);
        entity.add("address", place.text);
        for (const auto& country : place.countries) entity.add("country", country);
      } else if (name != "IDRegDocumentReference") {
        note_all(entity, fmt::format("{} {}", type, name), child);
      }
    }
    const std::string label = all.empty() ? std::string(type) : fmt::format("{} {}", type, all);
    // A feature that is said without a value, such as a determination.
    if (all.empty() && comment.empty() && !anything) add_note(entity, "", type);
    add_note(entity, label, comment);
    // "Unknown" and "Confirmed" are on nearly all, and OFAC's other files do not show them.
    const std::string_view reliability = refer(Kind::reliability, version, "ReliabilityID").text;
    if (reliability != "Unknown" && reliability != "Confirmed") add_note(entity, label, reliability);
    return {};
  }

  struct Location {
    std::string text;                    ///< in reading order
    std::vector<std::string> countries;  ///< codes
  };

  Result<Location> place_of(Entity& entity, std::string_view id, XmlNode at) {
    const auto number = number_of(id);
    const auto found = number ? find(locations_, *number) : std::span<const Place>();
    if (found.empty()) return bad_input(fmt::format("the location \"{}\" is not in the file", id.substr(0, 40)), line(at));
    found.front().used = true;
    TAMGA_TRY(const XmlNode node, again_.read_at(found.front().offset));
    return read_location(entity, node);
  }

  /// "37 Plyushchikha ul., Moscow 119121, Russia", as the CSV's three columns give it.
  Location read_location(Entity& entity, XmlNode node) {
    constexpr std::array<std::string_view, 8> kOrder = {"Unknown", "ADDRESS1",       "ADDRESS2",    "ADDRESS3",
                                                        "CITY",    "STATE/PROVINCE", "POSTAL CODE", "REGION"};
    std::array<std::string, kOrder.size()> parts;
    std::string others;
    std::vector<std::string_view> names;  // of countries
    Location location;
    const auto add_country = [&](std::string_view name, std::string_view iso) {
      // OFAC's word for none.
      if (name.empty() || name == "undetermined" || std::find(names.begin(), names.end(), name) != names.end()) return;
      names.push_back(name);
      std::string code(country_code(name));
      // "Region: Crimea" is no country, whatever code the file gives it, and stands in the text.
      if (code.empty() && !name.starts_with("Region: ")) code = iso;
      if (!code.empty() && std::find(location.countries.begin(), location.countries.end(), code) == location.countries.end())
        location.countries.push_back(std::move(code));
    };
    std::vector<const Value*> areas;
    for (auto child = node.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "LocationCountry") {
        const Value& country = refer(Kind::country, child, "CountryID");
        add_country(country.text, country.other);
      } else if (name == "LocationAreaCode") {
        areas.push_back(&refer(Kind::area_code, child, "AreaCodeID"));
      } else if (name == "LocationPart") {
        const std::string_view type = refer(Kind::location_part_type, child, "LocPartTypeID").text;
        const auto* const place = std::find(kOrder.begin(), kOrder.end(), type);
        std::string& part = place == kOrder.end() ? others : parts[static_cast<std::size_t>(place - kOrder.begin())];
        for (auto value = child.first(); value; value = value.next()) {
          append(part, ", ", one_line(value.child_text("Value")));
          add_note(entity, fmt::format("Address {}", value.child_text("Value")), one_line(value.child_text("Comment")));
        }
      } else if (name == "Comment") {
        add_note(entity, "Address", one_line(child.text()));
      } else if (name != "FeatureVersionReference" && name != "IDRegDocumentReference") {
        note_all(entity, fmt::format("Address {}", name), child);
      }
    }
    // An area code repeats the country, or stands for it where none is given.
    for (const Value* area : areas) add_country(area->other, names.empty() ? lower_ascii(area->text) : std::string());
    for (std::size_t i = 0; i < parts.size(); ++i)
      append(location.text, kOrder[i] == "POSTAL CODE" && !(parts[4] + parts[5]).empty() ? " " : ", ", parts[i]);
    append(location.text, ", ", others);
    for (const auto name : names) append(location.text, ", ", name);
    return location;
  }

  // Papers.

  Status read_documents(Entity& entity, XmlNode identity) {
    const auto id = number_of(identity.attribute("ID"));
    if (!id)
      return bad_input(fmt::format("the ID of an Identity is \"{}\", expected digits", identity.attribute("ID").substr(0, 40)), line(identity));
    for (const Place& place : find(documents_, *id)) {
      place.used = true;
      TAMGA_TRY(const XmlNode document, again_document_.read_at(place.offset));
      TAMGA_TRY_STATUS(read_document(entity, document));
    }
    return {};
  }

  /// "Passport A1234 (Iran) issued 22 Jul 1998 expires 20 Jul 2003", as Remarks have it; what they have not behind it, in a note.
  Status read_document(Entity& entity, XmlNode document) {
    const std::string_view type = refer(Kind::document_type, document, "IDRegDocTypeID").text;
    const Value& country = refer(Kind::country, document, "IssuedBy-CountryID");
    const std::string number = one_line(document.child_text("IDRegistrationNo"));
    std::string piece(type);
    append(piece, " ", number);
    if (!country.text.empty() && country.text != "undetermined") piece += fmt::format(" ({})", country.text);
    std::string more;
    for (auto child = document.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "DocumentDate") {
        const std::string_view kind = refer(Kind::document_date_type, child, "IDRegDocDateTypeID").text;
        const std::string_view word = kind == "Issue Date" ? "issued" : kind == "Expiration Date" ? "expires" : kind;
        if (const auto day = period_of(child.child("DatePeriod")).text(); !day.empty()) piece += fmt::format(" {} {}", word, day);
        append(more, "; ", one_line(child.child("DatePeriod").child_text("Comment")));
      } else if (name == "IssuingAuthority") {
        if (const auto authority = one_line(child.text()); !authority.empty()) append(more, "; ", fmt::format("issuing authority {}", authority));
      } else if (name == "Comment") {
        append(more, "; ", one_line(child.text()));
      } else if (name == "IDRegDocumentMention") {
        append(more, "; ", fmt::format("{} document {}", child.attribute("ReferenceType"), child.attribute("IDRegDocumentID")));
      } else if (name != "IDRegistrationNo" && name != "DocumentedNameReference" && name != "FeatureVersionReference" &&
                 name != "ProfileRelationshipReference") {
        note_all(entity, fmt::format("{} {}", piece, name), child);
      }
    }
    if (const auto& validity = refer(Kind::validity, document, "ValidityID").text; validity != "Valid") append(more, "; ", validity);
    if (const auto place = document.attribute("IssuedIn-LocationID"); !place.empty()) {
      TAMGA_TRY(const auto location, place_of(entity, place, document));
      // It usually repeats the country.
      if (location.text != country.text && !location.text.empty()) append(more, "; ", fmt::format("issued in {}", location.text));
    }
    const OfacNumber known{number, country_code(country.text)};
    // Some numbers have their country written behind them, and not in its attribute.
    read_ofac_piece(entity, piece, known.country.empty() ? nullptr : &known);
    if (!more.empty()) add_note(entity, "", fmt::format("{}; {}", piece, more));
    return {};
  }

  void read_external_reference(Entity& entity, XmlNode reference) {
    std::string text;
    for (auto child = reference.first(); child; child = child.next()) {
      append(text, ", ", one_line(child.text()));
      if (child.name() != "SubLink") continue;
      append(text, ", ", refer(Kind::target_type, child, "TargetTypeID").text);
      append(text, ", ", one_line(child.child_text("Description")));
      append(text, ", ", one_line(child.child_text("DirectURL")));
    }
    add_note(entity, refer(Kind::external_reference_type, reference, "ExRefTypeID").text, text);
  }

  // Relations.

  /// The id and the entity of a profile; no entity when the file does not hold it, as CONS_ADVANCED.XML does not hold the owners on the SDN list.
  std::pair<std::string, const Entity*> profile(XmlNode node, std::string_view attribute) {
    const auto id = number_of(node.attribute(attribute));
    const auto at = id ? by_profile_.find(*id) : by_profile_.end();
    if (at == by_profile_.end()) return {fmt::format("ofac-{}", node.attribute(attribute)), nullptr};
    return {list_.entities[at->second].id, &list_.entities[at->second]};
  }

  Status read_relationship(XmlNode node) {
    const std::string_view type = refer(Kind::relation_type, node, "RelationTypeID").text;
    for (const auto* attribute : {"ID", "From-ProfileID", "To-ProfileID"}) {
      if (!number_of(node.attribute(attribute)))
        return bad_input(
            fmt::format("the {} of a ProfileRelationship is \"{}\", expected digits", attribute, node.attribute(attribute).substr(0, 40)),
            line(node));
    }
    auto from = profile(node, "From-ProfileID");
    auto to = profile(node, "To-ProfileID");
    const std::string lower = lower_ascii(type);
    const auto* const edge = std::find_if(kEdges.begin(), kEdges.end(), [&](const Edge& candidate) { return lower.starts_with(candidate.word); });
    std::string_view schema = edge == kEdges.end() ? "UnknownLink" : edge->schema;
    if (edge != kEdges.end() && edge->turned) std::swap(from, to);
    const auto is_person = [](const Entity* entity) { return entity != nullptr && entity->schema == "Person"; };
    if ((schema == "Family" || schema == "Associate") && !(is_person(from.second) && is_person(to.second))) schema = "UnknownLink";
    Entity relation;
    // A person is not owned, and an organisation leads no person: OFAC has some relations the wrong way round (242 of 3,146 "Owned or
    // Controlled By" of March 2024 run from a person to a company of that person's).
    if ((schema == "Ownership" || schema == "Directorship") && is_person(to.second) && !is_person(from.second) && from.second != nullptr) {
      std::swap(from, to);
      add_note(relation, "", "turned round: in OFAC's file it runs the other way");
    }
    relation.id = fmt::format("ofac-relation-{}", node.attribute("ID"));
    relation.schema = schema;
    relation.line = line(node);
    relation.caption = fmt::format("{} - {} - {}", from.second != nullptr ? from.second->caption : from.first, type,
                                   to.second != nullptr ? to.second->caption : to.first);
    const RelationEnds* ends = relation_ends(schema);
    TAMGA_CHECK(ends != nullptr);
    relation.add(ends->from, from.first);
    relation.add(ends->to, to.first);
    relation.add("role", type);
    if (is_true(node, "Former")) relation.add("status", "former");
    const std::string_view quality = refer(Kind::relation_quality, node, "RelationQualityID").text;
    if (quality != "Unknown") add_note(relation, "Relation quality", quality);
    for (auto child = node.first(); child; child = child.next()) {
      if (child.name() == "Comment") {
        add_note(relation, "", one_line(child.text()));
      } else if (child.name() == "DatePeriod") {
        const Period period = period_of(child);
        add_dates(relation, "startDate", period.start_text());
        add_dates(relation, "endDate", period.end_text());
        if (period.approximate) add_note(relation, "Period", period.text());
        add_note(relation, "Period", one_line(child.child_text("Comment")));
      } else if (child.name() != "IDRegDocumentReference") {
        note_all(relation, std::string(child.name()), child);
      }
    }
    shrink(relation);
    list_.relations.push_back(std::move(relation));
    return {};
  }

  // Entries of lists.

  Status read_entry(XmlNode node) {
    const auto id = number_of(node.attribute("ProfileID"));
    const auto at = id ? by_profile_.find(*id) : by_profile_.end();
    if (at == by_profile_.end()) {
      ++stray_entries_;
      return {};
    }
    Entity& entity = list_.entities[at->second];
    if (const auto entry = number_of(node.attribute("ID"))) by_entry_.emplace_back(*entry, static_cast<std::uint32_t>(at->second));
    const std::string_view list = refer(Kind::list, node, "ListID").text;
    if (list == "SDN List") parties_[at->second].on_sdn_list = true;
    if (list == "Consolidated List") parties_[at->second].on_consolidated_list = true;
    std::string from;
    std::string said;  // "10 Oct 2014, Executive Order 13662 (Ukraine); 13662 Sectoral Directive 1"
    std::string measures;
    std::vector<std::string> programs;
    for (auto child = node.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "EntryEvent") {
        const Day day = day_of(child.child("Date"));
        if (const auto date = day.iso(); !date.empty() && (from.empty() || date < from)) from = date;
        std::string event = day.known() ? day.text() : std::string();
        // Every entry was "Created", and the basis of old ones is "Unknown".
        if (const auto& kind = refer(Kind::event_type, child, "EntryEventTypeID").text; kind != "Created") append(event, " ", kind);
        if (const auto& basis = refer(Kind::legal_basis, child, "LegalBasisID").text; basis != "Unknown") append(event, ", ", basis);
        append(event, ", ", one_line(child.child_text("Comment")));
        append(said, "; ", event);
      } else if (name == "SanctionsMeasure") {
        const std::string_view type = refer(Kind::sanctions_type, child, "SanctionsTypeID").text;
        std::string comment = one_line(child.child_text("Comment"));
        if (type == "Program") {
          if (!comment.empty()) programs.push_back(std::move(comment));
        } else {
          std::string measure(type);
          append(measure, ": ", comment);
          append(measures, "; ", measure);
        }
        append(said, "; ", period_of(child.child("DatePeriod")).text());
        append(said, "; ", one_line(child.child("DatePeriod").child_text("Comment")));
      } else if (name == "SupportingInfo") {
        const std::string_view label = refer(Kind::supporting_information_type, child, "SupInfoTypeID").text;
        add_note(entity, label, one_line(child.child_text("Text")));
        add_note(entity, label, one_line(child.child_text("DirectURL")));
      } else if (name == "LimitationsToListing") {
        add_note(entity, "Limitations to listing", one_line(child.text()));
      } else if (name == "Comment") {
        append(said, "; ", one_line(child.text()));
      } else if (name != "ProfileRelationshipReference") {
        note_all(entity, std::string(name), child);
      }
    }
    for (const auto* attribute : {"EntryProfileRef", "EntryDeltaFlag"}) add_note(entity, attribute, node.attribute(attribute));
    if (measures != "Block") append(said, "; ", measures);
    add_note(entity, list, said);
    if (programs.empty()) programs.emplace_back();
    for (auto& program : programs) designate(entity, std::move(program), measures, from);
    return {};
  }

  /// One designation for each programme. The Consolidated List repeats what the particular list says, with the day of its own making, so
  /// the earliest day is the one on which the programme took hold.
  static void designate(Entity& entity, std::string program, const std::string& measures, const std::string& from) {
    const auto same = std::find_if(entity.designations.begin(), entity.designations.end(),
                                   [&](const Designation& designation) { return designation.program == program; });
    if (same == entity.designations.end()) {
      entity.designations.push_back(Designation{std::move(program), "", measures, from, entity.id.substr(std::string_view("ofac-").size())});
      return;
    }
    if (!from.empty() && (same->from.empty() || from < same->from)) same->from = from;
    if (same->measure.empty()) same->measure = measures;
  }

  Status read_entry_link(XmlNode node) {
    if (!std::is_sorted(by_entry_.begin(), by_entry_.end())) std::sort(by_entry_.begin(), by_entry_.end());
    const auto entity_of = [&](std::string_view attribute) -> const Entity* {
      const auto id = number_of(node.attribute(attribute));
      const auto at = id ? std::lower_bound(by_entry_.begin(), by_entry_.end(), std::pair(*id, std::uint32_t{0})) : by_entry_.end();
      return at == by_entry_.end() || at->first != *id ? nullptr : &list_.entities[at->second];
    };
    const Entity* const from = entity_of("EntryA-SanctionsEntryID");
    const Entity* const to = entity_of("EntryB-SanctionsEntryID");
    if (from == nullptr || to == nullptr) return bad_input("a SanctionsEntryLink names an entry that is not in the file", line(node));
    Entity relation;
    relation.id = fmt::format("ofac-entry-link-{}", node.attribute("ID"));
    relation.schema = "UnknownLink";
    relation.line = line(node);
    const std::string_view type = refer(Kind::link_type, node, "EntryLinkTypeID").text;
    relation.caption = fmt::format("{} - {} - {}", from->caption, type, to->caption);
    relation.add("subject", from->id);
    relation.add("object", to->id);
    relation.add("role", type);
    relation.add("startDate", day_of(node.child("Date")).iso());
    add_note(relation, "", one_line(node.child_text("Comment")));
    list_.relations.push_back(std::move(relation));
    return {};
  }

  // The end.

  Result<ReadList> finish() {
    if (!list_.own_date) return bad_input("has no DateOfIssue");
    if (list_.entities.empty()) return bad_input("holds no DistinctParty; is it truncated?");
    const auto on_sdn_list = std::count_if(parties_.begin(), parties_.end(), [](const Party& party) { return party.on_sdn_list; });
    const auto on_consolidated_list = std::count_if(parties_.begin(), parties_.end(), [](const Party& party) { return party.on_consolidated_list; });
    // Either file gives of each party all its entries, so those who are on both lists stand in both files. In March 2024 the SDN file had
    // 61 of 4,609 profiles on the Consolidated List as well; in March 2020 the other one had 9 of 375 on the SDN List.
    const bool sdn = on_sdn_list >= on_consolidated_list;
    list_.list = sdn ? "us_ofac_sdn" : "us_ofac_cons";
    std::size_t without_entry = 0;
    for (auto& entity : list_.entities) {
      entity.datasets = {list_.list};
      if (entity.designations.empty()) {
        ++without_entry;
        designate(entity, "", "", "");
      }
      if (!sdn) continue;
      // The word of the CSV for all programmes of this list, which the rules go by.
      for (auto& designation : entity.designations) designation.measure = "Blocking";
    }
    for (auto& relation : list_.relations) relation.datasets = {list_.list};
    if (stray_entries_ > 0)
      list_.warnings.push_back(fmt::format("incomplete: {} entries of lists are of profiles that the file does not hold", stray_entries_));
    if (without_entry > 0) list_.warnings.push_back(fmt::format("{} parties have no entry that says why they are listed", without_entry));
    const auto unused = [](const std::vector<Place>& places) {
      return std::count_if(places.begin(), places.end(), [](const Place& place) { return !place.used; });
    };
    if (const auto count = unused(documents_); count > 0) list_.warnings.push_back(fmt::format("{} identity documents belong to no party", count));
    if (const auto count = unused(locations_); count > 0) list_.warnings.push_back(fmt::format("{} locations belong to no party", count));
    return std::move(list_);
  }

  XmlReader xml_;
  XmlReader again_;           ///< reads locations again
  XmlReader again_document_;  ///< reads documents again, each of which may name a location
  ReadList list_;
  std::array<std::unordered_map<std::uint64_t, Value>, kKinds.size()> values_;
  std::vector<Place> locations_;  ///< by their own number
  std::vector<Place> documents_;  ///< by the identity that they are of
  std::unordered_map<std::uint64_t, std::size_t> by_profile_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> by_entry_;
  std::vector<Party> parties_;  ///< one for each entity
  std::size_t stray_entries_ = 0;
  std::size_t last_group_ = 0;
  std::optional<Error> wrong_;
};

}  // namespace

Result<ReadList> read_ofac_advanced_xml(const NamedBytes& file) {
  auto list = Reader(file).read();
  if (!list) return std::unexpected(list.error().in_file(file.name));
  return list;
}

}  // namespace tamga::lists
