#include "licences/licence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace tamga::licences {
namespace {

constexpr std::size_t kTextMax = 2000;
constexpr std::size_t kItemsMax = 1000;
constexpr std::int64_t kLimitMax = 900'000'000'000;  // of any cap; in millionths it has the 18 digits of a Decimal
constexpr long kDaysMax = 3660;

constexpr std::array<std::string_view, 14> kRoles = {"exporter", "importer",  "consignee", "notify",  "end_user", "buyer", "seller",
                                                     "carrier",  "forwarder", "bank",      "insurer", "vessel",   "owner", "intermediary"};
constexpr std::array<std::string_view, 13> kIdentifiers = {"bin",  "iin", "inn", "ogrn",     "kpp", "lei", "imo",
                                                           "mmsi", "bic", "reg", "passport", "tax", "iban"};

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_rule_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; });
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string step(std::string_view key) {
  std::string escaped;
  append_json_string(escaped, key);
  std::string out;
  for (const char c : std::string_view(escaped).substr(1, escaped.size() - 2)) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

/// Walks one licence document; every complaint names the path and the line.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  using Read = std::function<Status(const Json&, const std::string& path)>;
  struct Field {
    std::string_view name;
    Read read;
  };

  [[nodiscard]] std::unexpected<Error> wrong(const Json& at, const std::string& path, std::string_view what) const {
    return bad_input(fmt::format("{}: {}", path.empty() ? "/" : path, what), line_of_offset(text_, at.offset));
  }

  Status object(const Json& json, const std::string& path, std::span<const Field> fields) const {
    if (!json.is_object()) return wrong(json, path, "expected an object");
    for (const auto& member : json.members) {
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& one) { return one.name == member.key; });
      const std::string below = fmt::format("{}/{}", path, step(member.key));
      if (field == fields.end()) {
        std::vector<std::string_view> known;
        for (const auto& one : fields) known.push_back(one.name);
        return bad_input(fmt::format("{}: unknown field, expected one of {}", below, fmt::join(known, ", ")),
                         line_of_offset(text_, member.key_offset));
      }
      TAMGA_TRY_STATUS(field->read(member.value, below));
    }
    return {};
  }

  [[nodiscard]] Status need(const Json& json, const std::string& path, std::initializer_list<std::string_view> names) const {
    for (const auto name : names) {
      if (json.find(name) == nullptr) return wrong(json, fmt::format("{}/{}", path, name), "is missing");
    }
    return {};
  }

  /// Text on one line that is not empty.
  Read line(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (!json.is_string()) return wrong(json, path, "expected text");
      if (json.text.size() > kTextMax) return wrong(json, path, fmt::format("longer than {} bytes", kTextMax));
      if (json.text.find_first_not_of(" \t") == std::string::npos) return wrong(json, path, "must not be empty");
      if (json.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return wrong(json, path, "must be one line");
      into = json.text;
      return {};
    };
  }

  /// Text of a form, `expected` says which.
  Read formed(std::string& into, bool (*is)(std::string_view), std::string_view expected) const {
    return [this, &into, is, expected](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(line(into)(json, path));
      return is(into) ? Status{} : wrong(json, path, fmt::format("{} is not {}", quoted(into), expected));
    };
  }

  Read country(std::string& into) const {
    return formed(
        into, [](std::string_view t) { return t.size() == 2 && std::all_of(t.begin(), t.end(), [](char c) { return c >= 'A' && c <= 'Z'; }); },
        "a country, expected two capital letters of ISO 3166-1");
  }

  Read code(std::string& into) const {
    return formed(
        into, [](std::string_view t) { return t.size() >= 2 && t.size() <= 10 && digits(t); },
        "a goods code or the beginning of one, expected 2 to 10 digits");
  }

  Read date(std::optional<Date>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (json.is_string()) into = Date::parse(json.text);
      return into ? Status{} : wrong(json, path, "expected a date as YYYY-MM-DD");
    };
  }

  Read amount(std::optional<Decimal>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (!json.is_number() && !json.is_string()) return wrong(json, path, "expected a number");
      into = Decimal::parse(json.text);
      if (!into || into->scale > kScaleMax || *into > Decimal::whole(kLimitMax) || *into <= Decimal::whole(0)) {
        return wrong(json, path,
                     fmt::format("{} is not a number above 0 and up to {} with at most {} decimals", quoted(json.text), kLimitMax, kScaleMax));
      }
      return {};
    };
  }

  template <typename T, typename One>
  Read list(std::vector<T>& into, One one) const {
    return [this, &into, one](const Json& json, const std::string& path) -> Status {
      if (!json.is_array()) return wrong(json, path, "expected a list");
      if (json.items.size() > kItemsMax) return wrong(json, path, fmt::format("more than {} items", kItemsMax));
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        T item;
        TAMGA_TRY_STATUS(one(json.items[i], fmt::format("{}/{}", path, i), item));
        into.push_back(std::move(item));
      }
      return {};
    };
  }

  Read lines(std::vector<std::string>& into) const {
    return list(into, [this](const Json& json, const std::string& path, std::string& item) { return line(item)(json, path); });
  }
  Read countries(std::vector<std::string>& into) const {
    return list(into, [this](const Json& json, const std::string& path, std::string& item) { return country(item)(json, path); });
  }

  Status party(const Json& json, const std::string& path, NamedParty& into) const {
    const auto identifiers = [&](const Json& value, const std::string& below) -> Status {
      if (!value.is_object()) return wrong(value, below, "expected an object");
      for (const auto& member : value.members) {
        const std::string at = fmt::format("{}/{}", below, step(member.key));
        if (std::find(kIdentifiers.begin(), kIdentifiers.end(), member.key) == kIdentifiers.end()) {
          return bad_input(fmt::format("{}: unknown field, expected one of {}", at, fmt::join(kIdentifiers, ", ")),
                           line_of_offset(text_, member.key_offset));
        }
        DealIdentifier identifier{member.key, {}};
        TAMGA_TRY_STATUS(line(identifier.value)(member.value, at));
        into.identifiers.push_back(std::move(identifier));
      }
      return {};
    };
    const auto role = [&](const Json& value, const std::string& below) -> Status {
      TAMGA_TRY_STATUS(line(into.role)(value, below));
      if (std::find(kRoles.begin(), kRoles.end(), into.role) != kRoles.end()) return {};
      return wrong(value, below, fmt::format("{} is not one of {}", quoted(into.role), fmt::join(kRoles, ", ")));
    };
    const Field fields[] = {{"role", role}, {"name", line(into.name)}, {"country", country(into.country)}, {"identifiers", identifiers}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    TAMGA_TRY_STATUS(need(json, path, {"role", "name"}));
    if (into.country.empty() && into.identifiers.empty()) return wrong(json, path, "needs a country or an identifier: a name alone is nobody's");
    return {};
  }

  Status cap(const Json& json, const std::string& path, Cap& into) const {
    std::optional<Decimal> quantity;
    std::optional<Decimal> value;
    std::string unit;
    std::string currency;
    const auto is_currency = [](std::string_view t) {
      return t.size() == 3 && std::all_of(t.begin(), t.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    };
    const Field fields[] = {{"code", code(into.code)},
                            {"quantity", amount(quantity)},
                            {"unit", line(unit)},
                            {"value", amount(value)},
                            {"currency", formed(currency, is_currency, "a currency, expected three capital letters of ISO 4217")}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if ((quantity && value) || (!quantity && !value) || quantity.has_value() == unit.empty() || value.has_value() == currency.empty()) {
      return wrong(json, path, "a cap is a quantity with its unit, or a value with its currency");
    }
    into.of_value = value.has_value();
    into.limit = into.of_value ? *value : *quantity;
    into.measure = into.of_value ? currency : unit;
    return {};
  }

  Status duty(const Json& json, const std::string& path, Duty& into) const {
    const auto days = [&](const Json& value, const std::string& below) -> Status {
      const auto number = value.is_number() ? Decimal::parse(value.text) : std::nullopt;
      if (!number || number->scale != 0 || number->coefficient < 0 || number->coefficient > kDaysMax) {
        return wrong(value, below, fmt::format("expected whole days, 0 to {}", kDaysMax));
      }
      into.within_days = static_cast<long>(number->coefficient);
      return {};
    };
    const Field fields[] = {{"what", line(into.what)}, {"within_days", days}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    return need(json, path, {"what", "within_days"});
  }

  Result<Licence> licence(const Json& json) const {
    Licence into;
    std::optional<Date> issued;
    std::optional<Date> from;
    std::optional<Date> to;
    const auto is_regime = [](std::string_view t) { return is_rule_id(t) && t.find('.') == std::string_view::npos; };
    const auto is_sha256 = [](std::string_view t) {
      return t.size() == 64 && std::all_of(t.begin(), t.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    };
    const Field fields[] = {
        {"number", line(into.number)},
        {"authority", line(into.authority)},
        {"regime", formed(into.regime, is_regime, "a regime such as us, eu, uk")},
        {"issued", date(issued)},
        {"from", date(from)},
        {"to", date(to)},
        {"lifts", lines(into.lifts)},
        {"parties", list(into.parties, [this](const Json& j, const std::string& p, NamedParty& o) { return party(j, p, o); })},
        {"codes", list(into.codes, [this](const Json& j, const std::string& p, std::string& o) { return code(o)(j, p); })},
        {"destinations", countries(into.destinations)},
        {"origins", countries(into.origins)},
        {"end_use", lines(into.end_use)},
        {"caps", list(into.caps, [this](const Json& j, const std::string& p, Cap& o) { return cap(j, p, o); })},
        {"conditions", lines(into.conditions)},
        {"duties", list(into.duties, [this](const Json& j, const std::string& p, Duty& o) { return duty(j, p, o); })},
        {"document", formed(into.document, is_sha256, "a SHA-256, expected 64 hexadecimal digits in lower case")},
    };
    TAMGA_TRY_STATUS(object(json, "", fields));
    TAMGA_TRY_STATUS(need(json, "", {"number", "authority", "regime", "issued", "from", "to", "lifts", "parties"}));
    into.issued = *issued;
    into.from = *from;
    into.to = *to;
    if (into.to < into.from) return wrong(*json.find("to"), "/to", fmt::format("is before the first day, {}", into.from.text()));
    if (into.parties.empty()) return wrong(*json.find("parties"), "/parties", "must name at least one party: a licence is somebody's");
    const Json& lifts = *json.find("lifts");
    if (into.lifts.empty()) return wrong(lifts, "/lifts", "must name at least one rule");
    for (std::size_t i = 0; i < into.lifts.size(); ++i) {
      std::string_view id = into.lifts[i];
      if (id.ends_with('*')) id.remove_suffix(1);
      // No authority can waive another's rule.
      if (!is_rule_id(id) || !id.starts_with(into.regime + ".") || id.size() < into.regime.size() + 2) {
        return wrong(lifts.items[i], fmt::format("/lifts/{}", i),
                     fmt::format("must name rules of the licence's own regime, such as \"{0}.…\" or \"{0}.…*\"", into.regime));
      }
    }
    for (std::size_t i = 0; i < into.caps.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (into.caps[i].key() == into.caps[j].key()) return wrong(json.find("caps")->items[i], fmt::format("/caps/{}", i), "stands twice");
      }
    }
    return into;
  }

 private:
  std::string_view text_;
};

}  // namespace

std::string Cap::key() const { return fmt::format("{}{}{} {}", code, code.empty() ? "" : " ", of_value ? "value" : "quantity", measure); }

std::string Cap::text(const Decimal& amount) const { return fmt::format("{} {}{}{}", amount.text(), measure, code.empty() ? "" : " of ", code); }

bool Licence::lifts_rule(std::string_view rule) const {
  return std::any_of(lifts.begin(), lifts.end(),
                     [&](std::string_view id) { return id.ends_with('*') ? rule.starts_with(id.substr(0, id.size() - 1)) : rule == id; });
}

Result<Licence> read_licence(std::string_view text) {
  TAMGA_TRY(const Json json, parse_json(text));
  return Reader(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text).licence(json);
}

Json to_json(const Licence& licence) {
  Json json = Json::object();
  json.set("number", licence.number).set("authority", licence.authority).set("regime", licence.regime).set("issued", licence.issued.text());
  json.set("from", licence.from.text()).set("to", licence.to.text()).set("lifts", Json::strings(licence.lifts));
  Json parties = Json::array();
  for (const auto& party : licence.parties) {
    Json item = Json::object().set("role", party.role).set("name", party.name);
    if (!party.country.empty()) item.set("country", party.country);
    if (!party.identifiers.empty()) {
      Json identifiers = Json::object();
      for (const auto& identifier : party.identifiers) identifiers.set(identifier.kind, identifier.value);
      item.set("identifiers", std::move(identifiers));
    }
    parties.push(std::move(item));
  }
  json.set("parties", std::move(parties));
  const auto strings = [&](std::string_view key, const std::vector<std::string>& values) {
    if (!values.empty()) json.set(key, Json::strings(values));
  };
  strings("codes", licence.codes);
  strings("destinations", licence.destinations);
  strings("origins", licence.origins);
  strings("end_use", licence.end_use);
  if (!licence.caps.empty()) {
    Json caps = Json::array();
    for (const auto& cap : licence.caps) {
      Json item = Json::object();
      if (!cap.code.empty()) item.set("code", cap.code);
      item.set(cap.of_value ? "value" : "quantity", Json::number_literal(cap.limit.text())).set(cap.of_value ? "currency" : "unit", cap.measure);
      caps.push(std::move(item));
    }
    json.set("caps", std::move(caps));
  }
  strings("conditions", licence.conditions);
  if (!licence.duties.empty()) {
    Json duties = Json::array();
    for (const auto& duty : licence.duties) {
      duties.push(Json::object().set("what", duty.what).set("within_days", Json::number(duty.within_days)));
    }
    json.set("duties", std::move(duties));
  }
  if (!licence.document.empty()) json.set("document", licence.document);
  return json;
}

std::optional<std::int64_t> millionths(const Decimal& amount) {
  __extension__ using Wide = __int128;
  if (amount.scale > kScaleMax) {
    Decimal shorter = amount;
    while (shorter.scale > kScaleMax && shorter.coefficient % 10 == 0) {
      shorter.coefficient /= 10;
      --shorter.scale;
    }
    if (shorter.scale > kScaleMax) return std::nullopt;
    return millionths(shorter);
  }
  Wide count = amount.coefficient;
  for (int scale = amount.scale; scale < kScaleMax; ++scale) count *= 10;
  if (count > Wide{kLimitMax} * 1'000'000 || count < -(Wide{kLimitMax} * 1'000'000)) return std::nullopt;
  return static_cast<std::int64_t>(count);
}

Decimal from_millionths(std::int64_t count) {
  Decimal amount{count, kScaleMax};
  while (amount.scale > 0 && amount.coefficient % 10 == 0) {
    amount.coefficient /= 10;
    --amount.scale;
  }
  return amount;
}

}  // namespace tamga::licences
