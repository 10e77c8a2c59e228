#include "fetch/fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "fetch/part.h"

// Everything here talks to tests/origin.py on loopback, over real sockets and real TLS; what each address does is written there.
namespace tamga::fetch {
namespace {

using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::string body_of(std::size_t size, int edition = 1) {
  std::string body;
  for (int line = 0; body.size() < size; ++line) body += fmt::format("{},{:07},row\n", edition, line);
  body.resize(size);
  return body;
}

/// The server, as a child that lives as long as the test program: it stops when its standard input closes.
class Server : public testing::Environment {
 public:
  void SetUp() override {
    // The machine's own proxy must not stand between the tests and loopback.
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
    folder = std::filesystem::temp_directory_path() / fmt::format("tamga-fetch-test-{}", ::getpid());
    std::filesystem::create_directories(folder);
    log = folder / "requests.log";
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string python = "python3";
    std::string script = TAMGA_SOURCE_DIR "/tests/origin.py";
    std::string option = "--log";
    std::string log_path = log.string();
    std::array<char*, 5> arguments{python.data(), script.data(), option.data(), log_path.data(), nullptr};
    started_ = ::posix_spawnp(&child_, python.c_str(), &actions, nullptr, arguments.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    std::string line;
    for (char c = 0; started_ && ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    if (auto json = parse_json(line)) addresses = *json;
  }

  void TearDown() override {
    if (input_ >= 0) ::close(input_);
    if (started_) {
      int status = 0;
      ::waitpid(child_, &status, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  Json addresses;  ///< null when python3 or openssl is missing
  std::filesystem::path folder;
  std::filesystem::path log;

 private:
  pid_t child_ = -1;
  int input_ = -1;
  bool started_ = false;
};

Server& server() {
  static auto* const one = dynamic_cast<Server*>(testing::AddGlobalTestEnvironment(new Server));
  return *one;
}
// Before main(), which asks for environments.
[[maybe_unused]] const Server& the_server = server();

class FetchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server().addresses.is_object()) << "tests/origin.py did not start; it needs python3 and openssl";
    key_ = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = server().folder / key_;
  }

  static std::string host(std::string_view name) { return std::string(server().addresses.get(name)); }
  /// http://127.0.0.1:PORT/WHAT/KEY?OPTIONS. Each test has its own KEY, and so its own count of requests.
  std::string url(std::string_view what, std::string_view options = "", std::string_view where = "http") const {
    return fmt::format("{}://{}/{}/{}?{}", where == "http" ? "http" : "https", host(where), what, key_, options);
  }

  /// The limits of a test: all that takes minutes in earnest takes a second.
  Request request(std::string url) const {
    Request request;
    request.url = std::move(url);
    request.path = folder_ / "list";
    request.ca_file = server().addresses.get("ca");
    request.limits.bytes = 64 * kMiB;
    request.limits.total = seconds(30);
    request.limits.connect = seconds(5);
    request.limits.low_speed_time = seconds(1);
    request.limits.retries = 2;
    request.limits.backoff_first = milliseconds(20);
    request.limits.backoff_max = milliseconds(50);
    return request;
  }

  /// What the server was asked, as tests/origin.py wrote it down.
  std::vector<Json> asked() const {
    std::vector<Json> requests;
    std::ifstream log(server().log);
    for (std::string line; std::getline(log, line);) {
      auto json = parse_json(line);
      if (json && json->get("key") == key_) requests.push_back(std::move(*json));
    }
    return requests;
  }
  static std::string header(const Json& request, std::string_view name) {
    const Json* headers = request.find("headers");
    return headers == nullptr ? std::string() : std::string(headers->get(name));
  }

  std::string content() const { return read_file(folder_ / "list").value_or("(no file)"); }
  bool exists(std::string_view name) const { return std::filesystem::exists(folder_ / name); }
  void write(std::string_view name, std::string_view bytes) const {
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(write_file_atomically(folder_ / name, bytes));
  }
  /// A break that nobody comes back from: what a test of the next run starts with.
  void break_once(const std::string& url) const {
    Request broken = request(url);
    broken.limits.retries = 0;
    const auto got = fetch(broken);
    ASSERT_FALSE(got);
    ASSERT_THAT(got.error().text(), HasSubstr("the connection broke"));
    ASSERT_FALSE(exists("list"));
  }

  void expect_whole(const Result<Fetched>& got, const std::string& body, int attempts = 1) const {
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_FALSE(got->not_modified);
    EXPECT_EQ(got->path, folder_ / "list");
    EXPECT_EQ(got->bytes, body.size());
    EXPECT_EQ(got->attempts, attempts);
    EXPECT_TRUE(content() == body) << content().size() << " bytes, expected " << body.size();
    EXPECT_FALSE(exists("list.part"));
    EXPECT_FALSE(exists("list.part.json"));
  }
  /// One line, that names the address and says what happened; and nothing half-written anywhere.
  void expect_error(const Result<Fetched>& got, const std::string& what, std::size_t requests) const {
    ASSERT_FALSE(got) << "fetched";
    EXPECT_THAT(got.error().text(), HasSubstr(what));
    EXPECT_THAT(got.error().text(), HasSubstr("127.0.0.1"));
    EXPECT_THAT(got.error().text(), HasSubstr("; ")) << "what to do?";
    EXPECT_THAT(got.error().text(), Not(HasSubstr("\n")));
    EXPECT_EQ(asked().size(), requests);
    EXPECT_FALSE(exists("list"));
  }

  std::string key_;
  std::filesystem::path folder_;
};

// ---- all is well ----

TEST_F(FetchTest, OverHttps) {
  Request wanted = request(url("file", "size=300000&etag=\"one-1\"&modified=1&type=text/xml", "https"));
  std::vector<Progress> seen;
  wanted.progress = [&](const Progress& progress) { seen.push_back(progress); };
  const auto got = fetch(wanted);
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(300000)));
  EXPECT_EQ(got->etag, "\"one-1\"");
  EXPECT_EQ(got->last_modified, "Tue, 10 Nov 2026 08:00:00 GMT");
  EXPECT_EQ(got->content_type, "text/xml");
  EXPECT_EQ(got->final_url, wanted.url);
  EXPECT_FALSE(got->resumed);
  EXPECT_TRUE(got->length_checked);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().bytes, 300000);
  EXPECT_EQ(seen.back().total, 300000);
  ASSERT_EQ(asked().size(), 1);
  EXPECT_THAT(header(asked()[0], "user-agent"), HasSubstr("tamga/"));
  EXPECT_EQ(header(asked()[0], "range"), "");
  EXPECT_EQ(header(asked()[0], "if-none-match"), "");
}

TEST_F(FetchTest, ReplacesAnOlderFile) {
  write("list", "an older edition");
  expect_whole(fetch(request(url("file", "size=9000"))), body_of(9000));
}

TEST_F(FetchTest, ChunkedHasALength) {
  const auto got = fetch(request(url("file", "size=200000&chunked=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(200000)));
  EXPECT_TRUE(got->length_checked);
}

TEST_F(FetchTest, SaysWhenACutWouldNotShow) {
  const auto got = fetch(request(url("file", "size=200000&nolength=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(200000)));
  EXPECT_FALSE(got->length_checked);
}

TEST_F(FetchTest, EarlyHintsAreNotTheAnswer) { expect_whole(fetch(request(url("early"))), body_of(5000)); }

TEST_F(FetchTest, UserAndPasswordAreSentAndNotShown) {
  std::string with_user = url("status", "code=404");
  with_user.insert(with_user.find("127"), "alice:secret@");
  const auto got = fetch(request(with_user));
  expect_error(got, "404", 1);
  EXPECT_THAT(got.error().text(), Not(HasSubstr("secret")));
  EXPECT_EQ(header(asked()[0], "authorization"), "Basic YWxpY2U6c2VjcmV0");
}

// ---- only when it changed ----

TEST_F(FetchTest, EtagThatStillHoldsIsNotModified) {
  Request wanted = request(url("file", "etag=\"one-1\"&modified=1"));
  wanted.etag = "\"one-1\"";
  const auto got = fetch(wanted);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_TRUE(got->not_modified);
  EXPECT_EQ(got->etag, "\"one-1\"");
  EXPECT_EQ(got->last_modified, "Tue, 10 Nov 2026 08:00:00 GMT");
  EXPECT_EQ(got->path, "");
  EXPECT_FALSE(exists("list"));
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, WeakEtagIsGoodEnoughForThat) {
  Request wanted = request(url("file", "etag=W/\"one-1\""));
  wanted.etag = "W/\"one-1\"";
  const auto got = fetch(wanted);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_TRUE(got->not_modified);
}

TEST_F(FetchTest, LastModifiedThatStillHoldsIsNotModified) {
  Request wanted = request(url("file", "modified=1"));
  wanted.last_modified = "Tue, 10 Nov 2026 08:00:00 GMT";
  const auto got = fetch(wanted);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_TRUE(got->not_modified);
  EXPECT_EQ(got->last_modified, wanted.last_modified);
}

TEST_F(FetchTest, ANewEditionIsFetched) {
  Request wanted = request(url("file", "etag=\"one-2\"&edition=2"));
  wanted.etag = "\"one-1\"";
  const auto got = fetch(wanted);
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(5000, 2)));
  EXPECT_EQ(got->etag, "\"one-2\"");
  EXPECT_EQ(header(asked()[0], "if-none-match"), "\"one-1\"");
}

TEST_F(FetchTest, NotModifiedThoughNothingWasKept) { expect_error(fetch(request(url("status", "code=304"))), "304", 1); }

TEST_F(FetchTest, AKeptEtagCannotAddHeaders) {
  Request wanted = request(url("file"));
  wanted.etag = "\"a\"\r\nX-Evil: yes";
  wanted.last_modified = "x\r\nX-Evil: yes";
  expect_whole(fetch(wanted), body_of(5000));
  EXPECT_EQ(header(asked()[0], "x-evil"), "");
  EXPECT_EQ(header(asked()[0], "if-none-match"), "");
}

// ---- packed for the way ----

TEST_F(FetchTest, GzipIsUnpacked) {
  const auto got = fetch(request(url("file", "size=300000&gzip=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(300000)));
  EXPECT_EQ(header(asked()[0], "accept-encoding"), "gzip");
}

TEST_F(FetchTest, GzipThatStopsInTheMiddleIsAskedForUnpacked) {
  // HTTP says that the answer is whole, and libcurl's own decoder believes it.
  expect_whole(fetch(request(url("file", "size=300000&gzip=2"))), body_of(300000), 2);
  EXPECT_EQ(header(asked()[1], "accept-encoding"), "identity");
}

TEST_F(FetchTest, GzipWithAWrongChecksumIsAskedForUnpacked) { expect_whole(fetch(request(url("file", "size=300000&gzip=3"))), body_of(300000), 2); }

TEST_F(FetchTest, PackedThatIsNotPackedIsRefused) { expect_error(fetch(request(url("raw", "encoding=gzip"))), "does not unpack", 2); }

TEST_F(FetchTest, PackingNobodyAskedFor) {
  expect_error(fetch(request(url("raw", "encoding=br"))), "packed as 'br'", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, BombIsStopped) {
  Request wanted = request(url("bomb", "size=20000000"));
  wanted.limits.bytes = kMiB;
  expect_error(fetch(wanted), "unpacks to more than the limit of 1048576 bytes", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, PackedPageIsSeenThrough) { expect_error(fetch(request(url("html", "type=text/csv&gzip=1"))), "web page", 1); }

// ---- what is no list ----

TEST_F(FetchTest, HtmlByItsType) {
  expect_error(fetch(request(url("html"))), "is a web page (HTML), not a list", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, HtmlByItsBeginning) {
  expect_error(fetch(request(url("html", "type=text/xml"))), "web page", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, XhtmlCalledXml) {
  expect_error(fetch(request(url("html", "type=text/xml&page=%3C?xml%20version=%221.0%22?%3E%0A%3C!DOCTYPE%20html%3E%3Chtml/%3E"))), "web page", 1);
}

TEST_F(FetchTest, Empty) {
  expect_error(fetch(request(url("file", "size=0"))), "is empty", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, EmptyChunked) { expect_error(fetch(request(url("file", "size=0&chunked=1"))), "is empty", 1); }

TEST_F(FetchTest, AnswerWithoutContent) { expect_error(fetch(request(url("status", "code=204"))), "204", 1); }

TEST_F(FetchTest, NotHttp) { expect_error(fetch(request(url("say", "text=SSH-2.0-OpenSSH_9.2%5Cn"))), "not HTTP", 1); }

TEST_F(FetchTest, AnOlderFileOutlivesAnError) {
  write("list", "an older edition");
  EXPECT_FALSE(fetch(request(url("html", "type=text/xml"))));
  EXPECT_EQ(content(), "an older edition");
}

// ---- too much ----

TEST_F(FetchTest, LargerThanTheLimitIsStoppedBeforeItComes) {
  Request wanted = request(url("file", "size=3000&lie=1000000000"));
  wanted.limits.bytes = kMiB;
  expect_error(fetch(wanted), "larger than the limit of 1048576 bytes", 1);
}

TEST_F(FetchTest, ExactlyTheLimitIsFine) {
  Request wanted = request(url("file", "size=5000"));
  wanted.limits.bytes = 5000;
  expect_whole(fetch(wanted), body_of(5000));
  wanted.limits.bytes = 4999;
  const auto got = fetch(wanted);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("larger than the limit"));
}

TEST_F(FetchTest, EndlessBody) {
  Request wanted = request(url("endless"));
  wanted.limits.bytes = 3 * kMiB;
  expect_error(fetch(wanted), "larger than the limit", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, EndlessHeaders) { expect_error(fetch(request(url("headers"))), "bytes of headers", 1); }

TEST_F(FetchTest, EndlessBodyOfARedirectIsNotRead) {
  expect_whole(fetch(request(url("redirect", "forever=1&to=/file/" + key_ + "?size=5000"))), body_of(5000));
}

// ---- too slow ----

TEST_F(FetchTest, StalledBodyIsTriedAgainAndContinued) {
  const auto got = fetch(request(url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1&how=stall")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_TRUE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "bytes=150000-");
}

TEST_F(FetchTest, DripIsTooSlow) {
  Request wanted = request(url("file", "size=400000&rate=10"));
  wanted.limits.retries = 0;
  expect_error(fetch(wanted), "too slow", 1);
}

TEST_F(FetchTest, LorisIsTooSlow) {
  Request wanted = request(url("loris"));
  wanted.limits.retries = 1;
  expect_error(fetch(wanted), "too slow", 2);
}

TEST_F(FetchTest, SilenceIsTooSlow) {
  Request wanted = request(url("silence"));
  wanted.limits.retries = 1;
  const auto got = fetch(wanted);
  expect_error(got, "too slow", 2);
  EXPECT_THAT(got.error().text(), HasSubstr("(tried 2 times)"));
}

TEST_F(FetchTest, TotalTimeEndsEvenASteadyDrip) {
  Request wanted = request(url("file", "size=4000000&rate=20000&etag=\"one-1\""));
  wanted.limits.total = milliseconds(1500);
  // Only the whole time may end it: on a busy machine the drip itself can pause for a second.
  wanted.limits.low_speed_time = seconds(20);
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "is not complete after 1.5 s", 1);
  EXPECT_LT(Clock::now() - begin, seconds(5));
  EXPECT_TRUE(exists("list.part")) << "what arrived may be continued";
}

// ---- tried again ----

TEST_F(FetchTest, ErrorsOfTheServerPass) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    key_ = fmt::format("passes-{}", status);
    expect_whole(fetch(request(url("file", fmt::format("fail=2&status={}", status)))), body_of(5000), 3);
  }
}

TEST_F(FetchTest, ErrorsOfTheServerThatStay) {
  const auto got = fetch(request(url("file", "fail=99&status=503")));
  expect_error(got, "the server answers 503 (unavailable) (tried 3 times)", 3);
}

TEST_F(FetchTest, WhatDoesNotPassIsNotTriedAgain) {
  for (const int status : {400, 401, 403, 404, 410, 451, 501, 505}) {
    key_ = fmt::format("stays-{}", status);
    expect_error(fetch(request(url("status", fmt::format("code={}", status)))), fmt::format("the server answers {}", status), 1);
  }
}

TEST_F(FetchTest, RetryAfterIsHonoured) {
  const auto begin = Clock::now();
  expect_whole(fetch(request(url("file", "fail=1&status=429&retry_after=1"))), body_of(5000), 2);
  EXPECT_GE(Clock::now() - begin, milliseconds(950));
}

TEST_F(FetchTest, RetryAfterThatIsTooLong) {
  Request wanted = request(url("file", "fail=9&status=503&retry_after=7200"));
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "asks to wait 7200 s", 1);
  EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST_F(FetchTest, PausesGrow) {
  Request wanted = request(url("file", "fail=99"));
  wanted.limits.retries = 3;
  wanted.limits.backoff_first = milliseconds(100);
  wanted.limits.backoff_max = milliseconds(10000);
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "500", 4);
  const auto took = Clock::now() - begin;
  // 100 + 200 + 400 ms, each less up to a half by chance.
  EXPECT_GE(took, milliseconds(350));
  EXPECT_LT(took, milliseconds(3000));
}

TEST_F(FetchTest, PausesEndWithTheTime) {
  Request wanted = request(url("file", "fail=99"));
  wanted.limits.backoff_first = wanted.limits.backoff_max = seconds(60);
  expect_error(fetch(wanted), "the time allowed (30 s) is over", 1);
}

TEST_F(FetchTest, HangsUpThenAnswers) { expect_whole(fetch(request(url("hangup", "times=2"))), body_of(5000), 3); }

TEST_F(FetchTest, NobodyListens) {
  Request wanted = request(fmt::format("http://{}/x", host("closed")));
  wanted.limits.retries = 1;
  const auto got = fetch(wanted);
  expect_error(got, "cannot be reached", 0);
  EXPECT_THAT(got.error().text(), HasSubstr("tried 2 times"));
}

TEST_F(FetchTest, NoSuchHost) {
  Request wanted = request("https://no-such-host.invalid/list.xml");
  wanted.limits.retries = 0;
  const auto got = fetch(wanted);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), testing::StartsWith("https://no-such-host.invalid/list.xml: cannot be reached"));
}

// ---- broken and continued ----

TEST_F(FetchTest, ResetIsContinued) {
  const auto got = fetch(request(url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1&how=reset", "https")));
  ASSERT_TRUE(got) << got.error().text();
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  // A reset may swallow what was on its way, so the place is the client's own.
  EXPECT_EQ(header(asked()[1], "if-range"), header(asked()[1], "range").empty() ? "" : "\"one-1\"");
}

TEST_F(FetchTest, TruncatedIsContinuedWithAnEtag) {
  const auto got = fetch(request(url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_TRUE(got->resumed);
  EXPECT_EQ(got->etag, "\"one-1\"");
  ASSERT_EQ(asked().size(), 2);
  EXPECT_EQ(header(asked()[1], "range"), "bytes=150000-");
  EXPECT_EQ(header(asked()[1], "if-range"), "\"one-1\"");
  EXPECT_EQ(header(asked()[1], "accept-encoding"), "identity") << "ranges count bytes of the form that was begun";
}

TEST_F(FetchTest, TruncatedIsContinuedWithADate) {
  const auto got = fetch(request(url("file", "size=400000&modified=1&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_TRUE(got->resumed);
  EXPECT_EQ(header(asked()[1], "if-range"), "Tue, 10 Nov 2026 08:00:00 GMT");
}

TEST_F(FetchTest, AFileThatChangesThisSecondIsNotJoined) {
  // The date is no strong validator: it may have changed again within the second.
  const auto got = fetch(request(url("file", "size=400000&modified=1&date=Tue,%2010%20Nov%202026%2008:00:00%20GMT&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_FALSE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "");
}

TEST_F(FetchTest, WeakEtagIsNotJoined) {
  const auto got = fetch(request(url("file", "size=400000&etag=W/\"one-1\"&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_FALSE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "");
}

TEST_F(FetchTest, WithoutAValidatorItStartsOver) {
  const auto got = fetch(request(url("file", "size=400000&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_FALSE(got->resumed);
}

TEST_F(FetchTest, PackedIsContinuedPacked) {
  const auto got = fetch(request(url("file", "size=3000000&gzip=1&etag=\"one-1\"&break_at=20000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(3000000), 2));
  EXPECT_TRUE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "bytes=20000-");
  EXPECT_EQ(header(asked()[1], "accept-encoding"), "gzip");
}

TEST_F(FetchTest, PackedWithoutAValidatorIsAskedForUnpacked) {
  expect_whole(fetch(request(url("file", "size=3000000&gzip=1&break_at=20000&breaks=1"))), body_of(3000000), 2);
  EXPECT_EQ(header(asked()[1], "accept-encoding"), "identity");
}

TEST_F(FetchTest, ChunkedThatIsTruncated) {
  const auto got = fetch(request(url("file", "size=400000&chunked=1&etag=\"one-1\"&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_TRUE(got->resumed);
}

TEST_F(FetchTest, ShorterThanItSays) {
  const auto got = fetch(request(url("file", "size=5000&lie=100")));
  expect_error(got, "5000 of 5100 bytes arrived", 3);
  EXPECT_FALSE(exists("list.part")) << "without a validator it is worth nothing";
}

TEST_F(FetchTest, RangeIgnoredStartsOver) {
  const auto got = fetch(request(url("file", "size=400000&etag=\"one-1\"&ranges=0&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_FALSE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "bytes=150000-");
}

TEST_F(FetchTest, RangeRefusedStartsOver) {
  expect_whole(fetch(request(url("file", "size=400000&etag=\"one-1\"&refuse_range=1&break_at=150000&breaks=1"))), body_of(400000), 3);
  EXPECT_EQ(header(asked()[2], "range"), "");
}

TEST_F(FetchTest, RangeFromElsewhereStartsOver) {
  expect_whole(fetch(request(url("file", "size=400000&etag=\"one-1\"&shift=7&break_at=150000&breaks=1"))), body_of(400000), 3);
  EXPECT_EQ(header(asked()[2], "range"), "");
}

TEST_F(FetchTest, RangeThatEndsEarlyIsContinued) {
  expect_whole(fetch(request(url("file", "size=400000&etag=\"one-1\"&cap=200000&break_at=150000&breaks=1"))), body_of(400000), 3);
  EXPECT_EQ(header(asked()[2], "range"), "bytes=350000-");
}

TEST_F(FetchTest, PartOfAFileThatNobodyAskedFor) {
  expect_error(fetch(request(url("say", "text=HTTP/1.1%20206%20OK%5CnContent-Range:%20bytes%200-2/3%5CnContent-Length:%203%5Cn%5Cnabc"))), "206", 1);
}

TEST_F(FetchTest, ChangedBetweenStartsOver) {
  const auto got = fetch(request(url("file", "size=400000&etag=\"one-1\"&change_after=1&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000, 2), 2));
  EXPECT_FALSE(got->resumed);
  EXPECT_EQ(got->etag, "\"one-2\"");
}

TEST_F(FetchTest, ChangedBetweenAndServerIgnoresIfRange) {
  expect_whole(fetch(request(url("file", "size=400000&etag=\"one-1\"&change_after=1&if_range=0&break_at=150000&breaks=1"))), body_of(400000, 2), 3);
}

TEST_F(FetchTest, ChangedBetweenByDateAndServerIgnoresIfRange) {
  expect_whole(fetch(request(url("file", "size=400000&modified=1&change_after=1&if_range=0&break_at=150000&breaks=1"))), body_of(400000, 2), 3);
}

TEST_F(FetchTest, RangeWithoutValidatorsIsTaken) {
  // RFC 9110, section 15.3.7: a 206 to If-Range need not repeat Last-Modified; its total is checked all the same.
  const auto got = fetch(request(url("file", "size=400000&modified=1&no_etag_in_range=1&break_at=150000&breaks=1")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000), 2));
  EXPECT_EQ(got->last_modified, "Tue, 10 Nov 2026 08:00:00 GMT");
}

TEST_F(FetchTest, EachStepForwardGivesNewTries) {
  // Broken every 1.5 MB, so ten times: with two retries it would never arrive, did progress not count.
  const auto got = fetch(request(url("file", "size=15000000&etag=\"one-1\"&break_at=1500000")));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(15000000), 10));
}

TEST_F(FetchTest, TheSameStepAgainDoesNot) {
  // The server ignores ranges, so each attempt gets as far as the one before it.
  expect_error(fetch(request(url("file", "size=15000000&etag=\"one-1\"&ranges=0&break_at=1500000"))), "1500000 of 15000000 bytes arrived", 3);
}

TEST_F(FetchTest, SmallStepsDoNot) {
  expect_error(fetch(request(url("file", "size=15000000&etag=\"one-1\"&break_at=1000"))), "3000 of 15000000 bytes arrived", 3);
}

TEST_F(FetchTest, TheNextRunContinues) {
  const std::string address = url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1");
  ASSERT_NO_FATAL_FAILURE(break_once(address));
  ASSERT_TRUE(exists("list.part.json"));
  const auto got = fetch(request(address));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(400000)));
  EXPECT_TRUE(got->resumed);
  EXPECT_EQ(header(asked()[1], "range"), "bytes=150000-");
}

TEST_F(FetchTest, APartAndAnUnchangedEdition) {
  // Broken while edition 2 came; then the authority took it back, and what is kept is right again.
  ASSERT_NO_FATAL_FAILURE(break_once(url("file", "size=400000&etag=\"two\"&break_at=150000&breaks=1")));
  const std::string address = url("file", "size=400000&etag=\"two\"&break_at=150000&breaks=1");
  Request wanted = request(address);
  wanted.etag = "\"two\"";
  const auto got = fetch(wanted);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_TRUE(got->not_modified);
  EXPECT_FALSE(exists("list.part"));
  EXPECT_FALSE(exists("list.part.json"));
}

TEST_F(FetchTest, APartOfAnotherAddressIsNotContinued) {
  ASSERT_NO_FATAL_FAILURE(break_once(url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1")));
  expect_whole(fetch(request(url("file", "size=300000&etag=\"one-1\"&edition=2"))), body_of(300000, 2));
  EXPECT_EQ(header(asked()[1], "range"), "");
}

TEST_F(FetchTest, APartWithoutItsOriginIsNotContinued) {
  for (const char* origin : {"", "{", "[]", "{}", "{\"url\":1,\"etag\":2,\"bytes\":\"3\"}"}) {
    key_ = fmt::format("no-origin-{}", std::string_view(origin).size());
    folder_ = server().folder / key_;
    const std::string address = url("file", "size=400000&etag=\"one-1\"");
    write("list.part", body_of(150000, 7));
    if (*origin != '\0') write("list.part.json", origin);
    expect_whole(fetch(request(address)), body_of(400000));
    EXPECT_EQ(header(asked()[0], "range"), "");
  }
}

TEST_F(FetchTest, APartThatLostBytesIsNotContinued) {
  const std::string address = url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1");
  ASSERT_NO_FATAL_FAILURE(break_once(address));
  std::filesystem::resize_file(folder_ / "list.part", 100000);
  expect_whole(fetch(request(address)), body_of(400000));
  EXPECT_EQ(header(asked()[1], "range"), "");
}

TEST_F(FetchTest, BytesBehindTheFlushedOnesAreCutOff) {
  const std::string address = url("file", "size=400000&etag=\"one-1\"&break_at=150000&breaks=1");
  ASSERT_NO_FATAL_FAILURE(break_once(address));
  std::filesystem::resize_file(folder_ / "list.part", 500000);  // zeros, as after a crash, and more than the file has
  expect_whole(fetch(request(address)), body_of(400000));
  EXPECT_EQ(header(asked()[1], "range"), "bytes=150000-");
}

TEST_F(FetchTest, APartIsNoWayIntoAnotherFile) {
  write("victim", "precious");
  std::filesystem::create_symlink(folder_ / "victim", folder_ / "list.part");
  EXPECT_FALSE(fetch(request(url("file"))));
  EXPECT_EQ(read_file(folder_ / "victim").value_or(""), "precious");
}

// ---- redirects ----

TEST_F(FetchTest, RedirectsAreFollowed) {
  for (const int code : {301, 302, 303, 307, 308}) {
    key_ = fmt::format("redirect-{}", code);
    const auto got = fetch(request(url("redirect", fmt::format("code={}&to=/file/{}-to", code, key_))));
    ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(5000)));
    EXPECT_EQ(got->final_url, fmt::format("http://{}/file/{}-to", host("http"), key_));
  }
}

TEST_F(FetchTest, TenRedirectsAreEnough) {
  expect_whole(fetch(request(url("chain", "left=10"))), body_of(5000));
  std::filesystem::remove(folder_ / "list");
  key_ += "-more";
  expect_error(fetch(request(url("chain", "left=11"))), "redirects more than 10 times", 11);
}

TEST_F(FetchTest, RedirectLoop) { expect_error(fetch(request(url("loop"))), "redirects more than 10 times", 11); }

TEST_F(FetchTest, RedirectThatWantsItsCookieBack) { expect_whole(fetch(request(url("cookie"))), body_of(5000)); }

TEST_F(FetchTest, RedirectToAFile) { expect_error(fetch(request(url("redirect", "to=file:///etc/passwd"))), "scheme 'file'", 1); }

TEST_F(FetchTest, RedirectToFtp) { expect_error(fetch(request(url("redirect", "to=ftp://127.0.0.1/x"))), "scheme 'ftp'", 1); }

TEST_F(FetchTest, RedirectToNowhere) { expect_error(fetch(request(url("redirect"))), "without saying where", 1); }

TEST_F(FetchTest, RedirectFromHttpsDownToHttp) {
  Request wanted = request(url("redirect", fmt::format("to=http://{}/file/{}", host("http"), key_), "https"));
  wanted.cleartext = Cleartext::anywhere;
  expect_error(fetch(wanted), "from https down to http", 1);
}

TEST_F(FetchTest, RedirectDownByTwoSteps) {
  // http on loopback -> https -> http: each step by itself would pass libcurl's rule for redirects that begin at http.
  const auto third = fmt::format("http://{}/file/{}", host("http"), key_);
  const auto second = fmt::format("https://{}/redirect/{}%3Fto%3D{}", host("https"), key_, third);
  expect_error(fetch(request(url("redirect", "to=" + second))), "from https down to http", 2);
}

TEST_F(FetchTest, RedirectFromLoopbackToTheNetInTheClear) { expect_error(fetch(request(url("redirect", "to=http://192.0.2.1/x"))), "plain http", 1); }

TEST_F(FetchTest, RedirectUpToHttps) {
  expect_whole(fetch(request(url("redirect", fmt::format("to=https://{}/file/{}", host("https"), key_)))), body_of(5000));
}

TEST_F(FetchTest, PasswordIsNotSentAlongARedirect) {
  std::string with_user = url("redirect", fmt::format("to=https://{}/file/{}", host("https"), key_));
  with_user.insert(with_user.find("127"), "alice:secret@");
  expect_whole(fetch(request(with_user)), body_of(5000));
  ASSERT_EQ(asked().size(), 2);
  EXPECT_NE(header(asked()[0], "authorization"), "");
  EXPECT_EQ(header(asked()[1], "authorization"), "");
}

TEST_F(FetchTest, ErrorBehindARedirectSaysWhere) {
  const auto got = fetch(request(url("redirect", "to=/status/" + key_ + "?code=404%26Signature=abc")));
  expect_error(got, "(redirected to http://127.0.0.1", 2);
  EXPECT_THAT(got.error().text(), Not(HasSubstr("404&Signature"))) << "a signed address is a key";
}

// ---- who is it ----

TEST_F(FetchTest, CertificateByAStranger) { expect_error(fetch(request(url("file", "", "stranger"))), "could not prove who it is", 0); }

TEST_F(FetchTest, CertificateOutOfDate) {
  const auto got = fetch(request(url("file", "", "expired")));
  expect_error(got, "could not prove who it is", 0);
  EXPECT_THAT(got.error().text(), HasSubstr("expired"));
}

TEST_F(FetchTest, CertificateOfAnotherHost) { expect_error(fetch(request(url("file", "", "elsewhere"))), "could not prove who it is", 0); }

TEST_F(FetchTest, CertificateUnknownToTheSystem) {
  Request wanted = request(url("file", "", "https"));
  wanted.ca_file.clear();
  expect_error(fetch(wanted), "could not prove who it is", 0);
}

TEST_F(FetchTest, CaFileIsInsteadOfTheSystems) {
  Request wanted = request(url("file", "", "https"));
  wanted.ca_file = server().addresses.get("other_ca");
  expect_error(fetch(wanted), "could not prove who it is", 0);
}

TEST_F(FetchTest, OldTlsIsRefused) { expect_error(fetch(request(url("file", "", "old"))), "no secure connection", 0); }

TEST_F(FetchTest, CertificatesAreTriedOnce) {
  Request wanted = request(url("file", "", "stranger"));
  wanted.limits.backoff_first = wanted.limits.backoff_max = seconds(20);
  const auto begin = Clock::now();
  EXPECT_FALSE(fetch(wanted));
  EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST_F(FetchTest, CaFileThatIsNotThere) {
  Request wanted = request(url("file", "", "https"));
  wanted.ca_file = "/no/such.pem";
  const auto got = fetch(wanted);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(got.error().text(), HasSubstr("/no/such.pem"));
}

TEST_F(FetchTest, CaFileThatIsNone) {
  write("ca.pem", "not a certificate");
  Request wanted = request(url("file", "", "https"));
  wanted.ca_file = folder_ / "ca.pem";
  const auto got = fetch(wanted);
  expect_error(got, "certificates to trust cannot be read", 0);
  EXPECT_EQ(got.error().kind, ErrorKind::bad_input);
}

TEST_F(FetchTest, WhatIsNotFetchedAtAll) {
  for (const char* address : {"http://192.0.2.1/list.xml", "file:///etc/passwd", "list.xml", "", "https://"}) {
    const auto got = fetch(request(address));
    ASSERT_FALSE(got) << address;
    EXPECT_EQ(got.error().kind, ErrorKind::bad_input) << address;
  }
  Request nowhere = request(url("file"));
  nowhere.path = "";
  EXPECT_FALSE(fetch(nowhere));
  EXPECT_EQ(asked().size(), 0);
}

TEST_F(FetchTest, ProxyOfTheEnvironmentIsUsed) {
  // The origin is asked as a proxy would be: with the whole address. A proxy that nobody listens on is an error, not a way around it.
  ASSERT_EQ(::setenv("http_proxy", ("http://" + host("http")).c_str(), 1), 0);
  Request through = request("http://proxied.invalid/file/" + key_ + "?size=5000");
  through.cleartext = Cleartext::anywhere;
  const auto got = fetch(through);
  ASSERT_EQ(::setenv("http_proxy", ("http://" + host("closed")).c_str(), 1), 0);
  through.limits.retries = 0;
  through.path = folder_ / "other";
  const auto closed = fetch(through);
  ::unsetenv("http_proxy");
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(5000)));
  ASSERT_EQ(asked().size(), 1);
  EXPECT_THAT(std::string(asked()[0].get("target")), HasSubstr("http://proxied.invalid/"));
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().text(), HasSubstr("https_proxy"));
}

// ---- stopped, shared, full ----

TEST_F(FetchTest, StopIsOrderlyAndTheNextRunContinues) {
  const std::string address = url("file", "size=3000000&rate=100000&etag=\"one-1\"");
  std::stop_source source;
  Request wanted = request(address);
  wanted.stop = source.get_token();
  wanted.progress = [&](const Progress& progress) {
    if (progress.bytes >= 200000) source.request_stop();
  };
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "was stopped", 1);
  EXPECT_LT(Clock::now() - begin, seconds(5));
  const auto got = fetch(request(address));
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(3000000)));
  EXPECT_TRUE(got->resumed);
}

TEST_F(FetchTest, StopEndsAPause) {
  std::stop_source source;
  Request wanted = request(url("file", "fail=99"));
  wanted.limits.backoff_first = wanted.limits.backoff_max = seconds(20);
  wanted.stop = source.get_token();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(300));
    source.request_stop();
  });
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "was stopped", 1);
  EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST_F(FetchTest, StopEndsASilence) {
  std::stop_source source;
  Request wanted = request(url("silence"));
  wanted.limits.low_speed_time = seconds(30);
  wanted.stop = source.get_token();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(300));
    source.request_stop();
  });
  const auto begin = Clock::now();
  expect_error(fetch(wanted), "was stopped", 1);
  EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST_F(FetchTest, ProgressThatThrowsEndsTheFetch) {
  Request wanted = request(url("file", "size=3000000&rate=100000"));
  wanted.progress = [](const Progress&) { throw std::runtime_error("the terminal is gone"); };
  expect_error(fetch(wanted), "the terminal is gone", 1);
}

TEST_F(FetchTest, TheSecondFetchOfAPathWaitsItsTurn) {
  write("list", "an older edition");
  auto held = lock_path(folder_ / "list");
  ASSERT_TRUE(held);
  const auto got = fetch(request(url("file")));
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("by another process"));
  EXPECT_EQ(content(), "an older edition");
  EXPECT_EQ(asked().size(), 0);
  *held = Handle();
  expect_whole(fetch(request(url("file"))), body_of(5000));
}

TEST_F(FetchTest, ManyAtOnce) {
  // One path, eight threads: whoever is refused says so, and what stands at the end is whole.
  std::vector<std::jthread> threads;
  std::array<int, 8> outcome{};
  for (auto& one : outcome) {
    threads.emplace_back([&] {
      const auto got = fetch(request(url("file", "size=2000000")));
      one = got ? 1 : got.error().text().find("by another process") != std::string::npos ? 2 : 3;
    });
  }
  threads.clear();
  EXPECT_THAT(outcome, testing::Contains(1));
  EXPECT_THAT(outcome, Not(testing::Contains(3)));
  EXPECT_TRUE(content() == body_of(2000000));
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, KilledInTheMiddleThenContinued) {
  Request wanted = request(url("file", "size=30000000&etag=\"one-1\"&rate=2000000"));
  wanted.limits.low_speed_time = seconds(10);  // the server takes a while to make so much
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    (void)fetch(wanted);
    ::_exit(0);
  }
  // The JSON file appears with the first flush, after 16 MiB.
  for (int i = 0; i < 1000 && !exists("list.part.json"); ++i) std::this_thread::sleep_for(milliseconds(10));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was over before it could be killed";
  ASSERT_TRUE(exists("list.part.json"));
  ASSERT_FALSE(exists("list"));
  const auto got = fetch(wanted);
  ASSERT_NO_FATAL_FAILURE(expect_whole(got, body_of(30000000)));
  EXPECT_TRUE(got->resumed);
}

TEST_F(FetchTest, FullDiskIsSaidAndLeavesNothing) {
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit little = before;
  little.rlim_cur = 200000;
  ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
  const auto got = fetch(request(url("file", "size=3000000&etag=\"one-1\"")));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_DFL);
  expect_error(got, "list.part: cannot be written: File too large", 1);
  EXPECT_FALSE(exists("list.part"));
}

TEST_F(FetchTest, FolderThatCannotBe) {
  write("file", "x");
  Request wanted = request(url("file"));
  wanted.path = folder_ / "file" / "list";
  const auto got = fetch(wanted);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("cannot be created"));
}

}  // namespace
}  // namespace tamga::fetch
