#include <fmt/format.h>

#include <algorithm>

#include "lists/readers.h"
#include "lists/uk_rows.h"

// The UK Sanctions List as CSV (domain.md 5.7): the first line is "Report Date: DD-Mon-YYYY", the second the header.
namespace tamga::lists {
namespace {

constexpr std::string_view kReport = "Report Date:";

/// "08-Oct-2026".
std::optional<Date> report_date(std::string_view text) {
  std::string spaced(trim(text));
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  const auto date = read_partial_date(spaced);
  return date ? Date::parse(*date) : std::nullopt;
}

/// Every column must be there by its name: one that is misspelt would be lost for all designations. New ones become notes.
Status check_header(const std::vector<std::string>& header) {
  for (const auto name : uk_columns()) {
    if (std::find(header.begin(), header.end(), name) == header.end()) {
      return bad_input(fmt::format("the header has no column \"{}\", expected the {} columns of the UK Sanctions List", name, uk_columns().size()),
                       2);
    }
  }
  return {};
}

}  // namespace

Result<ReadList> read_uk_csv(const NamedBytes& file) {
  CsvReader reader(file.bytes);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = reader.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY(const bool first, next(fields));
  const std::string_view report = first ? trim(fields.front()) : std::string_view();
  const auto published = report.starts_with(kReport) ? report_date(report.substr(kReport.size())) : std::nullopt;
  if (!published) return bad_input_in(file.name, 1, fmt::format("\"{}\", expected Report Date: DD-Mon-YYYY", report.substr(0, 60)));
  TAMGA_TRY([[maybe_unused]] const bool second, next(header));
  if (auto status = check_header(header); !status) return std::unexpected(status.error().in_file(file.name));
  UkEntities entities("gb-fcdo-", "gb_fcdo_sanctions", "https://www.gov.uk/government/publications/the-uk-sanctions-list");
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, reader.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    UkRow row;
    row.line = reader.line();
    for (std::size_t i = 0; i < fields.size(); ++i) row.set(header[i], fields[i]);
    if (auto status = entities.add(row); !status) return std::unexpected(status.error().in_file(file.name));
  }
  auto list = entities.finish();
  if (!list) return std::unexpected(list.error().in_file(file.name));
  list->own_date = published;
  return list;
}

}  // namespace tamga::lists
