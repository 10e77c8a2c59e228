// Any deal and any finding: each form's packet reads back, holds every field, and becomes the same PDF twice. Input: a deal, a line of "---", a
// finding.
#include <cstdint>
#include <string_view>

#include "app/consult.h"
#include "cases/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 20000) return 0;
  const auto cut = text.find("\n---\n");
  auto deal = tamga::parse_json(text.substr(0, cut));
  auto finding = tamga::parse_json(cut == std::string_view::npos ? std::string_view("{}") : text.substr(cut + 5));
  if (!deal || !finding) return 0;
  tamga::cases::Matter matter;
  matter.consultation = "con-1";
  matter.opened_at = "2026-11-26T10:00:00Z";
  matter.deal = *std::move(deal);
  tamga::Json findings = tamga::Json::array();
  findings.push(*std::move(finding));
  matter.decision = tamga::Json::object().set("findings", std::move(findings));
  const auto forms = tamga::cases::forms();
  const auto& form = forms[size % forms.size()];
  const tamga::Json packet = tamga::cases::packet(form, matter);
  std::size_t fields = 0;
  for (const auto& section : packet.find("application")->items) fields += section.find("fields")->members.size();
  TAMGA_CHECK(fields == form.fields.size());
  const auto pdf = tamga::app::packet_pdf(packet);
  if (!pdf) {
    TAMGA_CHECK(pdf.error().message.find("pages") != std::string::npos);
    return 0;
  }
  TAMGA_CHECK(pdf->starts_with("%PDF-1."));
  TAMGA_CHECK(*pdf == tamga::app::packet_pdf(packet).value());
  return 0;
}
