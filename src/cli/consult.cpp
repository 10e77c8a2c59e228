#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/consult.h"
#include "app/documents.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

using store::Consultation;

Result<int> show(const Common& common, const Consultation& one) {
  const std::string today = utc_today().text();
  if (common.json) {
    out(app::document(one, today).dump() + "\n");
    return kDone;
  }
  std::string text = fmt::format("{}  {} to {}, {}{}\n", paint(Colour::bold, one.id), one.kind, one.authority, one.state,
                                 app::overdue(one, today) ? paint(Colour::red, ", overdue") : "");
  text += fmt::format("  decision {}, {}\n  opened {} by {}\n", one.decision, one.rule, one.opened_at, one_line(one.opened_by));
  if (!one.deadline.empty()) text += fmt::format("  due {}\n", one.deadline);
  text += fmt::format("  packet.json {}\n  packet.pdf  {}\n", one.packet_hash, one.pdf_hash);
  if (!one.sent_on.empty())
    text += fmt::format("  sent {}{}\n", one.sent_on, one.reference.empty() ? "" : ", their number " + one_line(one.reference));
  if (!one.answered_on.empty()) {
    text += wrapped(fmt::format("  answered {}: {}", one.answered_on, one_line(one.answer)), 4) + "\n";
    if (!one.answer_hash.empty()) text += fmt::format("  the answer's file {}\n", one.answer_hash);
  }
  out(text);
  return kDone;
}

Result<int> list(const Common& common, bool late_only) {
  TAMGA_TRY(auto all, app::consultations(common.settings));
  const std::string today = utc_today().text();
  if (late_only) std::erase_if(all, [&](const Consultation& one) { return !app::overdue(one, today); });
  if (common.json) {
    Json json = Json::array();
    for (const auto& one : all) json.push(app::document(one, today));
    out(Json::object().set("consultations", std::move(json)).dump() + "\n");
    return kDone;
  }
  if (all.empty()) {
    out(late_only ? "Nothing is overdue.\n" : "No consultation yet.\n");
    return kDone;
  }
  Table table({"consultation", "kind", "to", "state", "due", "decision", "rule"});
  for (const auto& one : all) {
    table.add({one.id, one.kind, one.authority, one.state, app::overdue(one, today) ? paint(Colour::red, one.deadline + " overdue") : one.deadline,
               one.decision, one.rule});
  }
  out(table.text());
  return kDone;
}

}  // namespace

void add_consult(CLI::App& app, Common& common, Chosen& chosen) {
  auto* consult = app.add_subcommand("consult", "questions to authorities with their packets, and reports of blocked and rejected property");
  consult->require_subcommand(1);
  struct Options {
    app::ConsultRequest request;
    std::string id, day, reference, deadline, text, file, folder;
    bool overdue = false;
  };
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, std::function<Result<int>()> run) {
    auto* command = consult->add_subcommand(name, help);
    command->callback([&chosen, run = std::move(run)] { chosen.run = run; });
    return command;
  };
  const auto opened = [&common, options]() -> Result<int> {
    TAMGA_TRY(options->request.event_day, read_day(options->day, "--on"));
    TAMGA_TRY(const auto made, app::open_consultation(common.settings, options->request, common.by, utc_now()));
    return show(common, made);
  };
  auto* open = add("open", "make the packet for an authority out of a recorded decision", opened);
  auto* report = add("report", "make a report to OFAC, due within ten business days (31 CFR 501.603, 501.604)", opened);
  for (auto* command : {open, report}) {
    command->add_option("DECISION", options->request.decision, "the decision's id, dec-…")->required();
    command->add_option("--finding", options->request.finding, "its rule, or its number in the decision [the worst one]")->type_name("N|RULE");
  }
  open->add_option("--to", options->request.to, "ofac, bis, eu, ofsi, otsi, ecju, seco or kz [by the finding]")
      ->check(CLI::IsMember({"ofac", "bis", "eu", "ofsi", "otsi", "ecju", "seco", "kz"}));
  open->add_option("--ask", options->request.question, "what is asked [a licence, or that none is needed]")->type_name("TEXT");
  report->add_option("--kind", options->request.kind, "blocked or rejected")->required()->check(CLI::IsMember({"blocked", "rejected"}));
  report->add_option("--on", options->day, "when it was blocked or rejected [today]")->type_name("DATE");
  auto* sent = add("sent", "record that a packet was sent", [&common, options]() -> Result<int> {
    TAMGA_TRY(const auto day, read_day(options->day, "--on"));
    if (!options->deadline.empty()) {
      TAMGA_TRY([[maybe_unused]] const auto due, read_day(options->deadline, "--deadline"));
    }
    TAMGA_TRY_STATUS(app::consultation_sent(common.settings, options->id, day, options->reference, options->deadline, common.by, utc_now()));
    TAMGA_TRY(const auto one, app::consultation(common.settings, options->id));
    return show(common, one);
  });
  auto* answer = add("answer", "record the authority's answer", [&common, options]() -> Result<int> {
    TAMGA_TRY(const auto day, read_day(options->day, "--on"));
    TAMGA_TRY_STATUS(app::consultation_answered(common.settings, options->id, day, options->text, options->file, common.by, utc_now()));
    TAMGA_TRY(const auto one, app::consultation(common.settings, options->id));
    return show(common, one);
  });
  auto* one = add("show", "one consultation", [&common, options]() -> Result<int> {
    TAMGA_TRY(const auto found, app::consultation(common.settings, options->id));
    return show(common, found);
  });
  auto* packet = add("packet", "write packet.json and packet.pdf as they were kept", [&common, options]() -> Result<int> {
    TAMGA_TRY_STATUS(app::write_packet(common.settings, options->id, options->folder));
    if (common.json) {
      out(Json::object().set("packet", options->folder + "/packet.json").set("pdf", options->folder + "/packet.pdf").dump() + "\n");
    } else {
      out(fmt::format("{0}/packet.json\n{0}/packet.pdf\n", options->folder));
    }
    return kDone;
  });
  for (auto* command : {sent, answer, one, packet}) command->add_option("CONSULTATION", options->id, "its id, con-…")->required();
  sent->add_option("--on", options->day, "when [today]")->type_name("DATE");
  sent->add_option("--reference", options->reference, "the authority's own number")->type_name("TEXT");
  sent->add_option("--deadline", options->deadline, "by when an answer is expected")->type_name("DATE");
  answer->add_option("--on", options->day, "when [today]")->type_name("DATE");
  answer->add_option("--text", options->text, "what it says, in short")->required();
  answer->add_option("--file", options->file, "its document, kept under the hash of its bytes")->type_name("FILE");
  packet->add_option("--out", options->folder, "where to")->required()->type_name("DIR");
  auto* all = add("list", "all of them, with their deadlines", [&common, options] { return list(common, options->overdue); });
  all->add_flag("--overdue", options->overdue, "only those past their deadline");
}

}  // namespace tamga::cli
