#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/rules.h"
#include "app/settings.h"
#include "clear/clear.h"
#include "store/store.h"

/// Deals to recorded decisions, and back.
namespace tamga::app {

struct DealText {
  std::string name;   ///< the file, for messages
  std::string bytes;  ///< of a payment: its file's hash and which transaction
  Deal deal;
  // Of a payment message only; shared by all transactions of its file.
  std::shared_ptr<const std::string> message = nullptr;     ///< the file's bytes
  std::shared_ptr<const PaymentMessage> payment = nullptr;  ///< the transaction
};

/// Reads and checks a deal file, or standard input for "-": one deal in JSON, or a payment message (messages/messages.h) with one deal for each of
/// its transactions.
Result<std::vector<DealText>> read_deal_file(const std::string& path);
/// The same of bytes in memory; `name` is for messages.
Result<std::vector<DealText>> read_deals(const std::string& name, std::string bytes);

struct ClearRequest {
  std::vector<DealText> deals;
  Date as_of;
  std::string decided_at;
  bool record = true;
  bool explain = false;  ///< give each decision its evaluation
  /// Refused deals that are in no record and yet count as those of the record do: what a session asked before.
  std::vector<clear::PastDeal> also_past = {};
  /// Of a message that may come twice: not empty: the decisions are recorded once under this id, with an entry of kRequestKind in their transaction;
  /// whoever asks again with it is given those, and another deal under it is refused. Only with `record`.
  std::string request = {};
};

/// That a request was answered by a decision: key "REQUEST DEAL", where DEAL counts from 1, payload {"decision","asked"}.
inline constexpr std::string_view kRequestKind = "request";

/// What deals of one day are decided on, apart from the record. Immutable; shared by many threads.
struct DealBasis {
  clear::Snapshot snapshot;
  std::string bundle;  ///< of the rules, as the store keeps it
};
/// `rules`: with their words read (WithWords::read). `lists`: these alone; empty: all.
Result<DealBasis> open_basis(const Settings& settings, store::Store& store, Rules rules, Date as_of, const std::vector<std::string>& lists = {});

/// On the very editions, registers, policy and engine that a basis names, as decisions do: what is not here is an error of kind not_found.
Result<DealBasis> open_basis_on(const Settings& settings, store::Store& store, const Json& basis, Date as_of);

/// Clears on a basis that is open, into a store that is open; else as clear_deals() does, which opens both.
Status clear_on(const DealBasis& basis, const Settings& settings, store::Store& store, const ClearRequest& request, match::Workspace& workspace,
                const std::function<void(const clear::Decision&)>& each);

/// Clears each deal in its own transaction: the head of the ledger is read, the decision made and recorded in it, so that
/// decisions of several processes never rest on the same head. `each` is called once a decision is safely on disk.
Status clear_deals(const Settings& settings, ClearRequest request, const std::function<void(const clear::Decision&)>& each);

struct JudgeRequest {
  std::vector<DealText> deals;
  Date as_of;
  std::vector<std::string> lists;  ///< empty: all
};

/// What lists, registers and rules say of deals, and nothing else: no ledger, licences or marks, no list counts as old, nothing is written. For tests
/// of the policy (app/assure.h); a decision that is to be relied on is clear_deals().
Result<std::vector<clear::Decision>> judge_deals(const Settings& settings, const JudgeRequest& request);

struct Replay {
  std::string recorded;  ///< the decision's bytes in the ledger
  std::string recomputed;
  std::shared_ptr<const policy::Trace> evaluation;  ///< of the recomputed one; nullptr unless asked for
  std::vector<policy::FlagAnswer> flags;            ///< of the recomputed one
  [[nodiscard]] bool same() const { return recorded == recomputed; }
  /// The first byte that differs; only when not same().
  [[nodiscard]] std::size_t first_difference() const;
};

/// Recomputes a recorded decision on its own basis: the editions, the policy and the ledger head that it names.
Result<Replay> replay(const Settings& settings, const std::string& decision_id, bool explain = false);

}  // namespace tamga::app
