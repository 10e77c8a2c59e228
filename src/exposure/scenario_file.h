#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "base/result.h"
#include "clear/clear.h"
#include "exposure/price.h"
#include "model/entity.h"

/// A what-if as the user writes it (docs/scenario.md). Pure.
namespace tamga::exposure {

/// Somebody who is put on a list.
struct Designated {
  Entity entity;     ///< with one designation
  std::string list;  ///< us_ofac_sdn
  std::string path;  ///< where the file says so, for errors
};
/// Codes that are added to a control list of the policy.
struct AddedCodes {
  std::string list;
  std::vector<std::string> codes;
  std::string regime;  ///< both only where the list holds no code yet
  std::string article;
  std::string path;
};
/// What no longer holds: a recorded licence, or an exemption (general licence) of the policy.
struct Lapse {
  std::string licence;
  std::string exemption;
  std::string path;
};

struct Scenario {
  std::string title;
  std::vector<Designated> designate;
  std::vector<AddedCodes> add_codes;
  std::vector<Lapse> lapse;
  clear::Supposed supposed;
  std::optional<PriceTerms> price;
  [[nodiscard]] std::size_t changes() const {
    return designate.size() + add_codes.size() + lapse.size() + supposed.closed.size() + supposed.cut_off.size();
  }
};

inline constexpr std::size_t kScenarioBytesMax = std::size_t{256} << 10;
inline constexpr std::size_t kChangesMax = 1000;
inline constexpr std::size_t kCodesMax = 5000;  ///< of one file

/// Refuses an unknown field, a wrong type, a scenario that changes nothing, more than kChangesMax changes: with the path and the line.
Result<Scenario> read_scenario(std::string_view text);
/// The same of a document within another.
Result<Scenario> read_scenario(const Json& json, std::string_view text, const std::string& path);

/// What it supposes, a sentence each, for people; in English, as texts to be translated.
[[nodiscard]] std::vector<std::string> sentences(const Scenario& scenario);

}  // namespace tamga::exposure
