#include "lists/house.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/ascii.h"
#include "base/sha256.h"
#include "base/toml.h"
#include "lists/readers.h"

// House lists: records of any shape, read as a mapping says (docs/formats/house-list.md). Every record becomes a JSON tree, whatever it was;
// a field of the mapping takes values out of it by their paths; what no field takes is kept as a note under its path.
namespace tamga::lists {
namespace {

/// What a field does with its values.
enum class Kind : std::uint8_t { text, name, date, country, address, gender, registration, tax, identity, passport };

struct KindName {
  std::string_view name;
  Kind kind;
};
constexpr std::array kKinds = {
    KindName{"text", Kind::text},
    KindName{"name", Kind::name},
    KindName{"date", Kind::date},
    KindName{"country", Kind::country},
    KindName{"address", Kind::address},
    KindName{"gender", Kind::gender},
    KindName{"registration", Kind::registration},
    KindName{"tax", Kind::tax},
    KindName{"identity", Kind::identity},
    KindName{"passport", Kind::passport},
};

/// One value wanted: a path, or several joined.
struct Field {
  std::string property;
  Kind kind = Kind::text;
  std::string each;                ///< the list that `paths` are relative to; empty: the record
  std::vector<std::string> paths;  ///< several are joined
  std::string separator = " ";
  std::string split;  ///< what divides one text into several values
  std::string where;  ///< a path that must hold one of `is`
  std::vector<std::string> is;
};

struct Mapping {
  HouseManifest manifest;
  std::string program;
  std::string measure;
  std::string format;
  char separator = ',';
  std::string records;  ///< path to the array in one JSON document
  bool skip_without_name = false;
  std::string id;
  std::string schema;
  std::string schema_path;
  std::vector<std::pair<std::string, std::string>> schemas;
  std::vector<Field> fields;
  std::string program_path;
  std::string from_path;
  std::string reference_path;
  std::string measure_path;
  std::vector<std::string> ignore;
};

/// Reads one table of the mapping; whatever is asked for by no name is an error with its line.
class Table {
 public:
  Table(const std::string& file, std::string name, const Json& json) : file_(&file), name_(std::move(name)), json_(&json) {}

  Status only(std::initializer_list<std::string_view> keys) const {
    if (!json_->is_object()) return wrong(json_->offset, fmt::format("[{}] must be a table", name_));
    for (const auto& member : json_->members) {
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end())
        return wrong(member.key_offset, fmt::format("\"{}\" is not known in [{}], expected {}", member.key, name_, fmt::join(keys, ", ")));
    }
    return {};
  }
  Status text(std::string_view key, std::string& into, bool needed = false) const {
    const Json* value = json_->find(key);
    if (value == nullptr) {
      if (needed) return wrong(json_->offset, fmt::format("[{}] needs {}", name_, key));
      return {};
    }
    if (!value->is_string() || (needed && value->text.empty())) return wrong(value->offset, fmt::format("{} must be text", key));
    into = value->text;
    return {};
  }
  /// One text, or a list of them.
  Status texts(std::string_view key, std::vector<std::string>& into) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    const auto one = [&](const Json& item) -> Status {
      if (!item.is_string()) return wrong(value->offset, fmt::format("{} must be text, or a list of texts", key));
      into.push_back(item.text);
      return {};
    };
    if (!value->is_array()) return one(*value);
    for (const auto& item : value->items) TAMGA_TRY_STATUS(one(item));
    return {};
  }
  Status truth(std::string_view key, bool& into) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    if (value->kind != Json::Kind::boolean) return wrong(value->offset, fmt::format("{} must be true or false", key));
    into = value->truth;
    return {};
  }
  Result<std::optional<Date>> date(std::string_view key, bool needed) const {
    std::string text_value;
    TAMGA_TRY_STATUS(text(key, text_value, needed));
    if (text_value.empty()) return std::optional<Date>();
    const auto day = Date::parse(text_value);
    if (!day) return std::unexpected(wrong(json_->find(key)->offset, fmt::format("{} must be a date, YYYY-MM-DD", key)).error());
    return day;
  }
  [[nodiscard]] Status wrong(std::uint64_t line, std::string message) const { return bad_input_in(*file_, line, std::move(message)); }
  [[nodiscard]] const Json& json() const { return *json_; }

 private:
  const std::string* file_;
  std::string name_;
  const Json* json_;
};

