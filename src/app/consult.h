#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "store/cases.h"

/// Questions to authorities, and the reports that they are owed (docs/casework.md).
namespace tamga::app {

struct ConsultRequest {
  std::string decision;
  std::string kind = "consultation";  ///< or "blocked", "rejected": reports to OFAC
  std::string finding;                ///< its number from 1, or its rule; empty: the worst one that an authority answers for
  std::string to;                     ///< the authority; empty: by the finding
  std::string question;               ///< empty: what the form asks for
  Date event_day;                     ///< of a report: when it was blocked or rejected
};

/// Builds the packet from the recorded decision, and keeps it as JSON and PDF. Liaisons only.
Result<store::Consultation> open_consultation(const Settings& settings, const ConsultRequest& request, std::string_view by, std::string_view at);
Status consultation_sent(const Settings& settings, std::string_view id, Date day, std::string_view reference, std::string_view deadline,
                         std::string_view by, std::string_view at);
/// `file`: the answer's document, kept under its hash; may be empty.
Status consultation_answered(const Settings& settings, std::string_view id, Date day, std::string_view text, const std::string& file,
                             std::string_view by, std::string_view at);
/// The same of a document's bytes, which are not empty.
Status consultation_answered_with(const Settings& settings, std::string_view id, Date day, std::string_view text, std::string_view document,
                                  std::string_view by, std::string_view at);
/// The answer's document, as it was kept.
Result<std::string> answer_document(const Settings& settings, std::string_view id);
Result<std::vector<store::Consultation>> consultations(const Settings& settings);
Result<store::Consultation> consultation(const Settings& settings, std::string_view id);
/// Writes packet.json and packet.pdf as they were kept into a folder, which is made.
Status write_packet(const Settings& settings, std::string_view id, const std::string& folder);

/// The packet as a document for people; the same packet gives the same bytes.
Result<std::string> packet_pdf(const Json& packet);

}  // namespace tamga::app
