#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "language/catalogue.h"
#include "pdf/pdf.h"

/// The report of trade flows for a working group, out of what the analysis answered. Pure: the same findings give the same bytes.
namespace tamga::report {

/// The analysis as `tamga --json flows …` prints it (docs/flows.md). A part that could not be made is null, and `why` says the reason.
struct Part {
  Json document;
  std::string why;
};
struct FlowFindings {
  Part surges;
  Part gaps;
  Part roundabout;
  /// Of charts_of(), in that order: the answers of `flows series`; null where there is none.
  std::vector<Json> series;
  /// number, name, hash, source, layout, rows, kept, left_out, rejected, and by_fault: an object of counts
  Json files = Json::array();
  std::string as_of;  ///< "2026-11-26": the day of the control lists, and the date of the document
  /// What a goods code holds, in the report's language; may be empty.
  std::function<std::string(const std::string& code)> words;
};

/// The series that the report draws: the first surges, at most eight.
struct Chart {
  std::string code;
  std::string partner;
  std::string reporter;  ///< "all" or a country
  std::string source;
  std::string flow;
};
[[nodiscard]] std::vector<Chart> charts_of(const Json& surges);

[[nodiscard]] pdf::Paper flow_paper(const FlowFindings& findings, language::Language language);

}  // namespace tamga::report
