#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "base/sha256.h"
#include "lists/readers.h"

// BIS's Denied Persons List, dpl.txt: tab separated, quoted, with a header. A row is an order against a person at an address; rows have no number
// of their own, so the id is a digest of name, address and effective date.
namespace tamga::lists {
namespace {

constexpr std::array<std::string_view, 12> kColumns = {"Name",           "Street_Address", "City",           "State",
                                                       "Country",        "Postal_Code",    "Effective_Date", "Expiration_Date",
                                                       "Standard_Order", "Last_Update",    "Action",         "FR_Citation"};

/// "06/19/2003", the month first.
std::string american_date(std::string_view text) {
  if (text.size() == 10 && text[2] == '/' && text[5] == '/') {
    const auto date = Date::parse(fmt::format("{}-{}-{}", text.substr(6), text.substr(0, 2), text.substr(3, 2)));
    if (date) return date->text();
  }
  return read_partial_date(text).value_or("");
}

}  // namespace

Result<ReadList> read_bis_dpl_text(const NamedBytes& file) {
  ReadList list;
  CsvReader csv(file.bytes, CsvLimits{.separator = '\t'});
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = csv.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool any, next(header));
  for (const auto column : kColumns) {
    if (std::find(header.begin(), header.end(), column) == header.end())
      return bad_input_in(file.name, 1, fmt::format("the header has no column {}, expected those of BIS's dpl.txt", column));
  }
  std::set<std::string> ids;
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    const auto wrong = [&](std::string message) { return bad_input_in(file.name, csv.line(), std::move(message)); };
    if (fields.size() != header.size())
      return wrong(fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    const auto get = [&](std::string_view column) {
      return trim(fields[static_cast<std::size_t>(std::find(header.begin(), header.end(), column) - header.begin())]);
    };
    if (get("Name").empty()) return wrong("the name is empty");
    Entity entity;
    const std::string digest = sha256_hex(fmt::format("{}\n{}\n{}", get("Name"), get("Street_Address"), get("Effective_Date"))).substr(0, 16);
    entity.id = fmt::format("bis-dpl-{}", digest);
    for (int again = 2; !ids.insert(entity.id).second; ++again) entity.id = fmt::format("bis-dpl-{}-{}", digest, again);
    entity.line = csv.line();
    entity.schema = "LegalEntity";  // the list does not say who is a person
    entity.caption = one_line(get("Name"));
    entity.datasets = {"us_bis_denied"};
    entity.add("name", entity.caption);
    std::string address;
    for (const auto* column : {"Street_Address", "City", "State", "Postal_Code", "Country"}) {
      if (const auto part = get(column); !part.empty()) address += fmt::format("{}{}", address.empty() ? "" : ", ", one_line(part));
    }
    entity.add("address", address);
    if (const auto country = get("Country"); country.size() == 2) entity.add("country", lower_ascii(country));
    entity.add("endDate", american_date(get("Expiration_Date")));
    entity.add("sourceUrl", "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl");
    for (std::size_t i = 0; i < header.size(); ++i) {
      const std::string_view column = header[i];
      if (column == "Name" || column == "Street_Address" || column == "City" || column == "State" || column == "Postal_Code" || column == "Country")
        continue;
      std::string label(column);
      std::replace(label.begin(), label.end(), '_', ' ');
      add_note(entity, label, fields[i]);
    }
    entity.designations.push_back(Designation{"DPL", "", "Denial of export privileges", american_date(get("Effective_Date")), ""});
    list.entities.push_back(std::move(entity));
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no row");
  return list;
}

}  // namespace tamga::lists
