#include "report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/markup.h"
#include "report/charts.h"
#include "report/html.h"

namespace tamga::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// Quotes, tags, a closing comment, bytes that are no UTF-8 and a mark that turns the direction of writing.
const std::string kHostile = "<script>alert(1)</script>\"'&--></svg>]]>\xFF\x01\xE2\x80\xAEmoc";

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json) << (json ? "" : json.error().text());
  return json ? *std::move(json) : Json{};
}

FlowFindings findings() {
  FlowFindings made;
  made.as_of = "2026-11-26";
  made.surges.document = parsed(R"({"break":"2022-03","policy":"sha256:ab","codes":"chpl","flow":"export","from":"2020-01","to":"2022-11",
    "scope":{"tests":812,"cannot_say":120,"surges":96,"falls":30,"share_surges":0.1182},
    "placebo":{"tests":4000,"cannot_say":900,"surges":200,"falls":310,"share_surges":0.05},
    "cannot_say":[{"reason":"too few periods before the break","series":12}],"left_out":[{"reason":"codes shorter than 6 digits","series":3}],
    "codes_by_risk":[{"code":"854231","lists":["chpl.1"],"words":"processors","partners":5,"surges":3,
      "excess_least":120000,"excess":340000.5,"currency":"EUR"}],
    "results":[{"rank":1,"code":"854231","partner":"KZ","reporter":"all","source":"comext","currency":"EUR","verdict":"surge","mean_before":1000.00,
      "mean_after":2500.00,"ratio":2.43,"ratio_interval":{"low":1.8,"high":3.3},"p":0.0003,"q":0.002,"excess":13000,"unit_value":{"ratio":1.6},
      "substitution":{"share":0.12,"share_interval":{"low":0.05,"high":0.2}}},
      {"rank":2,"code":"854232","partner":"SG","reporter":"all","source":"comext","currency":"EUR","verdict":"surge",
        "ratio":9e99,"excess":10,"q":0.00001},
      {"rank":3,"code":"854233","partner":"KG","verdict":"cannot say","reason":"no trade"}],"more":7})");
  made.series = {parsed(R"({"series":[{"source":"comext","currency":"EUR","flow":"export","code":"85423190","partner":"KZ","reporter":"DE",
    "points":[{"period":"2021-11","value":1000.00},{"period":"2022-03","value":2500.5}]}]})")};
  made.gaps.document = parsed(R"({"break":"2022-03","factor":{"low":1.06,"high":1.10},"scope":{"tests":2,"cannot_say":1,"missing":1,"surplus":0},
    "not_compared":[{"reason":"the two sides report in different currencies","pairs":3}],
    "results":[{"code":"854231","exporter":"DE","importer":"KZ","currency":"EUR","verdict":"missing","periods":24,"exports":5000000,"imports":3000000,
      "missing_share":{"low":0.43,"high":0.46},"missing_share_interval":{"low":0.3,"high":0.55},"q":0.01}],"more":0})");
  made.roundabout.document = parsed(R"({"break":"2022-03","treated":["AM","KG","KZ"],"controls":["GE","UZ"],"fixed_effects":["product×destination"],
    "observations":12345,"effect":{"term":"treated × after","coefficient":0.51,"standard_error":0.08,"p":1e-9,
      "ratio":1.66,"ratio_interval":{"low":1.4,"high":1.95}},
    "dynamic":[{"from":"2020-01","to":"2020-03","coefficient":0.1,"interval":{"low":-0.1,"high":0.3}},{"from":"2021-12","to":"2022-02","base":true}],
    "pre_trend":{"f":1.2,"p":0.3},"remarks":["only 3 treated and 2 other destinations"]})");
  made.files = parsed(R"([{"number":1,"name":"comext.csv","hash":"sha256:00","layout":"Eurostat Comext","rows":20,"kept":10,"left_out":1,"rejected":9,
    "by_fault":{"duplicate":9}}])");
  return made;
}

