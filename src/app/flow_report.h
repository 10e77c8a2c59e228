#pragma once

#include <string>

#include "app/flow_analysis.h"
#include "language/catalogue.h"
#include "pdf/pdf.h"

/// `tamga flows report`: what the analysis says of the store's trade flows, as a document for a working group.
namespace tamga::app {

struct FlowReportQuestion {
  FlowQuestion common;
  std::string direct = "RU";
  std::string treated = "AM,KG,KZ";
  std::string controls;
  double factor_low = 1.06;
  double factor_high = 1.10;
  language::Language language = language::Language::english;
};

/// The document, for report::html() and pdf::write(). A part that the store's data do not allow says so in its place; not_found where nothing was
/// imported. `stop`, asked between parts of the scans, ends them: what is told then is not whole.
Result<pdf::Paper> flow_report(const Settings& settings, const Rules& rules, const FlowReportQuestion& question,
                               const std::function<void(const std::string& stage)>& progress, const Stop& stop = {});

enum class ReportForm { html, pdf };
[[nodiscard]] Result<std::string> write_flow_report(const pdf::Paper& paper, ReportForm form, language::Language language);

}  // namespace tamga::app
