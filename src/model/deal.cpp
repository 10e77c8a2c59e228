#include "model/deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace tamga {
namespace {

constexpr std::size_t kTextMax = 2000;
constexpr std::size_t kItemsMax = 10'000;

constexpr std::array<std::string_view, 14> kRoles = {"exporter", "importer",  "consignee", "notify",  "end_user", "buyer", "seller",
                                                     "carrier",  "forwarder", "bank",      "insurer", "vessel",   "owner", "intermediary"};
constexpr std::array<std::string_view, 5> kModes = {"sea", "road", "rail", "air", "pipeline"};
constexpr std::array<std::string_view, 5> kTerms = {"prepayment", "cash", "letter_of_credit", "open_account", "collection"};
constexpr std::array<std::string_view, 8> kChannels = {"swift", "spfs", "mir", "sbp", "cips", "crypto", "cash", "other"};
constexpr std::array<std::string_view, 13> kIdentifiers = {"bin",  "iin", "inn", "ogrn",     "kpp", "lei", "imo",
                                                           "mmsi", "bic", "reg", "passport", "tax", "iban"};
constexpr std::array<std::string_view, 7> kPartySchemata = {"Person", "Company", "Organization", "LegalEntity", "PublicBody", "Vessel", "Airplane"};

/// One step of a JSON pointer (RFC 6901, section 3), with what would break the line written as in JSON.
std::string pointer_step(std::string_view key) {
  std::string escaped;
  append_json_string(escaped, key);
  std::string step;
  for (const char c : std::string_view(escaped).substr(1, escaped.size() - 2)) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// EAR99, or the form of 15 CFR 774, Supp. No. 1: category, group, three digits, then paragraphs: 3A001, 5A992.c, 9A515.a.1.
bool is_eccn(std::string_view text) {
  if (text == "EAR99") return true;
  if (text.size() < 5 || !is_digit(text[0]) || text[1] < 'A' || text[1] > 'E') return false;
  if (!std::all_of(text.begin() + 2, text.begin() + 5, is_digit)) return false;
  for (text.remove_prefix(5); !text.empty();) {
    const auto end = std::min(text.find('.', 1), text.size());
    const auto paragraph = text.substr(1, end - 1);
    const bool well_formed = text.front() == '.' && !paragraph.empty() && paragraph.size() <= 4 &&
                             std::all_of(paragraph.begin(), paragraph.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); });
    if (!well_formed) return false;
    text.remove_prefix(end);
  }
  return true;
}

/// What the deal says, in quotation marks and on one line.
std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// Walks one deal document; every complaint names the path and the line.
class DealReader {
 public:
  explicit DealReader(std::string_view text) : text_(text) {}

  using FieldReader = std::function<Status(const Json&, const std::string& path)>;
  struct Field {
    std::string_view name;
    FieldReader read;
  };

  std::unexpected<Error> wrong(const Json& at, const std::string& path, std::string_view what) const {
    return bad_input(fmt::format("{}: {}", path.empty() ? "/" : path, what), line_of_offset(text_, at.offset));
  }

