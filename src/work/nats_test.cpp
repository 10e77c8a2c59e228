#include "work/nats.h"

#include <gtest/gtest.h>

namespace tamga::work {
namespace {

NatsOptions at(std::string url) {
  NatsOptions options;
  options.url = std::move(url);
  return options;
}

// What it does over a network is tests/nodes_test.py and tests/faults_test.py.
TEST(Nats, NoPasswordStandsInWhatIsTold) {
  EXPECT_EQ(told_url("nats://127.0.0.1:4222"), "nats://127.0.0.1:4222");
  EXPECT_EQ(told_url("nats://dana:geheim@a:4222,tls://token@b,c:4222"), "nats://a:4222,tls://b,c:4222");
  EXPECT_EQ(told_url("dana:ge@heim@a:4222"), "a:4222");
  EXPECT_EQ(told_url("nats://dana:ge//heim@a:4222"), "nats://a:4222");
  EXPECT_EQ(told_url(""), "");
}

TEST(Nats, NoServerIsAnErrorAndNoUrlIsWrongUsage) {
  const auto away = Nats::connect(at("nats://dana:geheim@127.0.0.1:1"));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, ErrorKind::failure);
  EXPECT_EQ(away.error().text().find("geheim"), std::string::npos) << away.error().text();
  for (const auto* none : {"", ",", ",,"}) {
    const auto nothing = Nats::connect(at(none));
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().kind, ErrorKind::usage) << none;
  }
}

// Whoever may begin later than its server: what is asked meanwhile ends in an error, and the end does not wait.
TEST(Nats, LaterIsNoConnectionYet) {
  NatsOptions options = at("nats://127.0.0.1:1");
  options.later = true;
  options.away = std::chrono::milliseconds(0);
  auto nats = Nats::connect(options);
  ASSERT_TRUE(nats) << nats.error().text();
  EXPECT_FALSE((*nats)->connected());
  EXPECT_TRUE((*nats)->listen([](std::string_view) {}));
  EXPECT_FALSE((*nats)->announce("x"));
  EXPECT_FALSE((*nats)->depth());
  EXPECT_FALSE((*nats)->make_streams());
  EXPECT_EQ((*nats)->source()->take(std::chrono::milliseconds(10)), nullptr);
}

}  // namespace
}  // namespace tamga::work
