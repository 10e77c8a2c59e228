#include "work/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tamga::work {
namespace {

Request sample() {
  Request request;
  request.kind = Kind::screen;
  request.job = "0a1b2c";
  request.chunk = 7;
  request.rows = 2;
  request.basis.set("engine", "tamga 0.1.0");
  request.options.set("as_of", "2026-11-26");
  request.body = "{\"line\":1}\n{\"line\":2}\n";
  return request;
}

TEST(Message, ARequestComesBackAsItWas) {
  const auto read = read_request(to_bytes(sample()));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(to_bytes(*read), to_bytes(sample()));
  EXPECT_EQ(read->body, sample().body);
  EXPECT_EQ(read->id(), "0a1b2c.7");
  EXPECT_EQ(read->subject(), "tamga.work.screen.0a1b2c");
}

TEST(Message, ItsBytesAreThoseOfTheDocument) {
  EXPECT_EQ(to_bytes(sample()),
            "{\"tamga\":1,\"kind\":\"screen\",\"job\":\"0a1b2c\",\"chunk\":7,\"rows\":2,\"basis\":{\"engine\":\"tamga 0.1.0\"},"
            "\"options\":{\"as_of\":\"2026-11-26\"}}\n{\"line\":1}\n{\"line\":2}\n");
}

TEST(Message, ARequestSaysHowItsRowsStandInTheirFile) {
  Request request = sample();
  request.form.set("as", "csv").set("header", Json::strings({"name"})).set("line", Json::number(2));
  request.body = "VTB\n\"a\nb\"\n";
  const auto read = read_request(to_bytes(request));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(to_bytes(*read), to_bytes(request));
  EXPECT_EQ(read->form.get("as"), "csv");
  EXPECT_EQ(read->body, request.body);
  request.kind = Kind::watch;
  EXPECT_FALSE(read_request(to_bytes(request))) << "the book is no file";
}

TEST(Message, WhatIsNoRequestIsRefusedWithAReason) {
  const std::string good = to_bytes(sample());
  const auto with = [&](std::string_view a, std::string_view b) {
    std::string bytes = good;
    bytes.replace(bytes.find(a), a.size(), b);
    return bytes;
  };
  for (const auto& bytes :
       {std::string(), std::string("{}"), std::string("\n"), std::string("[1]\n"), good.substr(0, 40), with("\"tamga\":1", "\"tamga\":2"),
        with("\"screen\"", "\"shout\""), with("0a1b2c", "0a.1b"), with("0a1b2c", "*"), with("\"chunk\":7", "\"chunk\":-1"),
        with("\"chunk\":7", "\"chunk\":7.5"), with("\"rows\":2", "\"rows\":100001"), with("\"basis\":{", "\"basis\":1,\"was\":{")}) {
    const auto read = read_request(bytes);
    ASSERT_FALSE(read) << bytes;
    EXPECT_EQ(read.error().kind, ErrorKind::bad_input) << "such a message is never tried again";
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(Message, NamesOfJobsCanStandInASubject) {
  EXPECT_TRUE(valid_job("0a-z9"));
  for (const auto* job : {"", "a.b", "a b", "*", ">", "A", "a\n"}) EXPECT_FALSE(valid_job(job)) << job;
  EXPECT_FALSE(valid_job(std::string(65, 'a')));
}

RC_GTEST_PROP(Message, AnAnswerInPartsIsTheSameWhateverOrderAndHoweverOften, (const std::string& body, const std::vector<unsigned>& order)) {
  const Answer answer{"job", 3, Json::object().set("read", Json::number(5)), "", body};
  const auto most = *rc::gen::inRange<std::size_t>(1, 20);
  auto parts = parts_of(answer, most);
  // Some twice, in any order.
  for (const auto number : order) parts.push_back(parts[number % parts.size()]);
  for (std::size_t i = 0; i < order.size(); ++i) std::swap(parts[i], parts[order[i] % parts.size()]);
  Assembly assembly;
  std::optional<Answer> whole;
  for (const auto& part : parts) {
    const auto read = read_answer_part(to_bytes(part));
    RC_ASSERT(read.has_value());
    RC_ASSERT(part.body.size() <= most);
    if (whole) break;
    whole = assembly.add(*read);
  }
  RC_ASSERT(whole.has_value());
  RC_ASSERT(whole->body == body);
  RC_ASSERT(whole->chunk == 3);
  RC_ASSERT(whole->counts == answer.counts);
  RC_ASSERT(assembly.waiting() == 0U);
}

TEST(Message, PartsOfTwoAnswersAreNotMixed) {
  const auto first = parts_of({"job", 0, Json::object(), "", "aaaa"}, 2);
  const auto second = parts_of({"job", 0, Json::object(), "", "bbbb"}, 2);
  Assembly assembly;
  EXPECT_FALSE(assembly.add(first[0]));
  EXPECT_FALSE(assembly.add(second[1]));
  const auto whole = assembly.add(second[0]);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->body, "bbbb");
}

TEST(Message, APartThatWasDamagedMakesNoAnswer) {
  auto parts = parts_of({"job", 0, Json::object(), "", "aaaa"}, 2);
  parts[1].body = "ab";
  Assembly assembly;
  EXPECT_FALSE(assembly.add(parts[0]));
  EXPECT_FALSE(assembly.add(parts[1]));
}

TEST(Message, ADeadLetterHoldsTheMessageByteForByte) {
  const DeadLetter letter{"tamga.work.screen.x", "x.1", "why", 5, "host-1", "2026-11-26T10:00:00Z", std::string("\0\n{\xff", 4)};
  const auto read = read_dead_letter(to_bytes(letter));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->message, letter.message);
  EXPECT_EQ(read->reason, "why");
  EXPECT_EQ(read->deliveries, 5);
}

}  // namespace
}  // namespace tamga::work