Result<Field> read_field(const Table& table) {
  TAMGA_TRY_STATUS(table.only({"property", "kind", "each", "path", "separator", "split", "where", "is"}));
  Field field;
  TAMGA_TRY_STATUS(table.text("property", field.property, true));
  std::string kind =
      field.property == "name" || field.property == "alias" || field.property == "weakAlias" || field.property == "previousName" ? "name" : "text";
  TAMGA_TRY_STATUS(table.text("kind", kind));
  const auto* known = std::find_if(kKinds.begin(), kKinds.end(), [&](const KindName& entry) { return entry.name == kind; });
  if (known == kKinds.end()) {
    std::vector<std::string_view> names;
    for (const auto& entry : kKinds) names.push_back(entry.name);
    return std::unexpected(table.wrong(table.json().find("kind")->offset, fmt::format("kind must be one of {}", fmt::join(names, ", "))).error());
  }
  field.kind = known->kind;
  TAMGA_TRY_STATUS(table.text("each", field.each));
  TAMGA_TRY_STATUS(table.texts("path", field.paths));
  if (field.paths.empty()) return std::unexpected(table.wrong(table.json().offset, "a field needs path").error());
  TAMGA_TRY_STATUS(table.text("separator", field.separator));
  TAMGA_TRY_STATUS(table.text("split", field.split));
  TAMGA_TRY_STATUS(table.text("where", field.where));
  TAMGA_TRY_STATUS(table.texts("is", field.is));
  if (field.where.empty() != field.is.empty()) return std::unexpected(table.wrong(table.json().offset, "where and is belong together").error());
  return field;
}

Result<Mapping> read_mapping(const NamedBytes& file) {
  TAMGA_TRY(const Json json, read_toml(file));
  Mapping mapping;
  const Table top(file.name, "mapping", json);
  TAMGA_TRY_STATUS(top.only({"list", "records", "entity", "field", "designation", "ignore"}));
  TAMGA_TRY_STATUS(top.texts("ignore", mapping.ignore));
  const auto part = [&](const char* key) -> Result<const Json*> {
    const Json* found = json.find(key);
    if (found == nullptr) return std::unexpected(bad_input_in(file.name, 0, fmt::format("the mapping has no [{}]", key)).error());
    return found;
  };
  TAMGA_TRY(const Json* list_json, part("list"));
  const Table list(file.name, "list", *list_json);
  TAMGA_TRY_STATUS(list.only({"name", "title", "owner", "expires", "published", "program", "measure"}));
  TAMGA_TRY_STATUS(list.text("name", mapping.manifest.name, true));
  TAMGA_TRY_STATUS(list.text("title", mapping.manifest.title, true));
  TAMGA_TRY_STATUS(list.text("owner", mapping.manifest.owner, true));
  TAMGA_TRY_STATUS(list.text("program", mapping.program));
  TAMGA_TRY_STATUS(list.text("measure", mapping.measure));
  TAMGA_TRY(const auto expires, list.date("expires", true));
  mapping.manifest.expires = *expires;
  TAMGA_TRY(mapping.manifest.published, list.date("published", false));
  if (find_list(mapping.manifest.name) != nullptr) {
    return std::unexpected(
        list.wrong(list_json->find("name")->offset,
                   fmt::format("\"{}\" is an authority's list; a house list stands beside those, never instead of them", mapping.manifest.name))
            .error());
  }
  const bool letters = mapping.manifest.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (!letters || mapping.manifest.name.size() > 64)
    return std::unexpected(list.wrong(list_json->find("name")->offset, "name must be of up to 64 small letters, digits and underscores").error());

  TAMGA_TRY(const Json* records_json, part("records"));
  const Table records(file.name, "records", *records_json);
  TAMGA_TRY_STATUS(records.only({"format", "separator", "path", "skip_without_name"}));
  TAMGA_TRY_STATUS(records.text("format", mapping.format, true));
  if (mapping.format != "csv" && mapping.format != "jsonl" && mapping.format != "json")
    return std::unexpected(records.wrong(records_json->find("format")->offset, "format must be csv, jsonl or json").error());
  std::string separator;
  TAMGA_TRY_STATUS(records.text("separator", separator));
  if (separator.size() > 1) return std::unexpected(records.wrong(records_json->find("separator")->offset, "separator must be one character").error());
  if (!separator.empty()) mapping.separator = separator[0];
  TAMGA_TRY_STATUS(records.text("path", mapping.records));
  TAMGA_TRY_STATUS(records.truth("skip_without_name", mapping.skip_without_name));

  TAMGA_TRY(const Json* entity_json, part("entity"));
  const Table entity(file.name, "entity", *entity_json);
  TAMGA_TRY_STATUS(entity.only({"id", "schema", "schema_path", "schemas"}));
  TAMGA_TRY_STATUS(entity.text("id", mapping.id));
  TAMGA_TRY_STATUS(entity.text("schema", mapping.schema, true));
  TAMGA_TRY_STATUS(entity.text("schema_path", mapping.schema_path));
  if (const Json* schemas = entity_json->find("schemas"); schemas != nullptr) {
    for (const auto& member : schemas->members) mapping.schemas.emplace_back(member.key, member.value.text);
  }
  mapping.schemas.emplace_back("", mapping.schema);
  for (const auto& [value, schema] : mapping.schemas) {
    if (!schema_known(schema))
      return std::unexpected(
          entity.wrong(entity_json->offset, fmt::format("\"{}\" is not a schema, expected Person, Company, Vessel, …", schema)).error());
  }
  mapping.schemas.pop_back();

  const Json* fields = json.find("field");
  if (fields == nullptr || !fields->is_array()) return bad_input_in(file.name, 0, "the mapping has no [[field]]");
  for (const auto& item : fields->items) {
    TAMGA_TRY(auto field, read_field(Table(file.name, "field", item)));
    mapping.fields.push_back(std::move(field));
  }
  if (const Json* designation = json.find("designation"); designation != nullptr) {
    const Table table(file.name, "designation", *designation);
    TAMGA_TRY_STATUS(table.only({"program", "from", "reference", "measure"}));
    TAMGA_TRY_STATUS(table.text("program", mapping.program_path));
    TAMGA_TRY_STATUS(table.text("from", mapping.from_path));
    TAMGA_TRY_STATUS(table.text("reference", mapping.reference_path));
    TAMGA_TRY_STATUS(table.text("measure", mapping.measure_path));
  }
  return mapping;
}

