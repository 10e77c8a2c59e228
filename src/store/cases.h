#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cases/alert.h"
#include "store/people.h"
#include "store/store.h"

/// Alerts, marks of false hits, and consultations. Each change is one ledger entry; the tables repeat the ledger, and verify() holds the two against
/// each other. What needs two people is refused by triggers of the database: an alert is closed and a mark set only by a proposal that another
/// person approved, a mark never for a certain hit, and a true hit is never closed as a false one.
namespace tamga::store {

/// A party of a deal and a listed entity that it matches.
struct Pair {
  std::string about;  ///< "/parties/1": where the deal names the party
  std::string list;
  std::string entity;
  std::string caption;
  std::string how;  ///< "identifier" or "name"
  bool certain = false;
  std::string score;
  Json party;               ///< what of the party the hash is over: name, identifiers, birth date, country
  std::string party_hash;   ///< sha256:…
  std::string listed_hash;  ///< of the entry's content, as its list published it
};

/// A finding that asks for a person.
struct Ground {
  std::string deal;
  std::string decision;
  std::string rule;
  std::string regime;
  std::string about;
  std::string outcome;  ///< review, licence_required, prohibited
  std::string because;
  std::string hash;  ///< of all that the finding says; the same hash: nothing new
  std::vector<Pair> pairs;
};

struct Alert {
  std::string id;  ///< "alert-…", of the deal, the rule and what it is about
  std::int64_t sequence = 0;
  cases::State state = cases::State::open;
  std::string assigned;
  std::string deadline;  ///< YYYY-MM-DD
  std::string reason;    ///< of a closed one
  std::string opened_at;
  Ground ground;
};

struct Mark {
  std::string id;  ///< "mark-…"
  std::int64_t sequence = 0;
  std::string alert;
  Pair pair;
  std::string evidence;
  std::string until;  ///< YYYY-MM-DD, the last day
  std::string proposed_by;
  std::string approved_by;
  std::string set_at;
  std::int64_t fallen = 0;  ///< sequence of the entry that says so; 0: it stands
  std::string fallen_why;
};

struct Consultation {
  std::string id;  ///< "con-…"
  std::int64_t sequence = 0;
  std::string decision;
  std::string kind;       ///< "consultation", "blocked" or "rejected"
  std::string authority;  ///< ofac, bis, eu, ofsi, otsi, ecju, seco, kz
  std::string rule;
  std::string opened_by;
  std::string opened_at;
  std::string deadline;  ///< YYYY-MM-DD; empty: none is known
  std::string state;     ///< open, sent, answered
  std::string sent_on;
  std::string reference;  ///< the authority's own number
  std::string answered_on;
  std::string answer;       ///< what it says, in short
  std::string answer_hash;  ///< of the document; empty: none was given
  std::string packet_hash;  ///< packet.json
  std::string pdf_hash;
};

/// Which alerts.
struct AlertSelection {
  std::string state = {};     ///< "active": all but closed; empty: any
  std::string assigned = {};  ///< empty: anybody
  std::string deal = {};      ///< empty: any
  std::string rule = {};      ///< the beginning of its id; empty: any
  std::string late_on = {};   ///< YYYY-MM-DD: not closed, and past their deadline on that day; empty: any
  /// Those after this deadline and sequence alone.
  std::string after_deadline = {};
  std::int64_t after_sequence = 0;
  std::int64_t most = 0;  ///< 0: all
};

/// A view of a store, which must outlive it. Not thread-safe.
class Cases {
 public:
  explicit Cases(Store& store) : store_(store) {}

  /// Opens an alert, or renews one whose grounds have changed (a closed one opens again). False: nothing is new. `deadline`: YYYY-MM-DD.
  Result<bool> raise(const Ground& ground, std::string_view deadline, std::string_view at);
  Status assign(std::string_view alert, std::string_view to, std::string_view deadline, std::string_view by, std::string_view at);
  Status escalate(std::string_view alert, std::string_view text, std::string_view by, std::string_view at);
  Status note(std::string_view alert, std::string_view text, std::string_view by, std::string_view at);
  /// Keeps the bytes under their hash, and returns it.
  Result<std::string> attach(std::string_view alert, std::string_view name, std::string_view bytes, std::string_view by, std::string_view at);

  Result<Proposal> propose_close(std::string_view alert, std::string_view reason, std::string_view text, std::string_view by, std::string_view at);
  /// For the possible hits of the alert, or those of them on these listed entities.
  Result<Proposal> propose_mark(std::string_view alert, std::string_view evidence, std::string_view until, const std::vector<std::string>& entities,
                                std::string_view by, std::string_view at);
  /// What an approved proposal does, in the transaction of its verdict. Refused when the alert's grounds have changed since it was made.
  Status close_approved(const Proposal& approved, std::string_view at);
  /// The same; an alert whose every hit is marked is closed with it, as a false hit.
  Status mark_approved(const Proposal& approved, std::string_view at);
  /// A mark stands no more: one of the two sides has changed.
  Status fall(std::string_view mark, std::string_view why, std::string_view decision, std::string_view at);

  Result<std::optional<Alert>> alert(std::string_view id);
  /// The one about this, if there is one.
  Result<std::optional<Alert>> alert_about(std::string_view deal, std::string_view rule, std::string_view about);
  /// By deadline, then in the order in which they were opened. What the selection leaves out is not read.
  Result<std::vector<Alert>> alerts(const AlertSelection& selection);
  /// The ledger entries about one alert, oldest first.
  Result<std::vector<LedgerEntry>> history(std::string_view alert);
  /// The marks that stand as of a place in the ledger.
  Result<std::vector<Mark>> marks_at(std::int64_t sequence);
  Result<std::vector<Mark>> marks();
  /// Changes when marks() does; cheap.
  Result<std::string> marks_version();

  /// Opens a consultation; both documents are kept under their hashes.
  Result<Consultation> consult(const Consultation& about, std::string_view packet, std::string_view pdf, std::string_view by, std::string_view at);
  Status sent(std::string_view id, std::string_view day, std::string_view reference, std::string_view deadline, std::string_view by,
              std::string_view at);
  Status answered(std::string_view id, std::string_view day, std::string_view text, std::string_view document, std::string_view by,
                  std::string_view at);
  Result<std::optional<Consultation>> consultation(std::string_view id);
  Result<std::vector<Consultation>> consultations();

  /// What of the tables is not what the ledger recorded.
  Result<std::vector<std::string>> damage();

 private:
  Result<Alert> known(std::string_view alert);
  Status act(const Alert& alert, cases::Act act, Json content, std::string_view by, std::string_view at);
  Status check_ground(const Alert& alert, const Proposal& approved);

  Store& store_;
};

[[nodiscard]] Json to_json(const Pair& pair);
[[nodiscard]] Pair pair_from_json(const Json& json);

}  // namespace tamga::store
