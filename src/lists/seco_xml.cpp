#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/readers.h"
#include "lists/xml_records.h"

// The Swiss list of SECO, root swiss-sanctions-list (its list-type says whether it is whole or an amendment): first the programmes with their
// sets of measures, then places, then targets, each naming the sets that bind it. Texts come in four languages; the English one is taken, else
// the first.
namespace tamga::lists {
namespace {

std::string_view attribute(XmlNode node, std::string_view name) { return trim(node.attribute(name)); }

struct Set {
  std::string program;
  std::string measure;
};

struct Place {
  std::string text;
  std::string country;
};

/// The child of that name in English, else the first one.
std::string_view in_english(XmlNode node, std::string_view name) {
  for (const auto child : children(node, name)) {
    if (attribute(child, "lang") == "eng") return child.text();
  }
  return node.child(name).text();
}

int order_of(XmlNode part) {
  int order = 0;
  for (const char c : attribute(part, "order")) {
    if (c >= '0' && c <= '9' && order < 1000) order = order * 10 + (c - '0');
  }
  return order;
}

std::string country_of(XmlNode country) {
  const auto code = attribute(country, "iso-code");
  return code.size() == 2 ? lower_ascii(code) : std::string(country_code(country.text()));
}

std::string date_of(XmlNode node) {
  const auto year = attribute(node, "year");
  const auto month = attribute(node, "month");
  const auto day = attribute(node, "day");
  if (year.size() != 4) return {};
  std::string date(year);
  if (!month.empty()) date += fmt::format("-{:0>2}", month);
  if (!month.empty() && !day.empty()) date += fmt::format("-{:0>2}", day);
  return read_partial_date(date).value_or("");
}

class Reader {
 public:
  Status record(XmlNode node, std::uint64_t line) {
    const std::string_view name = node.name();
    if (name == "sanctions-program") {
      read_program(node);
    } else if (name == "place") {
      read_place(node);
    } else {
      return read_target(node, line);
    }
    return {};
  }

  Result<ReadList> finish(const std::string& file) {
    for (auto& [from, to, role, line] : related_) {
      if (!ids_.contains(to)) {
        ++strays_;
        continue;
      }
      Entity relation;
      relation.id = fmt::format("{}-unknownlink-{}", from, to);
      relation.schema = "UnknownLink";
      relation.line = line;
      relation.datasets = {"ch_seco_sanctions"};
      relation.add("subject", from);
      relation.add("object", to);
      relation.add("role", role);
      list_.relations.push_back(std::move(relation));
    }
    if (delisted_ > 0) list_.warnings.push_back(fmt::format("{} targets are no longer listed and were left out", delisted_));
    if (strays_ > 0) list_.warnings.push_back(fmt::format("{} relations are to targets that are not in the file", strays_));
    if (list_.entities.empty()) return bad_input_in(file, 0, "holds no target that is listed");
    return std::move(list_);
  }

 private:
  struct Related {
    std::string from;
    std::string to;
    std::string role;
    std::uint64_t line;
  };

  void read_program(XmlNode node) {
    const std::string program(in_english(node, "program-key"));
    for (const auto set : children(node, "sanctions-set")) {
      Set& known = sets_[std::string(attribute(set, "ssid"))];
      known.program = program;
      if (known.measure.empty() || attribute(set, "lang") == "eng") known.measure = set.text();
    }
  }

  void read_place(XmlNode node) {
    Place place;
    for (const auto* part : {"location", "area", "country"}) {
      for (const auto child : children(node, part)) {
        const auto text = child.text();
        if (!text.empty()) place.text += fmt::format("{}{}", place.text.empty() ? "" : ", ", text);
        for (auto variant = child.first(); variant; variant = variant.next()) {
          place.text += fmt::format(" ({})", variant.text());
        }
      }
    }
    place.country = country_of(node.child("country"));
    places_[std::string(attribute(node, "ssid"))] = std::move(place);
  }

  /// Modifications come in their order: a target that was struck off last is not listed, unless it came back.
  static bool is_listed(XmlNode target) {
    bool listed = true;
    for (const auto modification : children(target, "modification")) {
      const auto type = attribute(modification, "modification-type");
      if (type == "de-listed" || type == "removed") listed = false;
      if (type == "listed") listed = true;
    }
    return listed;
  }