  Status object(const Json& json, const std::string& path, std::span<const Field> fields) const {
    if (!json.is_object()) return wrong(json, path, "expected an object");
    for (const auto& member : json.members) {
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) { return candidate.name == member.key; });
      const std::string below = fmt::format("{}/{}", path, pointer_step(member.key));
      if (field == fields.end()) {
        std::string known;
        for (const auto& candidate : fields) known += (known.empty() ? "" : ", ") + std::string(candidate.name);
        return bad_input(fmt::format("{}: unknown field, expected one of {}", below, known), line_of_offset(text_, member.key_offset));
      }
      TAMGA_TRY_STATUS(field->read(member.value, below));
    }
    return {};
  }

  FieldReader string_field(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (!json.is_string()) return wrong(json, path, "expected text");
      if (json.text.size() > kTextMax) return wrong(json, path, fmt::format("longer than {} bytes", kTextMax));
      into = json.text;
      return {};
    };
  }

  FieldReader required_text(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(string_field(into)(json, path));
      if (into.find_first_not_of(" \t\r\n") == std::string::npos) return wrong(json, path, "must not be empty");
      return {};
    };
  }

  FieldReader one_of(std::string& into, std::span<const std::string_view> values) const {
    return [this, &into, values](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(string_field(into)(json, path));
      if (std::find(values.begin(), values.end(), into) == values.end()) {
        return wrong(json, path, fmt::format("{} is not one of {}", quoted(into), fmt::join(values, ", ")));
      }
      return {};
    };
  }

  FieldReader country(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(string_field(into)(json, path));
      if (into.size() != 2 || into[0] < 'A' || into[0] > 'Z' || into[1] < 'A' || into[1] > 'Z') {
        return wrong(json, path, fmt::format("{} is not a country, expected two capital letters of ISO 3166-1", quoted(into)));
      }
      return {};
    };
  }

  FieldReader currency(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(string_field(into)(json, path));
      if (into.size() != 3 || !std::all_of(into.begin(), into.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        return wrong(json, path, fmt::format("{} is not a currency, expected three capital letters of ISO 4217", quoted(into)));
      }
      return {};
    };
  }

  FieldReader amount(std::optional<Decimal>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (!json.is_number() && !json.is_string()) return wrong(json, path, "expected a number");
      into = Decimal::parse(json.text);
      if (!into) return wrong(json, path, fmt::format("{} is not a plain decimal number of at most 18 digits", quoted(json.text)));
      if (*into < Decimal::whole(0)) return wrong(json, path, "must not be negative");
      return {};
    };
  }

  FieldReader share(std::optional<ShareRange>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (json.is_string() || json.is_number()) into = ShareRange::parse(json.text);
      if (!into) return wrong(json, path, "expected a share in percent: 50, \"25-50\", \">25\" or \"\" for unknown");
      return {};
    };
  }

  FieldReader boolean(std::optional<bool>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (json.kind != Json::Kind::boolean) return wrong(json, path, "expected true or false");
      into = json.truth;
      return {};
    };
  }

  FieldReader date(std::optional<Date>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (json.is_string()) into = Date::parse(json.text);
      if (!into) return wrong(json, path, "expected a date as YYYY-MM-DD");
      return {};
    };
  }

  template <typename T, typename Read>
  FieldReader list(std::vector<T>& into, Read read) const {
    return [this, &into, read](const Json& json, const std::string& path) -> Status {
      if (!json.is_array()) return wrong(json, path, "expected a list");
      if (json.items.size() > kItemsMax) return wrong(json, path, fmt::format("more than {} items", kItemsMax));
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        T item;
        TAMGA_TRY_STATUS(read(json.items[i], fmt::format("{}/{}", path, i), item));
        into.push_back(std::move(item));
      }
      return {};
    };
  }

  template <typename T, typename Read>
  FieldReader optional_list(std::optional<std::vector<T>>& into, Read read) const {
    return [this, &into, read](const Json& json, const std::string& path) -> Status {
      into.emplace();
      return list(*into, read)(json, path);
    };
  }

  Status owner(const Json& json, const std::string& path, Owner& into) const {
    const Field fields[] = {
        {"name", required_text(into.name)},
        {"share", share(into.share)},
        {"country", country(into.country)},
    };
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into.name.empty()) return wrong(json, path + "/name", "is missing");
    return {};
  }

  Status identifiers(const Json& json, const std::string& path, std::vector<DealIdentifier>& into) const {
    if (!json.is_object()) return wrong(json, path, "expected an object");
    for (const auto& member : json.members) {
      const std::string below = fmt::format("{}/{}", path, pointer_step(member.key));
      if (std::find(kIdentifiers.begin(), kIdentifiers.end(), member.key) == kIdentifiers.end()) {
        return bad_input(fmt::format("{}: unknown field, expected one of {}", below, fmt::join(kIdentifiers, ", ")),
                         line_of_offset(text_, member.key_offset));
      }
      DealIdentifier identifier{member.key, {}};
      TAMGA_TRY_STATUS(required_text(identifier.value)(member.value, below));
      into.push_back(std::move(identifier));
    }
    return {};
  }

  Status party(const Json& json, const std::string& path, Party& into) const {
    const Field fields[] = {
        {"role", one_of(into.role, kRoles)},
        {"name", required_text(into.name)},
        {"schema", one_of(into.schema, kPartySchemata)},
        {"country", country(into.country)},
        {"address", string_field(into.address)},
        {"identifiers", [&](const Json& value, const std::string& below) { return identifiers(value, below, into.identifiers); }},
        {"incorporated", date(into.incorporated)},
        {"owners", optional_list(into.owners, [this](const Json& j, const std::string& p, Owner& o) { return owner(j, p, o); })},
        {"activity", string_field(into.activity)},
        {"website", string_field(into.website)},
    };
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into.role.empty()) return wrong(json, path + "/role", "is missing");
    if (into.name.empty()) return wrong(json, path + "/name", "is missing");
    return {};
  }

  Status goods_line(const Json& json, const std::string& path, GoodsLine& into) const {
    const auto read_country = [this](const Json& j, const std::string& p, std::string& c) { return country(c)(j, p); };
    const Field fields[] = {
        {"description", string_field(into.description)},
        {"hs",
         [this, &into](const Json& value, const std::string& below) -> Status {
           TAMGA_TRY_STATUS(string_field(into.hs)(value, below));
           const bool digits = std::all_of(into.hs.begin(), into.hs.end(), [](char c) { return c >= '0' && c <= '9'; });
           if (!digits || into.hs.size() < 6 || into.hs.size() > 10) {
             return wrong(value, below, fmt::format("{} is not a goods code, expected 6 to 10 digits (HS, CN or TN VED)", quoted(into.hs)));
           }
           return {};
         }},
        {"origin", country(into.origin)},
        {"made_with", list(into.made_with, read_country)},
        {"quantity", amount(into.quantity)},
        {"unit", string_field(into.unit)},
        {"value", amount(into.value)},
        {"currency", currency(into.currency)},
        {"eccn",
         [this, &into](const Json& value, const std::string& below) -> Status {
           TAMGA_TRY_STATUS(string_field(into.eccn)(value, below));
           if (!is_eccn(into.eccn)) return wrong(value, below, fmt::format("{} is not an ECCN such as 3A001.a or EAR99", quoted(into.eccn)));
           return {};
         }},
        {"net_kg", amount(into.net_kg)},
        {"us_content", share(into.us_content)},
        {"brand", string_field(into.brand)},
        {"model", string_field(into.model)},
    };
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into.description.empty() && into.hs.empty()) return wrong(json, path, "a goods line needs a description or an hs code");
    return {};
  }

  Status day(const Json& json, const std::string& path, Date& into) const {
    std::optional<Date> read;
    TAMGA_TRY_STATUS(date(read)(json, path));
    into = *read;
    return {};
  }

  Status days(const Json& json, const std::string& path, DayRange& into) const {
    std::optional<Date> from;
    std::optional<Date> to;
    const Field fields[] = {{"from", date(from)}, {"to", date(to)}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (!from || !to) return wrong(json, path + (from ? "/to" : "/from"), "is missing");
    if (*to < *from) return wrong(json, path, fmt::format("to ({}) is before from ({})", to->text(), from->text()));
    into = {*from, *to};
    return {};
  }

  FieldReader named_party(std::optional<NamedParty>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      auto& party = into.emplace();
      const Field fields[] = {{"name", required_text(party.name)}, {"country", country(party.country)}};
      TAMGA_TRY_STATUS(object(json, path, fields));
      if (party.name.empty()) return wrong(json, path + "/name", "is missing");
      return {};
    };
  }

  FieldReader year(std::optional<int>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      const auto number = json.is_number() ? Decimal::parse(json.text) : std::nullopt;
      if (!number || number->scale != 0 || *number < Decimal::whole(1850) || *number > Decimal::whole(2150)) {
        return wrong(json, path, "expected a year such as 2004");
      }
      into = static_cast<int>(number->coefficient);
      return {};
    };
  }

  FieldReader vessel_facts(std::optional<VesselFacts>& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      auto& facts = into.emplace();
      const auto read_day = [this](const Json& j, const std::string& p, Date& d) { return day(j, p, d); };
      const Field fields[] = {
          {"flag", country(facts.flag)},
          {"built", year(facts.built)},
          {"ais_gaps", optional_list(facts.ais_gaps, [this](const Json& j, const std::string& p, DayRange& d) { return days(j, p, d); })},
          {"flag_changes", optional_list(facts.flag_changes, read_day)},
          {"owner_changed", date(facts.owner_changed)},
          {"sts_transfers", optional_list(facts.sts_transfers, read_day)},
          {"insurer", named_party(facts.insurer)},
      };
      return object(json, path, fields);
    };
  }

  Status leg(const Json& json, const std::string& path, RouteLeg& into) const {
    const Field fields[] = {
        {"place",
         [this, &into](const Json& value, const std::string& below) -> Status {
           TAMGA_TRY_STATUS(string_field(into.place)(value, below));
           const bool well_formed =
               into.place.size() == 5 && std::all_of(into.place.begin(), into.place.begin() + 2, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
               std::all_of(into.place.begin() + 2, into.place.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '9'); });
           if (!well_formed) return wrong(value, below, fmt::format("{} is not a UN/LOCODE such as KZALA", quoted(into.place)));
           return {};
         }},
        {"country", country(into.country)},
        {"mode", one_of(into.mode, kModes)},
        {"vessel", string_field(into.vessel)},
        {"vessel_facts", vessel_facts(into.vessel_facts)},
        {"container",
         [this, &into](const Json& value, const std::string& below) -> Status {
           TAMGA_TRY_STATUS(string_field(into.container)(value, below));
           const bool well_formed = into.container.size() == 11 &&
                                    std::all_of(into.container.begin(), into.container.begin() + 4, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
                                    std::all_of(into.container.begin() + 4, into.container.end(), is_digit);
           if (!well_formed) return wrong(value, below, fmt::format("{} is not a container such as CSQU3054383", quoted(into.container)));
           return {};
         }},
    };
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into.country.empty() && !into.place.empty()) into.country = into.place.substr(0, 2);
    return {};
  }

  Status bank(const Json& json, const std::string& path, Bank& into) const {
    const Field fields[] = {{"name", required_text(into.name)}, {"bic", string_field(into.bic)}, {"country", country(into.country)}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into.name.empty() && into.bic.empty()) return wrong(json, path, "a bank needs a name or a bic");
    return {};
  }

  Result<Deal> deal(const Json& json) const {
    Deal into;
    const Field fields[] = {
        {"id", required_text(into.id)},
        {"date", date(into.date)},
        {"contract_date", date(into.contract_date)},
        {"shipped", date(into.shipped)},
        {"parties", list(into.parties, [this](const Json& j, const std::string& p, Party& o) { return party(j, p, o); })},
        {"goods", list(into.goods, [this](const Json& j, const std::string& p, GoodsLine& o) { return goods_line(j, p, o); })},
        {"route", optional_list(into.route, [this](const Json& j, const std::string& p, RouteLeg& o) { return leg(j, p, o); })},
        {"payment",
         [&](const Json& value, const std::string& below) {
           auto& payment = into.payment.emplace();
           const Field inner[] = {
               {"amount", amount(payment.amount)},
               {"currency", currency(payment.currency)},
               {"banks", list(payment.banks, [this](const Json& j, const std::string& p, Bank& o) { return bank(j, p, o); })},
               {"terms", one_of(payment.terms, kTerms)},
               {"payer", named_party(payment.payer)},
               {"channel", one_of(payment.channel, kChannels)},
               {"wallet", required_text(payment.wallet)},
           };
           return object(value, below, inner);
         }},
        {"end_use",
         [&](const Json& value, const std::string& below) {
           auto& end_use = into.end_use.emplace();
           const Field inner[] = {
               {"statement", string_field(end_use.statement)},
               {"country", country(end_use.country)},
               {"no_reexport_clause", boolean(end_use.no_reexport_clause)},
               {"military", boolean(end_use.military)},
               {"certificate", boolean(end_use.certificate)},
           };
           return object(value, below, inner);
         }},
        {"documents", list(into.documents,
                           [this](const Json& j, const std::string& p, Document& o) {
                             const Field inner[] = {{"type", string_field(o.type)}, {"sha256", string_field(o.sha256)}};
                             return object(j, p, inner);
                           })},
        {"licences", list(into.licences, [this](const Json& j, const std::string& p, std::string& o) { return required_text(o)(j, p); })},
    };
    TAMGA_TRY_STATUS(object(json, "", fields));
    for (const std::string_view required : {"id", "parties", "goods"}) {
      if (json.find(required) == nullptr) return wrong(json, fmt::format("/{}", required), "is missing");
    }
    if (into.parties.empty()) return wrong(*json.find("parties"), "/parties", "must name at least one party");
    if (into.goods.empty()) return wrong(*json.find("goods"), "/goods", "must hold at least one line");
    return into;
  }

 private:
  std::string_view text_;
};

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<Decimal> percent(std::string_view text) {
  text = trim(text);
  if (text.ends_with('%')) text = trim(text.substr(0, text.size() - 1));
  const auto value = Decimal::parse(text);
  if (!value || *value < Decimal::whole(0) || *value > Decimal::whole(100)) return {};
  return value;
}

}  // namespace

