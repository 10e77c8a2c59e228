#include "app/consult.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "app/record.h"
#include "base/sha256.h"
#include "cases/calendar.h"
#include "cases/packet.h"
#include "pdf/pdf.h"

namespace tamga::app {
namespace {

/// 31 CFR 501.603(b)(1)(i) and 501.604(c).
constexpr int kReportBusinessDays = 10;
constexpr std::size_t kAnswerMax = std::size_t{64} << 20;

/// The finding that is asked about. Findings stand worst first; those of Tamga's own are no authority's.
Result<std::size_t> find_finding(const Json& decision, const ConsultRequest& request) {
  const Json* findings = decision.find("findings");
  if (findings == nullptr || findings->items.empty()) return bad_input(fmt::format("{} has no finding to ask about", request.decision));
  const bool report = request.kind != "consultation";
  std::optional<std::size_t> worst;
  for (std::size_t i = 0; i < findings->items.size(); ++i) {
    const Json& finding = findings->items[i];
    if (!request.finding.empty()) {
      if (request.finding == finding.get("rule") || request.finding == fmt::format("{}", i + 1)) return i;
      continue;
    }
    const auto regime = finding.get("regime");
    if (regime.empty() || finding.get("outcome") == "pass" || (report && regime != "us")) continue;
    // An authority that is named is asked about what is its own, if there is any of that.
    if (report || request.to.empty() || cases::form_for(regime, finding.get("authority")) == request.to) return i;
    if (!worst) worst = i;
  }
  if (worst) return *worst;
  if (request.finding.empty())
    return bad_input(
        fmt::format("{} has no finding that {} answers for; name one with --finding", request.decision, report ? "OFAC" : "an authority"));
  return bad_input(
      fmt::format("{} has no finding {}, expected a rule or a number from 1 to {}", request.decision, request.finding, findings->items.size()));
}

Result<std::string> form_code(const ConsultRequest& request, const Json& finding) {
  if (request.kind != "consultation") {
    if (finding.get("regime") != "us")
      return bad_input(fmt::format("{} is no rule of the US; property is reported to OFAC under 31 CFR 501", finding.get("rule")));
    return "ofac_" + request.kind;
  }
  std::string code = request.to.empty() ? std::string(cases::form_for(finding.get("regime"), finding.get("authority"))) : request.to;
  if (code.empty()) return bad_input(fmt::format("which authority answers for {} is not known; say it with --to", finding.get("rule")));
  return code;
}

void add(std::vector<pdf::Block>& blocks, pdf::Style style, std::string_view text) { blocks.push_back({style, std::string(text), {}}); }
void add_pair(std::vector<pdf::Block>& blocks, std::string_view label, std::string_view text) {
  blocks.push_back({pdf::Style::pair, std::string(text), std::string(label)});
}

std::string joined(const Json* list) {
  std::vector<std::string_view> texts;
  if (list != nullptr) {
    for (const auto& item : list->items) texts.push_back(item.text);
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

const Json& part(const Json& json, std::string_view key) {
  static const Json nothing;
  const Json* found = json.find(key);
  return found == nullptr ? nothing : *found;
}

}  // namespace

Result<std::string> packet_pdf(const Json& packet) {
  const Json& authority = part(packet, "authority");
  const Json& finding = part(packet, "finding");
  const Json& decision = part(packet, "decision");
  const bool report = authority.get("code").starts_with("ofac_");
  pdf::Paper paper;
  paper.title = fmt::format("{} {}", report ? "Report" : "Consultation", packet.get("consultation"));
  paper.made = packet.get("opened_at");
  paper.foot = fmt::format("{}, packet.json {}", packet.get("consultation"), content_address(packet.dump()));
  auto& blocks = paper.blocks;
  add(blocks, pdf::Style::title, authority.get("form"));
  add_pair(blocks, "To", authority.get("name"));
  add_pair(blocks, "Under", authority.get("source"));
  add_pair(blocks, "Our number", packet.get("consultation"));
  add_pair(blocks, "Made", fmt::format("{} by {}", packet.get("opened_at"), packet.get("opened_by")));
  if (!packet.get("event_day").empty()) add_pair(blocks, "Blocked or rejected on", packet.get("event_day"));
  if (!packet.get("deadline").empty()) add_pair(blocks, "Due", packet.get("deadline"));
  add(blocks, pdf::Style::rule, {});
  add(blocks, pdf::Style::heading, report ? "What is reported" : "What is asked");
  if (!report) add(blocks, pdf::Style::text, packet.get("question"));
  add(blocks, pdf::Style::text, finding.get("because"));
  add_pair(blocks, "Rule", fmt::format("{}, {}", finding.get("authority"), finding.get("citation")));
  add_pair(blocks, "Our finding",
           fmt::format("{} ({}{}{})", finding.get("outcome"), finding.get("rule"), finding.get("about").empty() ? "" : ", ", finding.get("about")));
  for (const auto& section : part(packet, "application").items) {
    add(blocks, pdf::Style::heading, section.get("section"));
    for (const auto& field : part(section, "fields").members)
      add_pair(blocks, field.key, field.value.text.empty() ? "(to be filled by the applicant)" : field.value.text);
  }
  add(blocks, pdf::Style::rule, {});
  add(blocks, pdf::Style::heading, "What this stands on");
  add_pair(blocks, "Decision", fmt::format("{}, {}, as of {}", decision.get("id"), decision.get("outcome"), decision.get("as_of")));
  add_pair(blocks, "Its bytes", decision.get("sha256"));
  add_pair(blocks, "The deal's bytes", packet.get("deal_sha256"));
  const Json& basis = part(decision, "basis");
  for (const auto& list : part(basis, "lists").items) {
    add_pair(blocks, list.get("part").empty() ? list.get("list") : fmt::format("{} {}", list.get("list"), list.get("part")),
             fmt::format("{}{}, {}", list.get("published"), part(list, "sample").truth ? " (sample)" : "", list.get("edition")));
  }
  add_pair(blocks, "Rules", basis.get("policy"));
  if (const auto names = joined(packet.find("not_verified")); !names.empty()) {
    add(blocks, pdf::Style::heading, "Names of fields not held against the form");
    add(blocks, pdf::Style::text, names);
  }
  std::string all;
  for (const auto& block : blocks) all += block.label + block.text;
  if (pdf::lacking(all)) add(blocks, pdf::Style::text, "\xE2\x96\xA1 stands for a letter that cannot be printed here; packet.json has it.");
  return pdf::write(paper);
}

Result<store::Consultation> open_consultation(const Settings& settings, const ConsultRequest& request, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto entry, store.find("decision", request.decision));
  if (!entry) return not_found(fmt::format("no decision {} is recorded in {}", request.decision, settings.told_place()));
  TAMGA_TRY(const Json record, parse_json(entry->payload));
  cases::Matter matter;
  TAMGA_TRY(matter.decision, parse_json(record.get("decision")));
  TAMGA_TRY(matter.deal, parse_json(record.get("deal")));
  matter.decision_hash = content_address(record.get("decision"));
  matter.deal_hash = content_address(record.get("deal"));
  TAMGA_TRY(matter.finding, find_finding(matter.decision, request));
  const Json& finding = matter.decision.find("findings")->items[matter.finding];
  TAMGA_TRY(const std::string code, form_code(request, finding));
  const cases::Form* form = cases::form(code);
  if (form == nullptr) return bad_input(fmt::format("--to {}: expected ofac, bis, eu, ofsi, otsi, ecju, seco or kz", code));
  matter.opened_by = by;
  matter.opened_at = at;
  matter.question = request.question;
  if (request.kind != "consultation") {
    const auto today = Date::parse(at.substr(0, 10));
    if (today && request.event_day > *today)
      return bad_input(fmt::format("--on {}: nothing is reported before it was done", request.event_day.text()));
    matter.event_day = request.event_day.text();
    matter.deadline = cases::business_days_after(request.event_day, kReportBusinessDays, cases::Calendar::us_federal).text();
  }
  store::Consultation made;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const auto head, store.head());
    store::Consultation about;
    about.id = "con-" + sha256_hex(fmt::format("{}\n{}\n{}\n{}", head.hash, request.decision, code, matter.finding)).substr(0, 16);
    about.decision = request.decision;
    about.kind = request.kind;
    about.authority = code;
    about.rule = finding.get("rule");
    about.deadline = matter.deadline;
    matter.consultation = about.id;
    const Json packet = cases::packet(*form, matter);
    TAMGA_TRY(const std::string pdf, packet_pdf(packet));
    TAMGA_TRY(made, store::Cases(store).consult(about, packet.dump(), pdf, by, at));
    return {};
  }));
  return made;
}