  Status read_target(XmlNode target, std::uint64_t line) {
    const auto number = attribute(target, "ssid");
    if (number.empty()) return bad_input("a target has no ssid", line);
    if (!is_listed(target)) {
      ++delisted_;
      return {};
    }
    Entity entity;
    entity.id = fmt::format("ch-seco-{}", number);
    entity.line = line;
    entity.datasets = {"ch_seco_sanctions"};
    entity.add("sourceUrl", fmt::format("https://www.sesam.search.admin.ch/sesam-search-web/pages/search.xhtml?ssid={}", number));
    XmlNode subject;
    for (const auto& [kind, schema] : {std::pair{"individual", "Person"}, std::pair{"entity", "Organization"}, std::pair{"object", "Vessel"}}) {
      if (const auto child = target.child(kind)) {
        subject = child;
        entity.schema = schema;
      }
    }
    if (!subject) return bad_input(fmt::format("the target {} is no individual, entity or object", number), line);
    if (entity.schema == "Vessel") {
      const auto type = attribute(subject, "object-type");
      if (type != "vessel") entity.schema = type == "aircraft" ? "Airplane" : "Asset";
    }
    add_gender(entity, attribute(subject, "sex"));
    for (const auto identity : children(subject, "identity")) read_identity(entity, identity);
    if (entity.caption.empty()) {
      for (const auto* property : {"alias", "weakAlias"}) {
        if (entity.caption.empty()) entity.caption = entity.first(property);
      }
    }
    if (entity.caption.empty()) return bad_input(fmt::format("the target {} has no name", number), line);
    for (auto child = subject.first(); child; child = child.next()) read_fact(entity, child, line);
    read_modifications(entity, target);
    if (entity.designations.empty()) entity.designations.push_back(Designation{"", "", "", "", std::string(number)});
    if (!ids_.insert(entity.id).second) return bad_input(fmt::format("the target {} stands twice", number), line);
    list_.entities.push_back(std::move(entity));
    return {};
  }

  void read_identity(Entity& entity, XmlNode identity) {
    const bool main = attribute(identity, "main") == "true";
    for (auto child = identity.first(); child; child = child.next()) {
      const std::string_view name = child.name();
      if (name == "name") {
        read_name(entity, child, main);
      } else if (name == "day-month-year") {
        const auto calendar = attribute(child, "calendar");
        const std::string date = date_of(child);
        if (!calendar.empty() && calendar != "Gregorian") {
          add_note(entity, fmt::format("Birth date ({} calendar)", calendar), date);
        } else {
          entity.add("birthDate", date);
        }
        if (const auto quality = attribute(child, "quality"); !quality.empty() && quality != "good") add_note(entity, "Birth date quality", quality);
      } else if (name == "nationality") {
        entity.add(entity.schema == "Person" ? "nationality" : "country", country_of(child.child("country")));
      } else if (name == "place-of-birth") {
        const Place& place = places_[std::string(attribute(child, "place-id"))];
        entity.add("birthPlace", place.text);
        entity.add("birthCountry", place.country);
      } else if (name == "address") {
        read_address(entity, child);
      } else if (name == "identification-document") {
        read_document(entity, child);
      } else {
        add_leaves(entity, child);
      }
    }
  }

  /// Parts in their order; each may have variants of spelling, which make names of their own.
  static void read_name(Entity& entity, XmlNode node, bool main) {
    std::map<int, XmlNode> parts;
    for (const auto part : children(node, "name-part")) parts[order_of(part)] = part;
    std::string whole;
    std::map<std::string, std::string> variants;  // by language and script
    for (const auto& [order, part] : parts) {
      const auto value = part.child_text("value");
      if (!value.empty()) whole += fmt::format("{}{}", whole.empty() ? "" : " ", value);
      const auto type = attribute(part, "name-part-type");
      if (type == "family-name") entity.add("lastName", value);
      if (type == "given-name") entity.add("firstName", value);
      if (type == "father-name") entity.add("fatherName", value);
      if (type == "title") entity.add("title", value);
      for (const auto variant : children(part, "spelling-variant")) {
        auto& text = variants[fmt::format("{} {}", attribute(variant, "lang"), attribute(variant, "script"))];
        text += fmt::format("{}{}", text.empty() ? "" : " ", variant.text());
      }
    }
    const auto type = attribute(node, "name-type");
    const bool weak = attribute(node, "quality") == "low";
    if (type == "primary-name" && main && entity.caption.empty() && !weak) {
      entity.caption = whole;
      entity.add("name", whole);
    } else {
      entity.add(weak ? "weakAlias" : type == "formerly-known-as" ? "previousName" : "alias", whole);
    }
    for (const auto& [language, text] : variants) entity.add(weak ? "weakAlias" : "alias", text);
  }

