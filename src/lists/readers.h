#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "base/json.h"
#include "lists/csv.h"
#include "lists/lists.h"
#include "model/entity.h"

/// The readers of single formats; used inside lists/ only. Each takes plain bytes and gives entities, or the first error with its
/// line; a reader that is given a file puts its name into the error.
namespace tamga::lists {

/// The beginning of a file, looked at once; every view points into the file.
struct FirstLook {
  std::string_view text;         ///< all of it, without a byte order mark and white space before it
  std::string_view root;         ///< XML: the root element's name without prefix; empty when it is not XML
  std::string_view root_tag;     ///< XML: the root's whole start tag, for its namespace
  std::vector<std::string> row;  ///< the first row as CSV; empty for XML and JSON
};

/// A format of one file. To add one: a reader below, a line in formats.cpp.
struct Format {
  std::string_view name;   ///< "un_xml", kept with every edition
  std::string_view title;  ///< for a person: "UN consolidated XML"
  std::string_view list;   ///< the list that is published so; empty when the content says it
  bool (*recognises)(const FirstLook& look);
  Result<ReadList> (*read)(const NamedBytes& file);
};
[[nodiscard]] std::span<const Format> formats();
[[nodiscard]] FirstLook look_at(std::string_view bytes);

/// The OFAC set by role; the primary file is required, the others may be nullptr.
struct OfacFiles {
  const NamedBytes* primary = nullptr;  ///< sdn.csv, or cons_prim.csv
  const NamedBytes* add = nullptr;
  const NamedBytes* alt = nullptr;
  const NamedBytes* comments = nullptr;
  bool consolidated = false;  ///< the non-SDN list: its programme, and not the list, tells the measure
};
Result<ReadList> read_ofac_csv(const OfacFiles& files);
Result<ReadList> read_un_xml(const NamedBytes& file);
Result<ReadList> read_eu_annex_csv(const NamedBytes& file);
Result<ReadList> read_uk_csv(const NamedBytes& file);
Result<ReadList> read_ftm_jsonl(const NamedBytes& file);
Result<ReadList> read_ofac_xml(const NamedBytes& file);
Result<ReadList> read_ofac_advanced_xml(const NamedBytes& file);
Result<ReadList> read_eu_fsf_xml(const NamedBytes& file);
Result<ReadList> read_eu_fsf_csv(const NamedBytes& file);
Result<ReadList> read_uk_xml(const NamedBytes& file);
Result<ReadList> read_uk_conlist_csv(const NamedBytes& file);
Result<ReadList> read_uk_conlist_xml(const NamedBytes& file);
Result<ReadList> read_us_csl_csv(const NamedBytes& file);
Result<ReadList> read_us_csl_json(const NamedBytes& file);
Result<ReadList> read_bis_dpl_text(const NamedBytes& file);
Result<ReadList> read_seco_xml(const NamedBytes& file);
Result<ReadList> read_senzing_jsonl(const NamedBytes& file);
/// A house list: records (CSV, JSON lines or one JSON document) read as its mapping says (docs/formats/house-list.md).
Result<ReadList> read_house(const NamedBytes& records, const NamedBytes& mapping);

// Text.

/// Without white space and no-break spaces around it.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The trimmed parts that are not empty.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::string_view separator);
/// The same, but a separator inside brackets divides nothing: "Hay'at Tahrir al-Sham (HTS; Levant Front)" is one part.
[[nodiscard]] std::vector<std::string_view> split_outside_brackets(std::string_view text, char separator);
[[nodiscard]] std::string only_digits(std::string_view text);
/// On one line: tabs, line breaks and no-break spaces become blanks, runs of them one blank.
[[nodiscard]] std::string one_line(std::string_view text);

// What several readers do with a published text. Whatever a property cannot hold is kept as a note, so nothing that a list says is lost.

/// A note: "LABEL: TEXT", or the text alone when the label is empty.
void add_note(Entity& entity, std::string_view label, std::string_view text);
/// Countries by their codes: one, or several ("Ukrainian, Russian", "Latvia and Israel"). The text is noted when a part is no country.
void add_countries(Entity& entity, std::string_view property, std::string_view text);
/// Dates in ISO 8601 at their precision: one, or several and ranges ("18.1.1970 or 29.3.1965", "circa 1951", "1966 to 1969", both ends
/// of it). The text is noted when there is more to it than one date.
void add_dates(Entity& entity, std::string_view property, std::string_view text);
/// A place of address; its country too, when the text ends in one ("…, Republic of Kazakhstan", "…, Russia 115035").
void add_address(Entity& entity, std::string_view text);
void add_gender(Entity& entity, std::string_view text);
/// A name on one line. Where one cell holds two names, the parts are added as aliases (name_parts.h).
void add_name(Entity& entity, std::string_view property, std::string_view name);

/// What an unlabelled number of a column is.
enum class NumberColumn : std::uint8_t { registration, tax, identity, passport };

/// Identifiers of a cell such as "220340015320 (BIN)", "6312121234 (Tax ID/INN); 1146312007643 (OGRN)", "7702070139 (Russia)". The words
/// beside a number, then country and check digits, decide the property: innCode, ogrnCode, leiCode, kppCode, okpoCode, imoNumber,
/// mmsi, swiftBic, registrationNumber, taxNumber, idNumber, passportNumber. `label` names the note that keeps the cell when it says
/// more than the number. Never by label alone: four numbers that EU Annex IV calls INN are foreign (domain.md section 4).
void add_numbers(Entity& entity, NumberColumn column, std::string_view label, std::string_view cell);

}  // namespace tamga::lists
