#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "goods/controlled_fit.h"
#include "goods/goods.h"
#include "goods/words.h"
#include "licences/balance.h"
#include "match/screen.h"
#include "model/deal.h"
#include "model/payment.h"
#include "ownership/graph.h"
#include "places/places.h"
#include "policy/policy.h"

namespace tamga::policy {
struct Trace;
}

/// One deal to one decision. Pure: the same snapshot, deal and context give the same bytes; no clock, no disk, no database.
namespace tamga::clear {

using policy::Finding;
using policy::Outcome;

/// A list edition that is part of the basis; `warnings` say what the edition lacks ("alt.csv was not given").
struct BasisEdition {
  match::LoadedEdition loaded;
  std::string regime;  ///< empty for a house list
  std::string authority;
  std::vector<std::string> warnings;
  /// The last day, not after that of the decision, on which the authority still gave this content (YYYY-MM-DD); empty: not known. Age counts
  /// from there.
  std::string confirmed;
  std::string owner;  ///< of a house list
  std::string title;  ///< of a house list
};

/// What the basis of a decision leaves out, and why: a newer edition that is held, a house list that has ended.
struct Notice {
  std::string rule;  ///< "basis.us_ofac_sdn.edition_held"
  std::string regime;
  std::string list;
  std::string edition;
  std::string because;
};

/// One edition of an ownership register that the graph was built of.
struct RegisterEdition {
  std::string source;     ///< the name under which it was imported
  std::string edition;    ///< sha256:…
  std::string published;  ///< YYYY-MM-DD
};

/// Who owns whom, as registers know it.
struct Registers {
  std::shared_ptr<const ownership::Graph> graph;  ///< nullptr: none was imported
  std::vector<RegisterEdition> editions;          ///< sorted by source
};

/// What a what-if supposes of the world besides other lists and rules (supposed.h). Nothing in a decision that is recorded.
struct ClosedRoute {
  std::string country;  ///< no transit through it
  std::string place;    ///< UN/LOCODE: nothing over it
  std::string from;     ///< no leg from a country or place …
  std::string to;       ///< … to one
  std::string mode;     ///< only legs of that mode; empty: any
};
struct CutOffBank {
  std::string bic;                      ///< its first 8 letters
  std::string name;                     ///< as deals write it, ASCII case aside; one of the two is given
  std::vector<std::string> currencies;  ///< of the correspondent accounts that it loses; empty: all
};
struct Supposed {
  std::vector<ClosedRoute> closed;
  std::vector<CutOffBank> cut_off;
};

/// Everything a decision stands on, except the deal itself. Immutable once made; shared by many decisions.
struct Snapshot {
  std::vector<BasisEdition> editions;            ///< sorted by list, part
  std::vector<match::LoadedEdition> searchable;  ///< the same, as screen() takes them
  std::vector<Notice> notices;
  Registers registers;
  policy::RuleBook rules;
  goods::ControlLists controls;
  goods::Words words;  ///< those of the policy alone, never a nomenclature that somebody imported
  places::Places places;
  std::shared_ptr<const names::Model> matching = names::Model::standard();
  std::string policy;  ///< sha256:… of the rules and control lists
  std::string engine;  ///< "tamga 0.1.0"
  Supposed supposed;
  /// Of whom it is known that no edition finds him, so that he is not searched for again. Empty: of nobody.
  std::function<bool(const match::Query&)> unlisted;
};

/// An earlier deal of the record that was refused, and may have come back.
struct PastDeal {
  std::int64_t sequence = 0;  ///< of its ledger entry
  std::string decision;
  std::string outcome;
  std::string as_of;
  Deal deal;
};

/// A party of a deal and a listed entity that it matches, as a person who marks the match as false has to see them.
struct Pair {
  std::string about;  ///< "/parties/1": where the deal names the party
  std::string list;
  std::string entity;
  std::string caption;
  std::string how;  ///< "identifier" or "name"
  bool certain = false;
  std::string score;
  Json party;               ///< marks.h
  std::string party_hash;   ///< sha256:… of it
  std::string listed_hash;  ///< sha256:… of the entry's content
};

/// Two people have said that a party is not a listed entity (marks.h).
struct Mark {
  std::string id;
  std::string list;
  std::string entity;
  Json party;
  std::string party_hash;
  std::string listed_hash;
  std::string until;  ///< YYYY-MM-DD, the last day
  std::string evidence;
  std::string proposed_by;
  std::string approved_by;
  std::string set_at;  ///< UTC
};

/// A mark that holds no more, since one of its sides has changed.
struct FallenMark {
  std::string mark;
  std::string why;
  Pair pair;  ///< as it is now
};

/// What a decision asked of the lists: whom it screened, and which goods codes it looked up. Further entries of a list that none of these finds leave
/// it as it is. And whom it saw to own whom on the way.
struct Looked {
  struct Asked {
    match::Query query;
    bool found = false;  ///< an edition finds somebody
  };
  /// Shares of the day around the deal, as it, the registers and the lists tell them; of each pair the sum of what is held directly.
  struct Held {
    std::string owner;
    std::string owner_country;  ///< ISO 3166-1 alpha-2 or empty
    std::string owned;
    std::string owned_country;
    bool owned_is_bank = false;
    Decimal least;  ///< percent that is surely held, above 0
  };
  std::vector<Asked> queries;
  std::vector<std::string> codes;
  std::vector<Held> held;
};

struct Context {
  Date as_of;
  long list_age_max = 7;   ///< days; 0: no limit
  std::string decided_at;  ///< UTC
  std::int64_t ledger_sequence = 0;
  std::string ledger_hash;
  /// Refused deals of the ledger up to that head that this one may be, as resemblance/ finds them.
  std::vector<PastDeal> past;
  /// Every licence of the record at that head, by number, with what is used of it and what of that this deal holds.
  std::vector<licences::Standing> licences;
  /// The marks of false hits that stand as of that head; nullptr: none.
  std::shared_ptr<const std::vector<Mark>> marks;
  goods::ControlledFits* fits = nullptr;  ///< of the thread that decides: keeps what descriptions fit, from deal to deal
  bool explain = false;                   ///< also keep the whole evaluation beside the decision, which stays as it is
  Looked* looked = nullptr;               ///< filled where it is given
};

/// What of a licence the recorded decision uses: an amount above zero for each cap that the deal touches.
struct LicenceDraw {
  std::string number;
  std::vector<std::pair<std::string, Decimal>> amounts;  ///< by licences::Cap::key()
};

struct RegimeOutcome {
  std::string regime;
  Outcome outcome = Outcome::pass;
  std::vector<std::string> nexus;
  policy::Truth binds = policy::Truth::no;  ///< not a part of the JSON, where `nexus` says why it does
};

struct Decision {
  std::string id;
  std::string deal;
  Outcome outcome = Outcome::pass;
  std::vector<RegimeOutcome> regimes;
  std::vector<Finding> findings;
  std::vector<std::string> missing;
  std::vector<LicenceDraw> draws;                   ///< to be recorded with the decision, in place of what the deal drew before
  std::vector<policy::FlagAnswer> flags;            ///< what each red flag says; not a part of `json`, where those that say yes are one finding
  std::shared_ptr<const policy::Trace> evaluation;  ///< of the same facts; nullptr unless Context::explain; not a part of `json`
  std::vector<Pair> pairs;                          ///< every match of a party that the deal names and nobody has marked; not a part of `json`
  std::vector<FallenMark> fallen;                   ///< marks that hold no more; the findings say so too
  Json json;                                        ///< the decision of contracts.md; json.dump() are the bytes that replay must give
};

/// `deal_bytes` is the deal as it was given: its hash makes the decision's id unique to it. `payment`: the message that the deal came from.
[[nodiscard]] Decision clear(const Snapshot& snapshot, const Deal& deal, std::string_view deal_bytes, const Context& context,
                             match::Workspace& workspace, const PaymentMessage* payment = nullptr);

/// The steps of clear() up to the rules: what the deal amounts to. `decision` receives findings about the deal's own data (identifiers with
/// wrong check digits, dates that contradict a registration number, designations that begin later), matches that are marked as false, and the pairs.
[[nodiscard]] policy::Facts gather_facts(const Snapshot& snapshot, const Deal& deal, const Context& context, match::Workspace& workspace,
                                         Decision& decision);

}  // namespace tamga::clear
