// Damage: random bytes of real list files are changed, taken out, doubled or cut off. A reader then says an error, or gives what was not
// damaged as it was: never a crash, never an endless loop, never records that are gone without a word.
//
// TAMGA_MUTATIONS: how many for each file [200]; TAMGA_MUTATION_SEED [1]. Each file is cut down to some records, so that ten thousand take
// minutes and not days; what is damaged is real.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "lists/lists.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

struct Source {
  const char* path;                  ///< below ../shared/data
  const char* list;                  ///< --list, where the file does not say it
  std::vector<std::string> records;  ///< XML: elements that are records; empty: a record is a line
  int keep = 60;                     ///< records
  int header = 0;                    ///< lines before the first record
  bool shared_tables = false;        ///< records name things of tables that stand elsewhere in the file, places for instance
};

// Real files of every format that is there.
const std::vector<Source>& sources() {
  static const std::vector<Source> kSources = {
      {"ofac/sdn_csv/sdn_2024-05-03.csv.gz", "", {}},
      {"ofac/cons_csv/cons_prim_2025-12.csv.gz", "us_ofac_cons", {}},
      {"ofac/cons_xml/consolidated_nonSDN_2025-03-28.xml.gz", "us_ofac_cons", {"sdnEntry"}},
      {"ofac/sdn_xml/ofac_sdn_excerpt_2026-07-30.xml", "", {"sdnEntry"}},
      {"ofac/advanced_xml/cons_advanced_2020-03-17.xml.gz", "us_ofac_cons", {"DistinctParty"}, 1000000, 0, true},
      {"eu/eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz", "", {"sanctionEntity"}},
      {"eu/eu_fsf_1.1_VERBATIM_sample_2026-08-05.xml", "", {"sanctionEntity"}},
      {"eu/eu_269_2014_annex_I_2026-08.csv.gz", "", {}, 60, 1},
      {"eu/eu_833_2014_annex_entities_2026-08.csv.gz", "", {}, 60, 1},
      {"un/UN_consolidated_2026-02-27.xml.gz", "", {"INDIVIDUAL", "ENTITY"}},
      {"uk/uk_sanctions_list_VERBATIM_header_and_row_2026-10-08.csv", "", {}, 60, 2},
      {"uk/uk_sanctions_list_VERBATIM_trimmed_2026-09-02.xml", "", {"Designation"}},
      {"uk/uk_ofsi_conlist_excerpt_2026-08.xml", "", {"FinancialSanctionsTarget"}},
      {"us_csl/csl_small_2025.csv", "", {}, 60, 1},
      {"us_csl/dpl_2023-11.txt.gz", "", {}, 60, 1},
      {"other_lists/seco_amendment_2024-01-17.xml", "", {"target"}, 60, 0, true},
      {"opensanctions/sa_wiki_peps_entities.ftm.json.gz", "us_ofac_sdn", {}, 200},
  };
  return kSources;
}

std::string root() { return std::string(TAMGA_SOURCE_DIR) + "/../shared/data/"; }

/// OFAC's files end with it, so one that was cut between two lines is known.
constexpr std::string_view kEndMark = "\x1a";

/// The first lines, and the end mark.
std::string cut_lines(const std::string& text, int header, int keep) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto next = end == std::string::npos ? text.size() : end + 1;
    lines.push_back(std::string_view(text).substr(at, next - at));
    at = next;
  }
  if (static_cast<int>(lines.size()) <= header + keep) return text;
  std::string result;
  for (int i = 0; i < header + keep; ++i) result += lines[static_cast<std::size_t>(i)];
  if (lines.back() == kEndMark) result += kEndMark;
  return result;
}

/// What stands before the first record, some records, and what stands after the last.
std::string cut_xml(const std::string& text, const std::vector<std::string>& names, int keep) {
  std::string result;
  std::size_t at = 0;
  int kept = 0;
  for (;;) {
    std::size_t begin = std::string::npos;
    std::size_t end = std::string::npos;
    for (const auto& name : names) {
      // Not a longer name that begins so; and no further than the best so far, or a file with one kind of record is read again and again.
      auto found = text.find("<" + name, at);
      while (found < begin && text[found + name.size() + 1] != '>' && text[found + name.size() + 1] != ' ') found = text.find("<" + name, found + 1);
      if (found >= begin) continue;
      begin = found;
      const std::string close = "</" + name + ">";
      end = text.find(close, found);
      if (end != std::string::npos) end += close.size();
    }
    if (begin == std::string::npos || end == std::string::npos) return result + text.substr(at);
    result += text.substr(at, begin - at);
    if (kept < keep) result += text.substr(begin, end - begin);
    ++kept;
    at = end;
  }
}

