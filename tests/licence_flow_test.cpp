// Licences from end to end, without lists and rules: what a deal needs is judged, recorded and counted, while licences are added, amended and
// revoked, deals shipped and uses returned. A model of a few lines says what the balances must be after each step; the ledger must tell the same of
// every earlier moment.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "app/licences.h"
#include "clear/permits.h"
#include "store/licences.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-26T10:00:00Z";
constexpr std::int64_t kPieces = 1'000'000;  // millionths

struct Held {
  std::int64_t amount = 0;
  bool by_hand = false;
};

struct ModelLicence {
  std::int64_t most = 0;
  bool revoked = false;
  std::map<std::string, Held> held;  ///< by deal
  [[nodiscard]] std::int64_t used() const {
    std::int64_t sum = 0;
    for (const auto& [deal, use] : held) sum += use.amount;
    return sum;
  }
};

std::string licence_text(const std::string& number, std::int64_t most) {
  return fmt::format(R"({{"number":"{}","authority":"BIS","regime":"us","issued":"2026-01-01","from":"2026-01-01","to":"2026-12-31",)"
                     R"("lifts":["us.x*"],"parties":[{{"role":"exporter","name":"Alem","country":"KZ"}}],"caps":[{{"quantity":{},"unit":"pcs"}}]}})",
                     number, most);
}

store::StoredLicence stored(const std::string& number, std::int64_t most) {
  store::StoredLicence licence;
  licence.number = number;
  licence.from = "2026-01-01";
  licence.to = "2026-12-31";
  licence.record = licences::to_json(licences::read_licence(licence_text(number, most)).value()).dump();
  licence.caps = {{"quantity pcs", most * kPieces, 0}};
  return licence;
}

Deal deal_of(const std::string& id, std::int64_t pieces, const std::vector<std::string>& named) {
  Deal deal;
  deal.id = id;
  Party exporter;
  exporter.role = "exporter";
  exporter.name = "Alem";
  exporter.schema = "Company";
  exporter.country = "KZ";
  deal.parties.push_back(exporter);
  GoodsLine line;
  line.description = "chips";
  line.hs = "854231";
  line.quantity = Decimal::whole(pieces);
  line.unit = "pcs";
  deal.goods.push_back(line);
  deal.licences = named;
  return deal;
}

class Flow {
 public:
  explicit Flow(const std::string& folder) : store_(store::Store::open(folder).value()), licences_(store_) {}

  void step() {
    const int what = *rc::gen::inRange(0, 12);
    const std::string number = fmt::format("L{}", *rc::gen::inRange(1, 4));
    const std::string deal = fmt::format("D{}", *rc::gen::inRange(1, 6));
    const std::int64_t amount = *rc::gen::inRange<std::int64_t>(1, 12);
    if (what == 0) return add(number, amount * 2);
    if (what == 1) return amend(number, amount);
    if (what == 2 && *rc::gen::inRange(0, 3) == 0) return revoke(number);
    if (what == 3) return ship(deal);
    if (what == 4) return give_back(number, deal);
    if (what == 5) return by_hand(number, deal, amount);
    std::vector<std::string> named = {number};
    if (what > 8) named.push_back(fmt::format("L{}", *rc::gen::inRange(1, 4)));
    clear(deal, amount, named);
  }

  void check() {
    for (const auto& [number, model] : model_) {
      const auto is = licences_.find(number).value().value();
      RC_ASSERT(is.caps.size() == 1U);
      RC_ASSERT(is.caps[0].most == model.most * kPieces);
      RC_ASSERT(is.caps[0].used == model.used() * kPieces);
      RC_ASSERT(is.revoked == model.revoked);
    }
    const auto sequence = store_.head()->sequence;
    seen_[sequence] = licences_.held("D1").value();
  }

  /// Every earlier moment, told by the ledger.
  void check_past() {
    for (const auto& [sequence, held] : seen_) RC_ASSERT(licences_.held_at("D1", sequence).value() == held);
    const auto verification = store_.verify().value();
    if (!verification.damage.empty()) RC_FAIL(verification.damage.front().what);
  }

 private:
  store::ByWhom next(bool decision) {
    ++moves_;
    return decision ? store::ByWhom{{}, fmt::format("dec-{}", moves_), {}, {}, {}}
                    : store::ByWhom{fmt::format("prop-{}", moves_), {}, "A", "B", "why"};
  }

