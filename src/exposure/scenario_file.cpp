#include "exposure/scenario_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "clear/supposed.h"
#include "exposure/strict.h"
#include "identifiers/identifiers.h"

namespace tamga::exposure {
namespace {

constexpr std::array<std::string_view, 7> kSchemata = {"Person", "Company", "Organization", "LegalEntity", "PublicBody", "Vessel", "Airplane"};
/// The property of the FollowTheMoney model that an identifier of a deal stands in.
constexpr std::pair<std::string_view, std::string_view> kIdentifiers[] = {{"bin", "registrationNumber"},
                                                                          {"iin", "registrationNumber"},
                                                                          {"inn", "innCode"},
                                                                          {"ogrn", "ogrnCode"},
                                                                          {"kpp", "kppCode"},
                                                                          {"lei", "leiCode"},
                                                                          {"imo", "imoNumber"},
                                                                          {"mmsi", "mmsi"},
                                                                          {"bic", "swiftBic"},
                                                                          {"reg", "registrationNumber"},
                                                                          {"tax", "taxNumber"},
                                                                          {"passport", "passportNumber"}};

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_code(std::string_view text) { return text.size() >= 4 && text.size() <= 10 && digits(text); }
bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; });
}
bool is_place(std::string_view text) {
  return text.size() == 5 && StrictReader::capitals(text.substr(0, 2), 2) &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '9'); });
}
bool is_country_or_place(std::string_view text) { return StrictReader::capitals(text, 2) || is_place(text); }

class Reader : public StrictReader {
 public:
  Reader(std::string_view text, Scenario& into) : StrictReader(text), into_(into) {}

