#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/approvals.h"
#include "app/tokens.h"
#include "base/files.h"
#include "server/access.h"
#include "server/cookies.h"
#include "server/metrics.h"
#include "server/read_log.h"
#include "server/server.h"

namespace tamga::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kNow = "2026-11-26T10:00:00Z";
constexpr const char* kToday = "2026-11-26";

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tamga-server-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    settings_.data = name;
  }
  void TearDown() override { std::filesystem::remove_all(settings_.data); }
  app::Settings settings_;
};

using AccessTest = Folder;

TEST_F(AccessTest, KnowsATokenUntilItIsRevokedOrItsPersonLeaves) {
  const auto first = app::first_token(settings_, kNow);
  ASSERT_TRUE(first && *first) << (first ? "" : first.error().text());
  const std::string secret = (*first)->secret;
  EXPECT_FALSE(app::first_token(settings_, kNow).value()) << "only for a store without tokens";
  Access access(settings_);
  EXPECT_FALSE(access.plausible(secret));
  ASSERT_TRUE(access.refresh(kToday));
  EXPECT_TRUE(access.plausible(secret));
  EXPECT_FALSE(access.recall(secret)) << "nothing is known before it was verified";
  std::string wrong = secret;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_FALSE(access.verify(wrong));
  const auto known = access.verify(secret);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->caller.name, "administrator");
  EXPECT_TRUE(known->caller.has("administrator"));
  EXPECT_TRUE(access.recall(secret));
  EXPECT_FALSE(access.recall(wrong));

  const auto machine = app::make_token(settings_, {.name = "erp", .machine = true, .days = 1}, "administrator", kNow);
  ASSERT_TRUE(machine);
  ASSERT_TRUE(access.refresh(kToday));
  ASSERT_TRUE(access.verify(machine->secret));
  EXPECT_EQ(access.recall(machine->secret)->caller.roles, std::vector<std::string>{"machine"});
  ASSERT_TRUE(access.refresh("2026-11-28"));
  EXPECT_FALSE(access.recall(machine->secret)) << "a token ends with its day";
  ASSERT_TRUE(access.refresh(kToday));
  ASSERT_TRUE(app::revoke_token(settings_, machine->token.id, "administrator", kNow));
  EXPECT_TRUE(access.recall(machine->secret));
  ASSERT_TRUE(access.refresh(kToday));
  EXPECT_FALSE(access.recall(machine->secret));
  EXPECT_FALSE(access.verify(machine->secret));
  EXPECT_FALSE(app::revoke_token(settings_, machine->token.id, "administrator", kNow));
}

TEST_F(AccessTest, SessionsEndByThemselvesAndWithTheirToken) {
  const auto first = app::first_token(settings_, kNow);
  ASSERT_TRUE(first && *first);
  Access access(settings_);
  ASSERT_TRUE(access.refresh(kToday));
  const auto now = Clock::now();
  const auto session = access.open_session((*first)->token.id, now);
  ASSERT_TRUE(session);
  EXPECT_EQ(access.by_session(session->id, now)->csrf, session->csrf);
  EXPECT_FALSE(access.by_session(session->id, now + std::chrono::hours(13)));
  EXPECT_FALSE(access.by_session("x", now));
  access.close_session(session->id);
  EXPECT_FALSE(access.by_session(session->id, now));
}

TEST_F(AccessTest, AProvidersPersonHasASessionWhileTheyWorkHere) {
  ASSERT_TRUE(app::set_person(settings_, {"Dana", {"administrator"}, true}, "Dana", kNow));
  ASSERT_TRUE(app::set_person(settings_, {"Aslan", {"analyst"}, true}, "Dana", kNow));
  Access access(settings_);
  ASSERT_TRUE(access.refresh(kToday));
  EXPECT_TRUE(access.knows_person("Aslan"));
  EXPECT_FALSE(access.knows_person("aslan")) << "letter by letter";
  EXPECT_FALSE(access.knows_person(""));
  const auto now = Clock::now();
  const auto session = access.open_session_of("Aslan", "a.b.c", now);
  const auto known = access.by_session(session->id, now);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->caller.name, "Aslan");
  EXPECT_EQ(known->caller.roles, std::vector<std::string>{"analyst"});
  EXPECT_EQ(known->id_token, "a.b.c");
  EXPECT_THAT(known->token, Not(HasSubstr("Aslan"))) << "it stands in logs";
  EXPECT_FALSE(known->meter->take(*known->limits, now));
  ASSERT_TRUE(app::set_person(settings_, {"Aslan", {"auditor"}, true}, "Dana", kNow));
  ASSERT_TRUE(access.refresh(kToday));
  EXPECT_EQ(access.by_session(session->id, now)->caller.roles, std::vector<std::string>{"auditor"});
  ASSERT_TRUE(app::set_person(settings_, {"Aslan", {"auditor"}, false}, "Dana", kNow));
  ASSERT_TRUE(access.refresh(kToday));
  EXPECT_FALSE(access.by_session(session->id, now));
  EXPECT_FALSE(access.knows_person("Aslan"));
}

