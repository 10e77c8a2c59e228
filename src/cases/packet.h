#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

/// The packet of a consultation: what an authority is told and asked, in the field names of its own form (data/packets/*.toml). Pure.
namespace tamga::cases {

/// One field of an authority's form, and what of a deal fills it.
struct Field {
  std::string section;
  std::string name;  ///< as the form calls it
  std::string from;  ///< one of the words of docs/casework.md: "parties", "goods.codes", "ask" …
  std::string note;
  bool verified = false;  ///< the name was held against the form or the text of the law
};

struct Form {
  std::string code;  ///< ofac, bis, eu, ofsi, otsi, ecju, seco, kz; ofac_blocked, ofac_rejected
  std::string authority;
  std::string name;
  std::string source;  ///< the law, and where it is filed
  std::string asks;    ///< the question, where nobody asks another one
  std::vector<Field> fields;
};

/// Reads a form. Errors name file and line: an unknown word, a field twice, something missing.
Result<Form> read_form(const NamedBytes& file);
/// Those that are built in, in the order of the table above.
[[nodiscard]] std::span<const Form> forms();
[[nodiscard]] const Form* form(std::string_view code);
/// To which authority a finding goes when nobody says: by its regime, and in the US and the UK by what the finding names as its authority. Empty: not
/// known.
[[nodiscard]] std::string_view form_for(std::string_view regime, std::string_view authority);

/// What a packet is made of; the texts are those of the record.
struct Matter {
  std::string consultation;   ///< its id
  std::string decision_hash;  ///< sha256:… of the decision's bytes
  std::string deal_hash;
  std::string opened_by;
  std::string opened_at;  ///< UTC
  std::string question;   ///< empty: what the form asks
  std::string event_day;  ///< of a report: when it was blocked or rejected; YYYY-MM-DD
  std::string deadline;   ///< of a report
  Json decision;
  Json deal;
  std::size_t finding = 0;  ///< which of the decision's
};

/// packet.json: who is asked what, the finding with its citation, the application in the form's own field names ("": to be filled by the applicant),
/// what of it is to be filled and what is not verified, the facts of the deal as they were recorded, the documents' hashes, and the hashes under
/// which all of it stands in the ledger. REQUIRES: the decision has that finding.
[[nodiscard]] Json packet(const Form& form, const Matter& matter);

}  // namespace tamga::cases
