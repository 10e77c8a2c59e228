// A deal against the refused deals of the record: making its keys, comparing it with one, and the whole search in a store that holds as many as the
// argument says. The past deals stand in the ledger as decisions do, so that what is found is read and parsed as `tamga clear` does.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "app/past.h"
#include "deal_maker.h"
#include "resemblance/resemblance.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

void make_keys(benchmark::State& state) {
  bench::DealMaker maker(1, 100);
  const Deal deal = maker.deal();
  for (auto step : state) benchmark::DoNotOptimize(resemblance::keys(deal).data());
}

void compare_two(benchmark::State& state) {
  bench::DealMaker maker(1, 100);
  const Deal deal = maker.deal();
  const Deal copy = maker.come_back(deal, 3);
  for (auto step : state) benchmark::DoNotOptimize(resemblance::compare(deal, copy, *names::Model::standard()).score);
}

Json deal_json(const Deal& deal) {
  Json parties = Json::array();
  for (const auto& party : deal.parties) {
    Json owners = Json::array();
    for (const auto& owner : *party.owners) owners.push(Json::object().set("name", owner.name).set("share", "100"));
    Json item = Json::object();
    item.set("role", party.role).set("name", party.name).set("schema", party.schema).set("country", party.country).set("address", party.address);
    item.set("identifiers", Json::object().set("reg", party.identifiers.front().value)).set("owners", std::move(owners));
    parties.push(std::move(item));
  }
  Json goods = Json::array();
  for (const auto& line : deal.goods) {
    Json item = Json::object();
    item.set("description", line.description).set("hs", line.hs).set("origin", line.origin).set("currency", line.currency);
    goods.push(std::move(item.set("quantity", Json::number_literal(line.quantity->text())).set("value", Json::number_literal(line.value->text()))));
  }
  Json route = Json::array();
  for (const auto& leg : *deal.route) route.push(Json::object().set("place", leg.place).set("country", leg.country));
  Json banks = Json::array();
  for (const auto& bank : deal.payment->banks) banks.push(Json::object().set("name", bank.name).set("bic", bank.bic).set("country", bank.country));
  Json json = Json::object();
  json.set("id", deal.id)
      .set("date", deal.date->text())
      .set("parties", std::move(parties))
      .set("goods", std::move(goods))
      .set("route", std::move(route));
  json.set("payment", Json::object().set("currency", deal.payment->currency).set("banks", std::move(banks)));
  return std::move(json.set("end_use", Json::object().set("statement", deal.end_use->statement).set("country", deal.end_use->country)));
}

/// A store with so many refused deals, made once a run and size: a million take some minutes.
struct Filled {
  fs::path path;
  std::optional<store::Store> store;
  std::unique_ptr<bench::DealMaker> maker;
  std::vector<Deal> some;

  explicit Filled(std::int64_t count) : path(fs::temp_directory_path() / fmt::format("tamga-resemblance-bench-{}-{}", ::getpid(), count)) {
    fs::remove_all(path);
    auto opened = store::Store::open(path.string());
    TAMGA_CHECK(opened.has_value());
    store.emplace(*std::move(opened));
    maker = std::make_unique<bench::DealMaker>(3, static_cast<std::size_t>(std::clamp<std::int64_t>(count / 2, 1, 50'000)));
    constexpr std::int64_t kAtOnce = 20'000;
    for (std::int64_t done = 0; done < count; done += kAtOnce) {
      const auto status = store->transact([&]() -> Status {
        for (std::int64_t i = done; i < std::min(done + kAtOnce, count); ++i) {
          const Deal deal = maker->deal();
          const std::string payload =
              Json::object().set("decision", R"({"outcome":"prohibited","as_of":"2026-01-01"})").set("deal", deal_json(deal).dump()).dump();
          TAMGA_TRY(const auto entry, store->append("decision", fmt::format("dec-{}", i), "2026-01-01T00:00:00Z", payload));
          TAMGA_TRY_STATUS(app::remember_past(*store, entry.sequence, "prohibited", deal));
          if (some.size() < 1000 && i % (1 + count / 1000) == 0) some.push_back(deal);
        }
        return {};
      });
      TAMGA_CHECK(status.has_value());
    }
  }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;
  ~Filled() {
    store.reset();
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

void search(benchmark::State& state) {
  static std::map<std::int64_t, std::unique_ptr<Filled>> filled;
  auto& at = filled[state.range(0)];
  if (!at) at = std::make_unique<Filled>(state.range(0));
  std::vector<Deal> copies;
  for (const auto& deal : at->some) copies.push_back(at->maker->come_back(deal, 2));
  std::size_t next = 0;
  std::size_t recognised = 0;
  std::size_t asked = 0;
  for (auto step : state) {
    const Deal& deal = copies[next];
    next = (next + 1) % copies.size();
    auto past = app::past_like(*at->store, deal, state.range(0));
    TAMGA_CHECK(past.has_value());
    bool any = false;
    for (const auto& earlier : *past) any = resemblance::compare(earlier.deal, deal, *names::Model::standard()).recognised || any;
    recognised += any ? 1 : 0;
    ++asked;
  }
  state.counters["recognised"] = static_cast<double>(recognised) / static_cast<double>(asked);
}

BENCHMARK(make_keys);
BENCHMARK(compare_two);
BENCHMARK(search)->Arg(1000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tamga