/// Every value under a path: names divided by dots, lists passed through.
void values_at(const Json& json, std::string_view path, std::vector<const Json*>& out) {
  if (json.is_array()) {
    for (const auto& item : json.items) values_at(item, path, out);
    return;
  }
  if (path.empty()) {
    out.push_back(&json);
    return;
  }
  // A whole key first: the columns of a CSV may hold dots.
  if (const Json* whole = json.is_object() ? json.find(path) : nullptr; whole != nullptr) {
    values_at(*whole, {}, out);
    return;
  }
  const auto dot = path.find('.');
  const Json* child = json.is_object() ? json.find(path.substr(0, dot)) : nullptr;
  if (child != nullptr && dot != std::string_view::npos) values_at(*child, path.substr(dot + 1), out);
}

std::string text_of(const Json& json) {
  switch (json.kind) {
    case Json::Kind::null: return {};
    case Json::Kind::boolean: return json.truth ? "true" : "false";
    case Json::Kind::number:
    case Json::Kind::string: return std::string(trim(json.text));
    default: return json.dump();
  }
}

std::string first_text(const Json& json, std::string_view path) {
  if (path.empty()) return {};
  std::vector<const Json*> found;
  values_at(json, path, found);
  return found.empty() ? std::string() : text_of(*found.front());
}

class Mapper {
 public:
  explicit Mapper(const Mapping& mapping) : mapping_(mapping) {
    const auto take = [&](std::string_view each, const std::string& path) {
      if (!path.empty()) taken_.insert(each.empty() ? path : fmt::format("{}.{}", each, path));
    };
    for (const auto& field : mapping.fields) {
      for (const auto& path : field.paths) take(field.each, path);
      take(field.each, field.where);
    }
    for (const auto* path :
         {&mapping.id, &mapping.schema_path, &mapping.program_path, &mapping.from_path, &mapping.reference_path, &mapping.measure_path})
      take({}, *path);
  }