std::optional<ShareRange> ShareRange::parse(std::string_view text) {
  text = trim(text);
  ShareRange share;
  if (text.empty() || text == "unknown") return share;
  const auto bound = [&](std::size_t skip) { return percent(text.substr(skip)); };
  if (text.starts_with(">") || text.starts_with("<")) {
    const bool inclusive = text.size() > 1 && text[1] == '=';
    const auto value = bound(inclusive ? 2 : 1);
    if (!value) return {};
    if (text.front() == '>') {
      share.low = *value;
      share.low_excluded = !inclusive;
      if (share.low_excluded && share.low == Decimal::whole(100)) return {};
    } else {
      share.high = *value;
      share.high_excluded = !inclusive;
      if (share.high_excluded && share.high == Decimal::whole(0)) return {};
    }
    return share;
  }
  const auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto low = percent(text.substr(0, dash));
    const auto high = percent(text.substr(dash + 1));
    if (!low || !high || *low > *high) return {};
    share.low = *low;
    share.high = *high;
    return share;
  }
  const auto exact = percent(text);
  if (!exact) return {};
  share.low = *exact;
  share.high = *exact;
  return share;
}

std::string ShareRange::text() const {
  if (low == high) return low.text();
  if (low_excluded && high == Decimal::whole(100)) return ">" + low.text();
  if (high_excluded && low == Decimal::whole(0)) return "<" + high.text();
  if (low == Decimal::whole(0) && high == Decimal::whole(100)) return "unknown";
  return low.text() + "-" + high.text();
}

Result<Deal> deal_from_json(const Json& json, std::string_view text) { return DealReader(text).deal(json); }

Result<Deal> read_deal(std::string_view text) {
  TAMGA_TRY(const Json json, parse_json(text));
  return deal_from_json(json, text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
}

}  // namespace tamga