struct Seen {
  std::map<std::string, std::string> entities;  ///< id to JSON, without the place in the file
  std::size_t remarks = 0;                      ///< warnings and faults: what is gone with a word
};

Seen seen_of(const lists::Edition& edition) {
  Seen seen;
  for (Entity entity : edition.entities) {
    entity.line = 0;
    seen.entities[entity.id] = to_json(entity).dump();
  }
  seen.remarks = edition.warnings.size() + edition.faults.size();
  return seen;
}

class Mutation : public ::testing::TestWithParam<Source> {};

TEST_P(Mutation, NothingIsLostWithoutAWord) {
  const Source& source = GetParam();
  if (!fs::exists(root() + source.path)) GTEST_SKIP() << "../shared/data is not here";
  const auto files = read_unpacked(root() + source.path);
  ASSERT_TRUE(files) << files.error().text();
  std::string text = source.records.empty() ? cut_lines(files->front().bytes, source.header, source.keep)
                                            : cut_xml(files->front().bytes, source.records, source.keep);
  // So that a cut last row shows, as in a file from its authority.
  if (source.records.empty() && !text.ends_with('\n') && !text.ends_with(kEndMark)) text += '\n';
  const lists::ReadOptions options{source.list, Date::parse("2026-11-20")};
  const auto read = [&](std::string bytes) { return lists::read_editions({{files->front().name, std::move(bytes)}}, options); };
  const auto whole = read(text);
  if (!whole) GTEST_SKIP() << "is refused as it is: " << whole.error().text();
  ASSERT_EQ(whole->size(), 1U);
  const Seen before = seen_of(whole->front());

  const char* count_text = std::getenv("TAMGA_MUTATIONS");
  const char* seed_text = std::getenv("TAMGA_MUTATION_SEED");
  const int count = count_text == nullptr ? 200 : std::atoi(count_text);
  std::mt19937_64 random(seed_text == nullptr ? 1U : static_cast<unsigned>(std::atoi(seed_text)));
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    std::string damaged = text;
    const std::size_t at = random() % damaged.size();
    const auto kind = random() % 10;
    std::string what;
    if (kind < 6) {
      what = "a byte changed";
      damaged[at] = static_cast<char>(random());
    } else if (kind < 7) {
      what = "a byte taken out";
      damaged.erase(at, 1);
    } else if (kind < 8) {
      what = "a byte put in";
      damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char>(random()));
    } else if (kind < 9) {
      what = "a bit turned";
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    } else {
      what = "the rest cut off";
      damaged.resize(at);
      // Between two lines of a file without counts or an end mark nothing tells that there was more; the edition before does
      // (app/quarantine.h).
      if (source.records.empty() && (damaged.empty() || damaged.back() == '\n' || text[at] == '\n' || text[at] == '\r') && !text.ends_with(kEndMark))
        continue;
    }
    const auto begun = std::chrono::steady_clock::now();
    const auto after = read(damaged);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    // Not a timed test: a guard against a loop that does not end.
    EXPECT_LT(took.count(), 20.0) << what << " at " << at;
    if (!after) {
      ++refused;
      EXPECT_EQ(after.error().text().find('\n'), std::string::npos) << what << " at " << at;
      continue;
    }
    if (after->size() != 1) continue;
    const Seen now = seen_of(after->front());
    if (now.remarks > before.remarks) continue;
    int gone = 0;
    int altered = 0;
    std::string first;
    std::string first_altered;
    for (const auto& [id, json] : before.entities) {
      const auto at_id = now.entities.find(id);
      if (at_id == now.entities.end()) {
        if (gone++ == 0) first = id;
      } else if (at_id->second != json) {
        if (altered++ == 0) first_altered = id;
      }
    }
    // A record whose id was damaged is another record now; two rows may have become one of two ids.
    if (!source.shared_tables) {
      EXPECT_LE(altered, 2) << source.path << ": " << what << " at " << at << " of " << text.size() << ": " << first_altered
                            << " and others are altered. Around: " << text.substr(at < 60 ? 0 : at - 60, 120);
    }
    EXPECT_LE(gone, 1) << source.path << ": " << what << " at " << at << " of " << text.size() << ": " << first
                       << " and others are gone. Around: " << text.substr(at < 60 ? 0 : at - 60, 120);
  }
  RecordProperty("refused", refused);
  if (count_text != nullptr) fmt::print("{}: {} damaged, {} refused, the others lost nothing but the damaged record\n", source.path, count, refused);
}

std::string test_name(const ::testing::TestParamInfo<Source>& info) {
  std::string name = info.param.path;
  for (char& c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(RealFiles, Mutation, ::testing::ValuesIn(sources()), test_name);

}  // namespace
}  // namespace tamga
