#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "base/json.h"
#include "lists/csv.h"
#include "model/entity.h"

/// The readers of single formats; used inside lists/ only. Each takes plain bytes and gives entities, or the first error with its
/// line; `file` in an error is set by the caller.
namespace tamga::lists {

struct ReadList {
  std::vector<Entity> entities;
  std::optional<Date> own_date;
  std::vector<std::string> warnings;
  std::string list;  ///< when the content says which list it is (FollowTheMoney datasets)
};

/// The OFAC set by role; sdn is required, the others may be nullptr.
struct OfacFiles {
  const NamedBytes* sdn = nullptr;
  const NamedBytes* add = nullptr;
  const NamedBytes* alt = nullptr;
  const NamedBytes* comments = nullptr;
};
Result<ReadList> read_ofac_csv(const OfacFiles& files);
Result<ReadList> read_un_xml(const NamedBytes& file);
Result<ReadList> read_eu_annex_csv(const NamedBytes& file);
Result<ReadList> read_uk_csv(const NamedBytes& file);
Result<ReadList> read_ftm_jsonl(const NamedBytes& file);

// What several readers need.

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::string_view separator);
[[nodiscard]] std::string only_digits(std::string_view text);
/// Adds a country by its code, or keeps the text as a note under its label.
void add_country(Entity& entity, std::string_view property, std::string_view text);
/// Adds a date, or keeps the text as a note under its label.
void add_date(Entity& entity, std::string_view property, std::string_view text);
/// A note: what the list says and no property holds.
void add_note(Entity& entity, std::string_view label, std::string_view text);
/// A registration or tax number by what it is: the label and the country decide, then the check digits (domain.md section 4).
void add_number(Entity& entity, std::string_view label, std::string_view value, std::string_view country);
/// The 1-based line of the first byte that is not UTF-8; 0 when all is.
[[nodiscard]] std::uint64_t first_line_not_utf8(std::string_view text);

}  // namespace tamga::lists
