#include "names/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.h"
#include "base/toml.h"
#include "text/tokens.h"

namespace tamga::names {
namespace {

struct Field {
  std::string_view name;
  std::int32_t Parameters::* value;
  std::int32_t least;
  std::int32_t most;
};
constexpr std::array kFields = {
#define TAMGA_NAMES_ROW(name, least, standard, most) Field{#name, &Parameters::name, least, most},
    TAMGA_NAMES_PARAMETERS(TAMGA_NAMES_ROW)
#undef TAMGA_NAMES_ROW
};

std::unexpected<Error> wrong(const NamedBytes& file, const Json& at, std::string message) {
  return bad_input_in(file.name, at.offset, std::move(message));
}

std::string texts(const Json& table, std::string_view key) { return std::string(table.get(key)); }

/// "0.75" in units of 1 / scale, between 0 and 1.
Result<std::int32_t> read_share(const NamedBytes& file, const Json& value, std::int32_t scale) {
  if (value.is_string()) {
    const std::string_view text = value.text;
    std::int32_t result = 0;
    std::size_t at = 0;
    bool sound = !text.empty() && (text[0] == '0' || text[0] == '1');
    if (sound) result = (text[0] - '0') * scale;
    at = 1;
    if (sound && text.size() > 1) {
      sound = text[1] == '.' && text.size() > 2;
      std::int32_t step = scale;
      for (at = 2; sound && at < text.size(); ++at) {
        step /= 10;
        sound = text[at] >= '0' && text[at] <= '9' && (step > 0 || text[at] == '0');
        result += (text[at] - '0') * step;
      }
    }
    if (sound && result <= scale) return result;
  }
  return wrong(file, value, fmt::format("expected a share between \"0\" and \"1\" in quotes, such as \"0.75\""));
}

Status read_parameters(const NamedBytes& file, const Json& table, Parameters& parameters) {
  for (const auto& member : table.members) {
    const auto* const field = std::find_if(kFields.begin(), kFields.end(), [&](const Field& row) { return row.name == member.key; });
    if (field == kFields.end())
      return bad_input_in(file.name, member.key_offset, fmt::format("\"{}\" is not a number of the score; docs/matching.md lists them", member.key));
    if (!member.value.is_number()) return wrong(file, member.value, fmt::format("{}: expected a whole number, in thousandths", member.key));
    std::int64_t value = 0;
    for (const char c : member.value.text) {
      if (c < '0' || c > '9' || value > 1'000'000)
        return wrong(file, member.value, fmt::format("{}: expected a whole number, in thousandths", member.key));
      value = value * 10 + (c - '0');
    }
    if (value < field->least || value > field->most) {
      return wrong(file, member.value, fmt::format("{} = {}, expected {} to {}", member.key, value, field->least, field->most));
    }
    parameters.*(field->value) = static_cast<std::int32_t>(value);
  }
  return {};
}

Status read_tunings(const NamedBytes& file, const Json& list, std::int32_t scale, std::vector<Tuning>& tunings) {
  for (const auto& item : list.items) {
    if (!item.is_object()) return wrong(file, item, "expected a table with list, schema and value");
    Tuning tuning;
    const Json* value = item.find("value");
    for (const auto& member : item.members) {
      if (member.key != "list" && member.key != "schema" && member.key != "value") {
        return bad_input_in(file.name, member.key_offset, fmt::format("\"{}\" is not known here, expected list, schema, value", member.key));
      }
      if (!member.value.is_string()) return wrong(file, member.value, fmt::format("{}: expected text in quotes", member.key));
    }
    if (value == nullptr) return wrong(file, item, "a value is missing, such as value = \"0.75\"");
    tuning.list = texts(item, "list");
    tuning.schema = texts(item, "schema");
    TAMGA_TRY(tuning.value, read_share(file, *value, scale));
    if (tuning.list.empty() && tuning.schema.empty()) return wrong(file, item, "expected a list, a schema, or both");
    tunings.push_back(std::move(tuning));
  }
  return {};
}

/// A word that is misunderstood takes names out of the search, so nothing is guessed: "readas" must not make a stop-word.
Status read_words(const NamedBytes& file, const Json& list, std::vector<HouseWord>& words) {
  for (const auto& item : list.items) {
    if (!item.is_object()) return wrong(file, item, "expected a table with written and read_as");
    for (const auto& member : item.members) {
      if (member.key != "written" && member.key != "read_as")
        return bad_input_in(file.name, member.key_offset, fmt::format("\"{}\" is not known here, expected written, read_as", member.key));
      if (!member.value.is_string()) return wrong(file, member.value, fmt::format("{}: expected text in quotes", member.key));
    }
    HouseWord word{texts(item, "written"), texts(item, "read_as")};
    if (text::tokenize(word.written).empty())
      return wrong(file, item, "expected a word that is written, such as written = \"gazp\" and read_as = \"gazprom\"");
    if (!word.read_as.empty() && text::tokenize(word.read_as).empty())
      return wrong(file, item, fmt::format("read_as: \"{}\" holds no word; a stop-word says read_as = \"\"", word.read_as));
    words.push_back(std::move(word));
  }
  return {};
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::person: return "person";
    case Kind::organisation: return "organisation";
    case Kind::vessel: return "vessel";
    case Kind::address: return "address";
    case Kind::other: return "other";
  }
  return "other";
}

std::vector<std::int32_t> reading_weights(const Parameters& parameters) {
  std::vector<std::int32_t> weights;
  for (const auto& field : kFields) {
    if (field.name.starts_with("weight_")) weights.push_back(parameters.*(field.value));
  }
  return weights;
}

Result<MatchingFile> read_matching(const NamedBytes& file, const MatchingFile& base) {
  TAMGA_TRY(const Json json, read_toml(file));
  MatchingFile matching;
  matching.parameters = base.parameters;
  matching.threshold = base.threshold;
  for (const auto& member : json.members) {
    if (member.key == "parameters" && member.value.is_object()) {
      TAMGA_TRY_STATUS(read_parameters(file, member.value, matching.parameters));
    } else if (member.key == "threshold") {
      TAMGA_TRY(matching.threshold, read_share(file, member.value, 10'000));
      if (matching.threshold < 1) return wrong(file, member.value, "threshold: expected more than 0");
    } else if (member.key == "thresholds" && member.value.is_array()) {
      TAMGA_TRY_STATUS(read_tunings(file, member.value, 10'000, matching.thresholds));
    } else if (member.key == "factors" && member.value.is_array()) {
      TAMGA_TRY_STATUS(read_tunings(file, member.value, 1000, matching.factors));
    } else if (member.key == "words" && member.value.is_array()) {
      TAMGA_TRY_STATUS(read_words(file, member.value, matching.house_words));
    } else {
      return bad_input_in(
          file.name, member.key_offset,
          fmt::format("\"{}\" is not known here, expected [parameters], threshold, [[thresholds]], [[factors]], [[words]]", member.key));
    }
  }
  return matching;
}

}  // namespace tamga::names