  Status record(const Json& json, std::uint64_t line) {
    Entity entity;
    entity.line = line;
    entity.datasets = {mapping_.manifest.name};
    entity.schema = mapping_.schema;
    if (!mapping_.schema_path.empty()) {
      const std::string type = first_text(json, mapping_.schema_path);
      const auto at = std::find_if(mapping_.schemas.begin(), mapping_.schemas.end(), [&](const auto& entry) { return entry.first == type; });
      if (at != mapping_.schemas.end()) {
        entity.schema = at->second;
      } else {
        add_note(entity, mapping_.schema_path, type);
      }
    }
    for (const auto& field : mapping_.fields) take(entity, field, json);
    if (entity.first("name").empty()) {
      const auto& aliases = entity.values("alias");
      if (aliases.empty()) {
        if (mapping_.skip_without_name) {
          ++nameless_;
          return {};
        }
        return bad_input("the record has no name; say skip_without_name = true in [records] if such records are to be left out", line);
      }
      entity.add("name", std::string(aliases.front()));
    }
    entity.caption = entity.first("name");
    std::string id = first_text(json, mapping_.id);
    if (id.empty()) id = sha256_hex(json.dump()).substr(0, 16);
    entity.id = fmt::format("{}-{}", mapping_.manifest.name, lower_ascii(id));
    std::replace(entity.id.begin(), entity.id.end(), ' ', '-');
    for (int again = 2; !ids_.insert(entity.id).second; ++again) {
      if (!mapping_.id.empty()) {
        ++doubled_;
      }
      entity.id = fmt::format("{}-{}-{}", mapping_.manifest.name, lower_ascii(id), again);
    }
    Designation designation{mapping_.program, "", mapping_.measure, "", first_text(json, mapping_.reference_path)};
    if (const auto program = first_text(json, mapping_.program_path); !program.empty()) designation.program = program;
    if (const auto measure = first_text(json, mapping_.measure_path); !measure.empty()) designation.measure = measure;
    const std::string from = first_text(json, mapping_.from_path);
    designation.from = read_partial_date(from).value_or("");
    if (designation.from.empty()) add_note(entity, mapping_.from_path, from);
    entity.designations.push_back(std::move(designation));
    keep_rest(entity, json, {});
    list_.entities.push_back(std::move(entity));
    return {};
  }

  Result<ReadList> finish(const std::string& file) {
    if (nameless_ > 0) list_.warnings.push_back(fmt::format("{} records have no name and were left out", nameless_));
    if (doubled_ > 0) list_.warnings.push_back(fmt::format("{} records have an id that another one has; theirs got a number", doubled_));
    if (list_.entities.empty()) return bad_input_in(file, 0, "holds no record that can be screened");
    return std::move(list_);
  }

 private:
  void take(Entity& entity, const Field& field, const Json& json) const {
    std::vector<const Json*> bases;
    if (field.each.empty()) {
      bases.push_back(&json);
    } else {
      values_at(json, field.each, bases);
    }
    for (const Json* base : bases) {
      if (!field.where.empty()) {
        const std::string value = first_text(*base, field.where);
        if (std::find(field.is.begin(), field.is.end(), value) == field.is.end()) continue;
      }
      if (field.paths.size() == 1) {
        std::vector<const Json*> found;
        values_at(*base, field.paths.front(), found);
        for (const Json* value : found) add(entity, field, text_of(*value));
      } else {
        std::string joined;
        for (const auto& path : field.paths) {
          const std::string text = first_text(*base, path);
          if (!text.empty()) joined += fmt::format("{}{}", joined.empty() ? "" : field.separator, text);
        }
        add(entity, field, joined);
      }
    }
  }

  static void add(Entity& entity, const Field& field, std::string_view text) {
    const auto parts = field.split.empty() ? std::vector<std::string_view>{trim(text)} : split(text, field.split);
    for (const auto part : parts) {
      if (part.empty()) continue;
      switch (field.kind) {
        case Kind::text: entity.add(field.property, one_line(part)); break;
        case Kind::name: entity.add(field.property, one_line(part)); break;
        case Kind::date: add_dates(entity, field.property, part); break;
        case Kind::country: add_country(entity, field.property, part); break;
        case Kind::address: add_address(entity, part); break;
        case Kind::gender: add_gender(entity, part); break;
        case Kind::registration: add_numbers(entity, NumberColumn::registration, field.paths.front(), part); break;
        case Kind::tax: add_numbers(entity, NumberColumn::tax, field.paths.front(), part); break;
        case Kind::identity: add_numbers(entity, NumberColumn::identity, field.paths.front(), part); break;
        case Kind::passport: add_numbers(entity, NumberColumn::passport, field.paths.front(), part); break;
      }
    }
  }