  void add(const std::string& number, std::int64_t most) {
    RC_ASSERT(licences_.add(stored(number, most), next(false), kNow).has_value() == !model_.contains(number));
    if (!model_.contains(number)) model_[number] = {most, false, {}};
  }
  void amend(const std::string& number, std::int64_t most) {
    const bool can = model_.contains(number) && !model_[number].revoked;
    RC_ASSERT(licences_.amend(stored(number, most), next(false), kNow).has_value() == can);
    if (can) model_[number].most = most;
  }
  void revoke(const std::string& number) {
    const bool can = model_.contains(number) && !model_[number].revoked;
    const auto deals = licences_.revoke(number, next(false), kNow);
    RC_ASSERT(deals.has_value() == can);
    if (!can) return;
    model_[number].revoked = true;
    const auto ended = std::erase_if(model_[number].held, [&](const auto& one) { return !shipped_.contains(one.first); });
    RC_ASSERT(deals->size() == ended);
  }
  void ship(const std::string& deal) {
    const bool holds = std::any_of(model_.begin(), model_.end(), [&](const auto& one) { return one.second.held.contains(deal); });
    const bool can = holds && !shipped_.contains(deal);
    RC_ASSERT(licences_.ship(deal, next(false), kNow).has_value() == can);
    if (can) shipped_.insert(deal);
  }
  void give_back(const std::string& number, const std::string& deal) {
    std::int64_t use = 999'999;
    const auto uses = licences_.uses(number, deal).value();
    for (const auto& one : uses) {
      if (one.state == "open") use = one.sequence;
    }
    const bool can = model_.contains(number) && model_[number].held.contains(deal) && !shipped_.contains(deal);
    RC_ASSERT(licences_.give_back(use, next(false), kNow).has_value() == can);
    if (can) model_[number].held.erase(deal);
  }
  void by_hand(const std::string& number, const std::string& deal, std::int64_t amount) {
    const bool can = model_.contains(number) && !model_[number].revoked && !model_[number].held.contains(deal) &&
                     model_[number].used() + amount <= model_[number].most;
    RC_ASSERT(licences_.draw(number, deal, {{"quantity pcs", amount * kPieces}}, next(false), kNow).has_value() == can);
    if (can) model_[number].held[deal] = {amount, true};
  }

  void clear(const std::string& id, std::int64_t amount, const std::vector<std::string>& named) {
    const Deal deal = deal_of(id, amount, named);
    const auto held = licences_.held(id).value();
    clear::Context context;
    context.as_of = *Date::from(2026, 11, 26);
    context.licences = standings_.of(held).value();
    clear::Finding barred;
    barred.rule = "us.x.chips";
    barred.regime = "us";
    barred.outcome = clear::Outcome::licence_required;
    barred.about = "/goods/0";
    clear::Decision decision;
    decision.deal = id;
    decision.findings = {barred};
    const auto who = next(true);
    decision.id = who.decision;
    clear::judge_licences(deal, context, decision.findings, decision.draws);
    const auto recorded = store_.transact([&]() -> Status {
      TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("decision", decision.id, kNow, R"({"decision":"{}"})"));
      return app::record_draws(store_, held, decision, kNow);
    });
    if (!recorded) RC_FAIL(recorded.error().text());

    std::string drawn;
    bool covered = false;
    for (const auto& number : named) {
      const auto at = model_.find(number);
      if (covered || at == model_.end() || at->second.revoked) continue;
      const auto own = at->second.held.find(id);
      const bool has = own != at->second.held.end();
      if (has && (own->second.by_hand || shipped_.contains(id))) {
        covered = amount <= own->second.amount;
        continue;
      }
      if (at->second.used() - (has ? own->second.amount : 0) + amount > at->second.most) continue;
      covered = true;
      drawn = number;
    }
    if (!shipped_.contains(id)) {
      for (auto& [number, licence] : model_) {
        if (const auto own = licence.held.find(id); own != licence.held.end() && !own->second.by_hand) licence.held.erase(own);
      }
    }
    if (!drawn.empty()) model_[drawn].held[id] = {amount, false};
    const bool lifted = std::none_of(decision.findings.begin(), decision.findings.end(), [](const auto& one) { return one.rule == "us.x.chips"; });
    RC_ASSERT(lifted == covered);
  }

  store::Store store_;
  store::Licences licences_;
  app::LicenceStandings standings_;
  std::map<std::string, ModelLicence> model_;
  std::set<std::string> shipped_;
  std::map<std::int64_t, store::HeldLicences> seen_;  ///< what was known for one of the deals, by the ledger's head
  int moves_ = 0;
};

RC_GTEST_PROP(LicenceFlow, IsThatOfTheModel, ()) {
  static int run = 0;
  const auto folder = (fs::temp_directory_path() / fmt::format("tamga-licence-flow-{}-{}", ::getpid(), ++run)).string();
  struct Clean {
    const std::string& folder;
    ~Clean() { fs::remove_all(folder); }
  } clean{folder};
  Flow flow(folder);
  const int steps = *rc::gen::inRange(5, 60);
  for (int i = 0; i < steps; ++i) {
    flow.step();
    flow.check();
  }
  flow.check_past();
}

}  // namespace
}  // namespace tamga
