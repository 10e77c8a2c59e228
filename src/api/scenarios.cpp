#include "app/scenario.h"

#include <mutex>
#include <tuple>

#include "api/common.h"
#include "api/native.h"
#include "app/exposure.h"

namespace tamga::api {
namespace {

/// What one request may ask for: a walk through some thousand deals takes a second. A larger book is for `tamga scenario`.
constexpr std::int64_t kDecidedAgainMax = 20'000;
constexpr std::int64_t kRecordMax = 20'000;

/// Deciding on a whole record takes all processors, so one at a time.
std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

Result<app::OpenDealBook> open_book(const Context& context, bool with_basis) {
  app::DealSource source;
  source.today = utc_today();
  source.most = kRecordMax;
  return app::open_deal_book(context.settings, source, with_basis, [](std::string_view, std::int64_t, std::int64_t) {});
}

Result<Json> expose_deals(const Context& context, const Request& request) {
  app::ExposureRequest asked;
  asked.by = exposure::dimension_from_name(text_of(request, "by")).value_or(exposure::Dimension::regime);
  asked.limit = count_of(request, "limit", 100);
  asked.cut_off = request.parameters("cut_off");
  for (const auto& [name, into, most] : {std::tuple("threshold", &asked.threshold, 1), std::tuple("ownership", &asked.ownership, 100)}) {
    const std::string text = text_of(request, name);
    if (text.empty()) continue;
    *into = Decimal::parse(text);
    if (!*into || **into <= Decimal::whole(0) || **into > Decimal::whole(most))
      return bad_input(fmt::format("{}: \"{}\" is not above 0 and at most {}", name, text, most));
  }
  const std::lock_guard lock(one_at_a_time());
  TAMGA_TRY(const auto opened, open_book(context, false));
  TAMGA_TRY(const auto report, app::expose(opened, asked));
  return app::document(report);
}

Result<Json> ask_scenarios(const Context& context, const Request& request) {
  std::vector<exposure::Scenario> read;
  if (request.body.size() > 2 * exposure::kScenarioBytesMax) return bad_input(fmt::format("larger than {} bytes", 2 * exposure::kScenarioBytesMax));
  if (const Json* several = request.json.find("scenarios"); several != nullptr) {
    if (!several->is_array() || several->items.empty() || several->items.size() > 2 || request.json.members.size() != 1)
      return bad_input("/scenarios: expected one or two scenarios, and nothing beside them");
    for (std::size_t i = 0; i < several->items.size(); ++i) {
      TAMGA_TRY(auto scenario, exposure::read_scenario(several->items[i], request.body, fmt::format("/scenarios/{}", i)));
      read.push_back(std::move(scenario));
    }
  } else {
    TAMGA_TRY(auto scenario, exposure::read_scenario(request.body));
    read.push_back(std::move(scenario));
  }
  const std::lock_guard lock(one_at_a_time());
  TAMGA_TRY(const auto opened, open_book(context, true));
  app::ScenarioLimits limits;
  limits.deals = kDecidedAgainMax;
  TAMGA_TRY(const auto answer,
            app::run_scenarios(context.settings, opened, read, false, limits, [](std::string_view, std::int64_t, std::int64_t) {}));
  return app::document(answer);
}

}  // namespace

void add_scenarios(std::vector<Endpoint>& endpoints) {
  Parameter by = in_query("by", "what the value rests on");
  by.fallback = "regime";
  for (std::size_t i = 0; i < exposure::kShownDimensions; ++i) by.values.emplace_back(exposure::dimension_name(static_cast<exposure::Dimension>(i)));
  Parameter limit{.name = "limit", .type = "integer", .description = "so many rows", .fallback = "100", .minimum = "1", .maximum = "1000"};
  Parameter cut_off = in_query("cut_off", "a bank (BIC, or name) that loses its correspondent accounts: who falls with it");
  cut_off.repeated = true;
  Endpoint exposed{.method = "GET",
                   .path = "/v1/exposure",
                   .summary = "what of the deals rests on each bank, code, list entry …, how much on few, and who falls with a bank",
                   .tag = "scenarios",
                   .parameters = {by, limit, cut_off, in_query("threshold", "share of a firm's deals from which on it fails; default: 0.5"),
                                  in_query("ownership", "percent of shares from which on what is owned falls with its owners; default: 50")}};
  exposed.response_schema = "Exposure";
  exposed.roles = kReaders;
  exposed.handle = documented(expose_deals);
  endpoints.push_back(std::move(exposed));
  Endpoint asked{
      .method = "POST",
      .path = "/v1/scenarios",
      .summary = "which deals change outcome if somebody is listed, codes are added, a licence lapses, a route or a bank is closed; records nothing",
      .tag = "scenarios"};
  asked.body_schema = "Scenario";
  asked.response_schema = "ScenarioAnswer";
  asked.roles = kReaders;
  asked.handle = documented(ask_scenarios);
  endpoints.push_back(std::move(asked));
}

}  // namespace tamga::api