Status consultation_sent(const Settings& settings, std::string_view id, Date day, std::string_view reference, std::string_view deadline,
                         std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).sent(id, day.text(), reference, deadline, by, at);
}

Status consultation_answered(const Settings& settings, std::string_view id, Date day, std::string_view text, const std::string& file,
                             std::string_view by, std::string_view at) {
  std::string document;
  if (!file.empty()) {
    TAMGA_TRY(document, read_file(file, kAnswerMax));
    if (document.empty()) return bad_input_in(file, 0, "is empty, so it is no answer");
  }
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).answered(id, day.text(), text, document, by, at);
}

Status consultation_answered_with(const Settings& settings, std::string_view id, Date day, std::string_view text, std::string_view document,
                                  std::string_view by, std::string_view at) {
  if (document.empty()) return bad_input("the document is empty, so it is no answer");
  if (document.size() > kAnswerMax) return bad_input(fmt::format("the document has {} bytes, expected at most {}", document.size(), kAnswerMax));
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).answered(id, day.text(), text, document, by, at);
}

Result<std::string> answer_document(const Settings& settings, std::string_view id) {
  TAMGA_TRY(const auto about, consultation(settings, id));
  if (about.answer_hash.empty()) return not_found(fmt::format("{} has no document of an answer", id));
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(auto kept, store.kept(about.answer_hash));
  if (!kept) return failure(fmt::format("the answer of {} is gone; run tamga audit verify", id));
  return *std::move(kept);
}

Result<std::vector<store::Consultation>> consultations(const Settings& settings) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).consultations();
}

Result<store::Consultation> consultation(const Settings& settings, std::string_view id) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(auto found, store::Cases(store).consultation(id));
  if (!found) return not_found(fmt::format("there is no consultation {}; tamga consult list shows them", id));
  return *std::move(found);
}

Status write_packet(const Settings& settings, std::string_view id, const std::string& folder) {
  TAMGA_TRY(const auto about, consultation(settings, id));
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto packet, store.kept(about.packet_hash));
  TAMGA_TRY(const auto pdf, store.kept(about.pdf_hash));
  if (!packet || !pdf) return failure(fmt::format("the packet of {} is gone; run tamga audit verify", id));
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return failure(fmt::format("{}: cannot be created: {}", folder, error.message()));
  TAMGA_TRY_STATUS(write_file_atomically(folder + "/packet.json", *packet));
  return write_file_atomically(folder + "/packet.pdf", *pdf);
}

}  // namespace tamga::app