  Status scenario(const Json& json, const std::string& path) {
    const Field fields[] = {{"title", line(into_.title), true},
                            {"designate", list([this](const Json& item, const std::string& at) { return designate(item, at); })},
                            {"add_codes", list([this](const Json& item, const std::string& at) { return add_codes(item, at); })},
                            {"lapse", list([this](const Json& item, const std::string& at) { return lapse(item, at); })},
                            {"stop_transit", list([this](const Json& item, const std::string& at) { return stop(item, at); })},
                            {"cut_off", list([this](const Json& item, const std::string& at) { return cut_off(item, at); })},
                            {"price", [this](const Json& item, const std::string& at) -> Status {
                               TAMGA_TRY(into_.price, read_price(item, text(), at));
                               return {};
                             }}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (into_.changes() == 0) return wrong(json, path, "changes nothing, expected one of designate, add_codes, lapse, stop_transit, cut_off");
    if (into_.changes() > kChangesMax) return wrong(json, path, fmt::format("more than {} changes", kChangesMax));
    return {};
  }

 private:
  Status designate(const Json& json, const std::string& path) {
    Designated one;
    one.path = path;
    Designation designation;
    std::string name;
    std::string schema;
    std::string country;
    std::vector<std::string> aliases;
    std::vector<std::pair<std::string_view, std::string>> numbers;
    const Read identifiers = [&](const Json& value, const std::string& at) -> Status {
      if (!value.is_object()) return wrong(value, at, "expected an object of identifiers");
      for (const auto& member : value.members) {
        const auto kind =
            std::find_if(std::begin(kIdentifiers), std::end(kIdentifiers), [&](const auto& known) { return known.first == member.key; });
        const std::string below = step(at, member.key);
        if (kind == std::end(kIdentifiers)) {
          std::vector<std::string_view> known;
          for (const auto& each : kIdentifiers) known.push_back(each.first);
          return wrong(member.value, below, fmt::format("unknown field, expected one of {}", fmt::join(known, ", ")));
        }
        std::string number;
        TAMGA_TRY_STATUS(line(number)(member.value, below));
        if (const auto read = identifiers::read(member.key, number, country); !read.problem.empty()) return wrong(member.value, below, read.problem);
        numbers.emplace_back(kind->second, std::move(number));
      }
      return {};
    };
    const Json* listed = nullptr;
    const Field fields[] = {{"name", line(name)},
                            {"aliases", lines(aliases)},
                            {"schema", one_of(schema, {kSchemata.begin(), kSchemata.end()})},
                            {"country", this->country(country)},
                            {"identifiers", identifiers},
                            {"entity",
                             [&](const Json& value, const std::string&) -> Status {
                               listed = &value;
                               return {};
                             }},
                            {"list", formed(one.list, is_word, "the name of a list, such as us_ofac_sdn"), true},
                            {"program", line(designation.program)},
                            {"annex", line(designation.annex)},
                            {"measure", line(designation.measure)}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if ((listed == nullptr) == name.empty()) return wrong(json, path, "expected name or entity, and not both");
    if (listed != nullptr) {
      if (!aliases.empty() || !schema.empty() || !country.empty() || !numbers.empty())
        return wrong(json, path, "entity stands beside aliases, schema, country or identifiers; they belong into its properties");
      auto entity = entity_from_json(*listed);
      if (!entity) return wrong(*listed, step(path, "entity"), entity.error().message);
      one.entity = *std::move(entity);
      if (one.entity.first("name").empty() && !one.entity.caption.empty()) one.entity.add("name", one.entity.caption);
      if (one.entity.first("name").empty()) return wrong(*listed, step(path, "entity"), "has no name");
      if (!schema_known(one.entity.schema)) return wrong(*listed, step(path, "entity"), "has a schema that is not known");
    } else {
      one.entity.schema = schema.empty() ? "LegalEntity" : schema;
      one.entity.add("name", name);
      for (const auto& alias : aliases) one.entity.add("alias", alias);
      if (!country.empty()) {
        std::string lower = country;
        for (char& c : lower) c = static_cast<char>(c - 'A' + 'a');
        one.entity.add("country", lower);
      }
      for (const auto& [property, number] : numbers) one.entity.add(property, number);
    }
    one.entity.caption = one.entity.first("name");
    // An id that no list can have, and that tells in a finding what it rests on.
    one.entity.id = fmt::format("scenario-{}", into_.designate.size() + 1);
    one.entity.line = 0;
    one.entity.datasets = {one.list};
    one.entity.designations = {std::move(designation)};
    into_.designate.push_back(std::move(one));
    return {};
  }

  Status add_codes(const Json& json, const std::string& path) {
    AddedCodes one;
    one.path = path;
    const Read code = [&](const Json& value, const std::string& at) -> Status {
      std::string digits;
      TAMGA_TRY_STATUS(formed(digits, is_code, "a goods code, expected 4 to 10 digits")(value, at));
      if (std::find(one.codes.begin(), one.codes.end(), digits) != one.codes.end()) return wrong(value, at, "stands twice");
      one.codes.push_back(std::move(digits));
      return ++codes_ <= kCodesMax ? Status{} : wrong(value, at, fmt::format("more than {} codes", kCodesMax));
    };
    const Field fields[] = {{"list", formed(one.list, is_word, "the name of a control list, such as eu.833.xl"), true},
                            {"codes",
                             [&](const Json& value, const std::string& at) -> Status {
                               TAMGA_TRY_STATUS(list(code)(value, at));
                               return one.codes.empty() ? Status(wrong(value, at, "must not be empty")) : Status{};
                             },
                             true},
                            {"regime", one_of(one.regime, {"us", "eu", "uk", "un", "ch", "all"})},
                            {"article", line(one.article)}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    into_.add_codes.push_back(std::move(one));
    return {};
  }

  Status lapse(const Json& json, const std::string& path) {
    Lapse one;
    one.path = path;
    const Field fields[] = {{"licence", line(one.licence)}, {"exemption", formed(one.exemption, is_word, "the id of an exemption of the policy")}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (one.licence.empty() == one.exemption.empty()) return wrong(json, path, "expected licence or exemption, and not both");
    into_.lapse.push_back(std::move(one));
    return {};
  }

  Status stop(const Json& json, const std::string& path) {
    clear::ClosedRoute one;
    const std::string expected = "a country (two capital letters) or a place (UN/LOCODE)";
    const Field fields[] = {{"country", country(one.country)},
                            {"place", formed(one.place, is_place, "a place, expected a UN/LOCODE such as RUMOW")},
                            {"from", formed(one.from, is_country_or_place, expected)},
                            {"to", formed(one.to, is_country_or_place, expected)},
                            {"mode", one_of(one.mode, {"sea", "road", "rail", "air", "pipeline"})}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (one.from.empty() != one.to.empty()) return wrong(json, path, "expected from and to together");
    const int said = (one.country.empty() ? 0 : 1) + (one.place.empty() ? 0 : 1) + (one.from.empty() ? 0 : 1);
    if (said != 1) return wrong(json, path, "expected one of country, place, or from with to");
    into_.supposed.closed.push_back(std::move(one));
    return {};
  }

  Status cut_off(const Json& json, const std::string& path) {
    clear::CutOffBank one;
    const Field fields[] = {{"bic", formed(one.bic, identifiers::valid_bic, "a BIC, expected 8 or 11 letters and digits")},
                            {"name", line(one.name)},
                            {"currencies", list([&](const Json& value, const std::string& at) -> Status {
                               std::string code;
                               TAMGA_TRY_STATUS(currency(code)(value, at));
                               one.currencies.push_back(std::move(code));
                               return {};
                             })}};
    TAMGA_TRY_STATUS(object(json, path, fields));
    if (one.bic.empty() == one.name.empty()) return wrong(json, path, "expected bic or name, and not both");
    into_.supposed.cut_off.push_back(std::move(one));
    return {};
  }

  Scenario& into_;
  std::size_t codes_ = 0;
};

}  // namespace

Result<Scenario> read_scenario(std::string_view text) {
  if (text.size() > kScenarioBytesMax) return bad_input(fmt::format("larger than {} bytes", kScenarioBytesMax));
  TAMGA_TRY(const Json json, parse_json(text));
  return read_scenario(json, text, "");
}

Result<Scenario> read_scenario(const Json& json, std::string_view text, const std::string& path) {
  Scenario scenario;
  TAMGA_TRY_STATUS(Reader(text, scenario).scenario(json, path));
  return scenario;
}

std::vector<std::string> sentences(const Scenario& scenario) {
  std::vector<std::string> said;
  for (const auto& one : scenario.designate) {
    const auto& designation = one.entity.designations.front();
    std::vector<std::string> how;
    for (const auto& part : {designation.program, designation.annex.empty() ? std::string() : "Annex " + designation.annex, designation.measure}) {
      if (!part.empty()) how.push_back(part);
    }
    said.push_back(
        fmt::format("{} is put on the list {}{}.", one.entity.caption, one.list, how.empty() ? "" : fmt::format(" ({})", fmt::join(how, ", "))));
  }
  for (const auto& one : scenario.add_codes) {
    constexpr std::size_t kSaid = 8;
    const std::vector<std::string> first(one.codes.begin(), one.codes.begin() + static_cast<std::ptrdiff_t>(std::min(kSaid, one.codes.size())));
    said.push_back(fmt::format("The goods codes {}{} are added to {}.", fmt::join(first, ", "),
                               one.codes.size() > kSaid ? fmt::format(" and {} more", one.codes.size() - kSaid) : "", one.list));
  }
  for (const auto& one : scenario.lapse) {
    said.push_back(one.licence.empty() ? fmt::format("The exemption {} lapses.", one.exemption) : fmt::format("The licence {} lapses.", one.licence));
  }
  for (const auto& one : scenario.supposed.closed) said.push_back(fmt::format("The route is closed: {}.", clear::text(one)));
  for (const auto& one : scenario.supposed.cut_off) {
    const std::string& who = one.name.empty() ? one.bic : one.name;
    said.push_back(one.currencies.empty()
                       ? fmt::format("{} is cut off from its correspondent accounts.", who)
                       : fmt::format("{} is cut off from its correspondent accounts in {}.", who, fmt::join(one.currencies, ", ")));
  }
  return said;
}

}  // namespace tamga::exposure