TEST(FlowReport, HoldsWhatTheAnalysisFound) {
  const auto page = html(flow_paper(findings(), language::Language::english), "en");
  for (const auto* text : {"Of 812 series", "2.43", "1.80 … 3.30", "340,000", "5.0", "Kazakhstan", "0.0020", "Too small for this map: Singapore",
                           "43.0", "too few periods before the break", "comext.csv", "sha256:00", "duplicate", "1.66", "only 3 treated",
                           "7 more rows", "<polygon", "break 2022-03"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
  // Months between two that had trade are drawn as empty, so nine bars' places and two bars.
  EXPECT_EQ(charts_of(findings().surges.document).size(), 2U);
}

TEST(FlowReport, IsTheSameBytesTwiceAndInEachForm) {
  for (const auto language : {language::Language::english, language::Language::russian, language::Language::kazakh}) {
    const auto paper = flow_paper(findings(), language);
    EXPECT_EQ(html(paper, "en"), html(flow_paper(findings(), language), "en"));
    const auto printed = pdf::write(paper);
    ASSERT_TRUE(printed) << printed.error().text();
    EXPECT_EQ(*printed, pdf::write(flow_paper(findings(), language)).value());
    for (const auto& block : paper.blocks) EXPECT_FALSE(pdf::lacking(block.text + block.label)) << block.text;
  }
}

TEST(FlowReport, FetchesNothingAndRunsNothing) {
  auto page = html(flow_paper(findings(), language::Language::russian), "ru");
  // The name of SVG is no address that anything fetches.
  for (std::size_t at; (at = page.find("xmlns=\"http://www.w3.org/2000/svg\"")) != std::string::npos;) page.erase(at, 34);
  for (const auto* text : {"<script", "src=", "url(", "@import", "<link", "<img", "<iframe", "javascript:", "http://", "https://"}) {
    EXPECT_THAT(page, Not(HasSubstr(text)));
  }
  EXPECT_THAT(page, Not(ContainsRegex("href=")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("lang=\"ru\""));
}

TEST(FlowReport, SaysWhatWasNotMade) {
  FlowFindings none;
  none.as_of = "2026-11-26";
  none.surges.why = "the store holds no series";
  const auto page = html(flow_paper(none, language::Language::english), "en");
  EXPECT_THAT(page, HasSubstr("Surges were not analysed: the store holds no series."));
  EXPECT_THAT(page, HasSubstr("Mirror gaps were not analysed: not asked for."));
  EXPECT_THAT(page, HasSubstr("No file is named."));
}

TEST(FlowReport, HostileTextsStayTexts) {
  EXPECT_EQ(escaped("<a href=\"x\">'&\x01\xFF\xC3\xA9\xED\xA0\x80"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  auto hostile = findings();
  for (auto* json : {&hostile.surges.document, &hostile.gaps.document, &hostile.roundabout.document, &hostile.files}) {
    const std::function<void(Json&)> spoil = [&](Json& at) {
      if (at.is_string() && at.text != "surge" && at.text != "missing") at.text += kHostile;
      for (auto& item : at.items) spoil(item);
      for (auto& member : at.members) spoil(member.value);
    };
    spoil(*json);
  }
  for (const auto language : {language::Language::english, language::Language::kazakh}) {
    const auto paper = flow_paper(hostile, language);
    const auto page = html(paper, "en");
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("</svg>]]")));
    EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_TRUE(pdf::write(paper));
  }
}

TEST(FlowReport, NumbersThatAreNoneAreDashes) {
  auto odd = findings();
  for (const auto* text : {"[]", "{}", "null", "\"x\"", "[1,2]", R"({"results":[{"verdict":"surge"}],"scope":7,"placebo":[],"codes_by_risk":{}})"}) {
    odd.surges.document = parsed(text);
    odd.gaps.document = parsed(text);
    odd.roundabout.document = parsed(text);
    odd.files = parsed(text);
    EXPECT_TRUE(pdf::write(flow_paper(odd, language::Language::kazakh))) << text;
  }
}

TEST(FlowReport, DrawsEveryCountryThatItHasAnOutlineOf) {
  std::vector<std::string> missing;
  const auto drawn = map("x", {{"RU", 5, "RU"}, {"US", 1, "US"}, {"FJ", 0, "FJ"}, {"MT", 1, "MT"}, {"XX", 1, "XX"}}, missing);
  EXPECT_EQ(missing, (std::vector<std::string>{"MT", "XX"}));
  EXPECT_GT(drawn.shapes.size(), 100U);
  for (const auto& shape : drawn.shapes) {
    for (const auto& spot : shape.spots) {
      EXPECT_TRUE(spot.x >= 0 && spot.x <= drawn.width && spot.y >= -3 && spot.y <= drawn.height + 3) << spot.x << " " << spot.y;
    }
  }
}

TEST(FlowReport, ChartsOfNothingAreDrawnToo) {
  EXPECT_FALSE(time_series({}).shapes.empty());
  EXPECT_FALSE(ranges({}).shapes.empty());
  std::vector<std::string> missing;
  EXPECT_TRUE(map("", {}, missing).shapes.empty());
  TimeSeries zero;
  zero.bars = {{"2022", 0}, {"2023", 0}};
  EXPECT_FALSE(time_series(zero).shapes.empty());
}

}  // namespace
}  // namespace tamga::report