TEST(SignInTest, WhatACookieIsSaysItsKind) {
  EXPECT_EQ(session_cookie("x", 7, true), "tamga_session=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=7; Secure");
  EXPECT_EQ(sign_in_cookie("x", 7, true), "tamga_signin=x; Path=/v1/session/openid; HttpOnly; SameSite=Lax; Max-Age=7; Secure");
  api::Request request;
  request.headers = {{"cookie", "a=1; tamga_session2=no; xtamga_session=no; tamga_session=yes; tamga_session=late"}};
  EXPECT_EQ(cookie_of(request, kSessionCookie), "yes");
  EXPECT_EQ(cookie_of(request, kSignInCookie), "");
}

TEST(SignInTest, OptionsThatCannotWorkAreRefused) {
  const auto fault = [](std::string issuer, std::string url = {}) {
    SignInOptions options;
    options.issuer = std::move(issuer);
    options.public_url = std::move(url);
    return fault_of(options).value_or("");
  };
  for (const auto* issuer :
       {"https://id.example", "https://id.example/realms/x", "https://id.example:8443/", "http://127.0.0.1:9", "http://localhost:9"})
    EXPECT_EQ(fault(issuer), "") << issuer;
  for (const auto* issuer : {"", "id.example", "http://id.example", "ftp://id.example", "https://id.example?x=1", "https://a@id.example", "https://"})
    EXPECT_NE(fault(issuer), "") << issuer;
  EXPECT_EQ(fault("https://id.example", "https://tamga.example:8443"), "");
  for (const auto* url : {"tamga.example", "https://", "https://x/", "https://x/y", "javascript:x", "https://x?y"})
    EXPECT_NE(fault("https://id.example", url), "") << url;
}

TEST(MeterTest, CountsRatesAndQuotas) {
  store::StoredToken token;
  Meter free;
  const auto now = Clock::now();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(free.take(token, now));
  token.rate = 2;
  Meter rated;
  int taken = 0;
  while (!rated.take(token, now)) ++taken;
  EXPECT_EQ(taken, 4) << "two seconds' worth at once";
  EXPECT_TRUE(rated.take(token, now));
  EXPECT_FALSE(rated.take(token, now + std::chrono::milliseconds(600)));
  token.rate = 0;
  token.quota = 3;
  Meter limited;
  limited.begin_day(1);
  EXPECT_FALSE(limited.take(token, now));
  EXPECT_FALSE(limited.take(token, now));
  EXPECT_EQ(limited.take(token, now), 3600);
  EXPECT_EQ(limited.unkept(), 2);
  EXPECT_EQ(limited.unkept(), 0);
}

using ReadLogTest = Folder;

TEST_F(ReadLogTest, NoticesALineThatWasChangedOrTakenOut) {
  const auto fill = [&](std::string_view day, int lines) {
    ReadLog log(settings_.data);
    for (int i = 0; i < lines; ++i)
      ASSERT_TRUE(log.add(std::string(day) + "T10:00:00Z", Json::object().set("who", "Aslan").set("n", Json::number(i))));
  };
  fill("2026-11-25", 3);
  fill("2026-11-26", 2);
  fill("2026-11-26", 2);  // a restart on the same day
  auto report = verify_read_log(settings_.data);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->lines, 7);
  EXPECT_THAT(report->damage, IsEmpty());
  const std::string path = settings_.data + "/reads/2026-11-25.jsonl";
  const std::string text = *read_file(path);
  std::string changed = text;
  changed.replace(changed.find("Aslan"), 5, "Olga!");
  std::ofstream(path) << changed;
  EXPECT_THAT(verify_read_log(settings_.data)->damage, Not(IsEmpty()));
  std::ofstream(path) << text.substr(text.find('\n') + 1);
  EXPECT_THAT(verify_read_log(settings_.data)->damage, Not(IsEmpty()));
  std::ofstream(path) << text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  EXPECT_THAT(verify_read_log(settings_.data)->damage, Not(IsEmpty())) << "the next day's first line stands on the last one";
}

TEST(MetricsTest, CountsIntoBucketsOfRoutes) {
  api::Table table;
  table.endpoints.push_back({.method = "GET", .path = "/a\"b", .summary = "", .tag = ""});
  Metrics metrics(table);
  metrics.count(0, 200, std::chrono::microseconds(300));
  metrics.count(0, 404, std::chrono::seconds(100));
  metrics.count(7, 200, std::chrono::microseconds(1));
  const auto text = metrics.text("more 1\n");
  EXPECT_THAT(text, HasSubstr("tamga_http_requests_total{route=\"/a\\\"b\",method=\"GET\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.00025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.0005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("method=\"GET\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("route=\"none\""));
  EXPECT_TRUE(text.ends_with("more 1\n"));
  EXPECT_GT(resident_bytes(), 1'000'000U);
}

TEST(ServerTest, KnowsItsLoopback) {
  for (const auto* address : {"127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback(address)) << address;
  for (const auto* address : {"0.0.0.0", "::", "10.0.0.1", "localhost", ""}) EXPECT_FALSE(is_loopback(address)) << address;
}

}  // namespace
}  // namespace tamga::server