  void read_address(Entity& entity, XmlNode node) {
    std::string text;
    const auto append = [&](std::string_view part) {
      if (!part.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", part);
    };
    for (const auto* part : {"c-o", "address-details", "p-o-box", "zip-code"}) append(node.child_text(part));
    if (const auto place = places_.find(std::string(attribute(node, "place-id"))); place != places_.end()) {
      append(place->second.text);
      entity.add("country", place->second.country);
    }
    entity.add("address", text);
    add_note(entity, "Address remark", node.child_text("remark"));
  }

  void read_document(Entity& entity, XmlNode node) {
    const std::string type = lower_ascii(attribute(node, "document-type"));
    const auto number = node.child_text("number");
    entity.add(type.find("passport") != std::string::npos ? "passportNumber" : "idNumber", number);
    std::string about = fmt::format("{} {}", type, number);
    for (auto child = node.first(); child; child = child.next()) {
      if (child.name() == "number") continue;
      const auto text = child.text();
      const std::string date = date_of(child);
      if (!text.empty() || !date.empty()) about += fmt::format(", {} {}", child.name(), text.empty() ? std::string_view(date) : text);
    }
    add_note(entity, "Document", about);
  }

  void read_fact(Entity& entity, XmlNode child, std::uint64_t line) {
    const std::string_view name = child.name();
    if (name == "identity") return;
    const std::string text = one_line(child.text());
    if (name == "justification") {
      add_note(entity, "Justification", text);
    } else if (name == "other-information") {
      add_note(entity, "Other information", text);
      // "IMO: 9524451", "Passport …": numbers that have a register of their own.
      if (entity.schema == "Vessel" && lower_ascii(text).find("imo") != std::string::npos) {
        if (const std::string digits = only_digits(text); digits.size() == 7) entity.add("imoNumber", digits);
      }
    } else if (name == "relation") {
      const std::string other = fmt::format("ch-seco-{}", attribute(child, "target-id"));
      related_.push_back(Related{entity.id, other, fmt::format("{} {}", attribute(child, "relation-type"), child.child_text("remark")), line});
    } else {
      add_leaves(entity, child);
    }
  }

  void read_modifications(Entity& entity, XmlNode target) {
    std::string from;
    for (const auto modification : children(target, "modification")) {
      const auto type = attribute(modification, "modification-type");
      std::string dates;
      for (const auto* kind : {"enactment-date", "effective-date", "publication-date"}) {
        const auto date = attribute(modification, kind);
        if (date.empty()) continue;
        dates += fmt::format(" {} {}", kind, date);
        if (type == "listed" && std::strcmp(kind, "effective-date") == 0) from = date;
      }
      add_note(entity, "Modification", fmt::format("{}{}", type, dates));
    }
    const auto number = attribute(target, "ssid");
    for (const auto set : children(target, "sanctions-set-id")) {
      const auto known = sets_.find(std::string(set.text()));
      if (known == sets_.end()) {
        add_note(entity, "Set of measures", set.text());
        continue;
      }
      entity.designations.push_back(
          Designation{known->second.program, "", known->second.measure, read_partial_date(from).value_or(""), std::string(number)});
    }
    for (const auto identifier : children(target, "foreign-identifier")) {
      const auto text = identifier.text();
      entity.add("unscId", text);
      add_note(entity, "Foreign identifier", text);
    }
  }

  static void add_leaves(Entity& entity, XmlNode node) {
    const std::string text = one_line(node.text());
    if (!text.empty()) add_note(entity, node.name(), text);
    for (auto child = node.first(); child; child = child.next()) add_leaves(entity, child);
  }

  ReadList list_;
  std::map<std::string, Set> sets_;
  std::map<std::string, Place> places_;
  std::set<std::string> ids_;
  std::vector<Related> related_;
  std::size_t delisted_ = 0;
  std::size_t strays_ = 0;
};

std::string_view in_tag(std::string_view tag, std::string_view name) {
  const auto at = tag.find(fmt::format("{}=\"", name));
  if (at == std::string_view::npos) return {};
  tag.remove_prefix(at + name.size() + 2);
  return tag.substr(0, tag.find('"'));
}

}  // namespace

Result<ReadList> read_seco_xml(const NamedBytes& file) {
  const FirstLook look = look_at(file.bytes);
  const auto published = Date::parse(in_tag(look.root_tag, "date").substr(0, 10));
  if (!published) return bad_input_in(file.name, 1, "its swiss-sanctions-list has no date");
  const auto type = in_tag(look.root_tag, "list-type");
  Reader reader;
  const auto record = [&](XmlNode node, std::uint64_t line) { return reader.record(node, line); };
  if (auto status = each_xml_record(file.bytes, "swiss-sanctions-list", {"sanctions-program", "place", "target"}, record); !status)
    return std::unexpected(status.error().in_file(file.name));
  TAMGA_TRY(auto list, reader.finish(file.name));
  list.own_date = published;
  // What an amendment leaves out is still listed, so it must not stand for the list.
  if (type == "amendment" || type == "delta")
    list.faults.push_back("it is an amendment, and not the whole list; import the file of the whole list (\"Gesamtliste\")");
  return list;
}

}  // namespace tamga::lists