  /// A code of two letters, else a name.
  static void add_country(Entity& entity, const std::string& property, std::string_view text) {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (text.size() == 2 && std::all_of(text.begin(), text.end(), letter)) {
      entity.add(property, lower_ascii(text));
    } else {
      add_countries(entity, property, text);
    }
  }

  /// What no field took, under its path.
  void keep_rest(Entity& entity, const Json& json, const std::string& path) const {
    if (!path.empty() && (taken_.contains(path) || std::find(mapping_.ignore.begin(), mapping_.ignore.end(), path) != mapping_.ignore.end())) return;
    if (json.is_array()) {
      for (const auto& item : json.items) keep_rest(entity, item, path);
    } else if (json.is_object()) {
      for (const auto& member : json.members) keep_rest(entity, member.value, path.empty() ? member.key : fmt::format("{}.{}", path, member.key));
    } else if (!path.empty()) {
      add_note(entity, path, text_of(json));
    }
  }

  const Mapping& mapping_;
  std::set<std::string, std::less<>> taken_;
  ReadList list_;
  std::set<std::string> ids_;
  std::size_t nameless_ = 0;
  std::size_t doubled_ = 0;
};

Status each_csv(const NamedBytes& file, const Mapping& mapping, Mapper& mapper) {
  CsvReader csv(file.bytes, CsvLimits{.separator = mapping.separator});
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = csv.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool any, next(header));
  // A column that the mapping names and the file lacks would be lost for every record.
  for (const auto& field : mapping.fields) {
    for (const auto& path : field.paths) {
      if (std::find(header.begin(), header.end(), path) == header.end())
        return bad_input_in(file.name, 1, fmt::format("the header has no column \"{}\", which the mapping takes {} from", path, field.property));
    }
  }
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) return {};
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, csv.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    Json json = Json::object();
    for (std::size_t i = 0; i < fields.size(); ++i) json.set(header[i], fields[i]);
    if (auto status = mapper.record(json, csv.line()); !status) return std::unexpected(status.error().in_file(file.name));
  }
}

Status each_json_line(const NamedBytes& file, Mapper& mapper) {
  const std::string_view text = file.bytes;
  std::uint64_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (trim(row).empty()) continue;
    const auto json = parse_json(row);
    if (!json) return bad_input_in(file.name, line, json.error().message);
    if (!json->is_object()) return bad_input_in(file.name, line, "expected a JSON object");
    if (auto status = mapper.record(*json, line); !status) return std::unexpected(status.error().in_file(file.name));
  }
  return {};
}

Status each_in_document(const NamedBytes& file, const Mapping& mapping, Mapper& mapper) {
  const auto json = parse_json(file.bytes, JsonLimits{.bytes = std::size_t{1} << 30});
  if (!json) return std::unexpected(json.error().in_file(file.name));
  std::vector<const Json*> found;
  values_at(*json, mapping.records, found);
  if (found.empty()) return bad_input_in(file.name, 1, fmt::format("holds nothing at \"{}\", where the mapping looks for records", mapping.records));
  for (const Json* record : found) {
    const auto line = line_of_offset(file.bytes, record->offset);
    if (!record->is_object()) return bad_input_in(file.name, line, "expected a JSON object");
    if (auto status = mapper.record(*record, line); !status) return std::unexpected(status.error().in_file(file.name));
  }
  return {};
}

}  // namespace

Result<HouseManifest> read_manifest(const NamedBytes& mapping) {
  TAMGA_TRY(auto read, read_mapping(mapping));
  return std::move(read.manifest);
}

Result<ReadList> read_house(const NamedBytes& records, const NamedBytes& mapping) {
  TAMGA_TRY(const Mapping read, read_mapping(mapping));
  Mapper mapper(read);
  const auto status = read.format == "csv"     ? each_csv(records, read, mapper)
                      : read.format == "jsonl" ? each_json_line(records, mapper)
                                               : each_in_document(records, read, mapper);
  if (!status) return std::unexpected(status.error());
  return mapper.finish(records.name);
}

}  // namespace tamga::lists
