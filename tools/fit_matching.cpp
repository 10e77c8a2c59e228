// Finds the numbers of policy/matching.toml on labelled pairs of names. Called by scripts/fit_matching.py, which makes the pairs, cuts them
// into folds and measures what comes out; docs/matching.md says how well it did.
//
//   fit_matching PAIRS.csv OUT.toml [--rounds N] [--seed S] [--start IN.toml]
//
// PAIRS.csv: name1,name2,schema,is_match,weight. What is minimised over all pairs, by weight, is how often the threshold would decide wrongly, made
// smooth: each pair adds the logistic function of its distance from the threshold, and a little of the logarithmic loss, so that pairs far on the
// wrong side still pull. A small pull towards the start keeps numbers that the pairs say nothing about where they were. The search goes
// along one number at a time, with a step of its own that grows when it helps and shrinks when it does not; deterministic in the seed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "index/index.h"
#include "lists/csv.h"
#include "names/compare.h"

namespace tamga {
namespace {

struct Field {
  const char* name;
  std::int32_t names::Parameters::* value;
  std::int32_t least;
  std::int32_t most;
  bool reading;  ///< changes how names are read
};
/// Narrower than what a file may say: where the pairs are few, these keep a number to what it is for.
struct Range {
  std::string_view name;
  std::int32_t least;
  std::int32_t most;
};
constexpr std::array kSensible = {
    Range{"contradiction_person", 1500, 3000},
    Range{"contradiction_organisation", 1400, 3000},
    Range{"contradiction_vessel", 1400, 3000},
    Range{"missing_person", 100, 450},
    Range{"missing_organisation", 150, 600},
    Range{"missing_vessel", 150, 600},
    Range{"loss_spelling", 10, 80},
    Range{"loss_edit", 700, 2000},
    Range{"loss_edit_second", 0, 300},
    Range{"loss_edit_firm", 500, 2000},
    Range{"loss_first_letter", 0, 200},
    Range{"loss_vowel_discount", 0, 400},
    Range{"loss_known_names", 0, 1000},
    Range{"loss_known_query", 0, 1000},
    Range{"factor_syllables", 600, 950},
    Range{"loss_nickname", 40, 300},
    Range{"loss_nickname_weak", 600, 800},
    Range{"loss_translation", 10, 150},
    Range{"loss_initial", 0, 300},
    Range{"loss_joined", 10, 120},
    Range{"loss_skeleton", 60, 300},
    Range{"loss_skeleton_three", 120, 500},
    Range{"loss_skeleton_two", 250, 900},
    Range{"loss_skeleton_edit", 250, 900},
    Range{"factor_one_word", 500, 800},
    Range{"factor_one_word_firm", 750, 1000},
    Range{"factor_initials", 700, 950},
    Range{"factor_order", 700, 980},
    Range{"factor_lineage", 500, 900},
    Range{"factor_rotated", 960, 1000},
    Range{"factor_legal_form", 930, 990},
    Range{"factor_number", 600, 950},
    Range{"factor_number_missing", 800, 980},
    Range{"factor_place", 600, 950},
    Range{"factor_place_missing", 800, 990},
    Range{"acronym", 700, 700},
    Range{"weight_particle", 40, 250},
    Range{"weight_title", 20, 250},
    Range{"weight_honorific", 150, 600},
    Range{"weight_common", 400, 800},
    Range{"weight_known", 600, 950},
    Range{"weight_patronymic", 300, 700},
    Range{"weight_initial", 150, 450},
    Range{"weight_form_word", 20, 80},
    Range{"weight_generic", 150, 600},
    Range{"weight_activity", 250, 800},
    Range{"weight_place", 300, 900},
    Range{"weight_number", 200, 800},
    Range{"weight_two_letters", 300, 800},
    Range{"weight_three_letters", 500, 950},
};

const std::vector<Field>& fields() {
  static std::vector<Field> all = [] {
    std::vector<Field> made = {
#define TAMGA_FIT_ROW(name, least, standard, most) \
  Field{#name, &names::Parameters::name, least, most, std::string_view(#name).starts_with("weight_")},
        TAMGA_NAMES_PARAMETERS(TAMGA_FIT_ROW)
#undef TAMGA_FIT_ROW
    };
    for (auto& field : made) {
      for (const auto& range : kSensible) {
        if (range.name != field.name) continue;
        field.least = range.least;
        field.most = range.most;
      }
    }
    return made;
  }();
  return all;
}

/// What only the entity level uses; no pair of names says anything of it.
bool fitted(std::string_view name) {
  for (const auto* prefix : {"factor_birth", "factor_country", "factor_gender", "factor_identifier", "factor_weak", "support_"}) {
    if (name.starts_with(prefix)) return false;
  }
  return true;
}

struct Pair {
  std::string name1;
  std::string name2;
  names::Kind kind = names::Kind::other;
  bool match = false;
  double weight = 1;
  std::vector<names::Name> read1;
  std::vector<names::Name> read2;
};

class Fit {
 public:
  Fit(std::vector<Pair> pairs, const names::MatchingFile& start) : pairs_(std::move(pairs)), start_(start.parameters) {
    for (const auto& pair : pairs_) all_weight_ += pair.weight;
  }

  double loss(const names::Parameters& parameters) {
    names::MatchingFile file;
    file.parameters = parameters;
    bool read_again = model_ == nullptr;
    for (const auto& field : fields()) {
      read_again = read_again || (field.reading && parameters.*(field.value) != model_->parameters().*(field.value));
    }
    // Making a model reads all tables, and weights are few of the numbers: they are changed in place while they do not matter.
    if (read_again) {
      model_ = std::make_unique<names::Model>(file);
      names::Reader reader(*model_);
      for (auto& pair : pairs_) {
        const auto one = reader.read(pair.name1, pair.kind);
        pair.read1.assign(one.begin(), one.end());
        const auto two = reader.read(pair.name2, pair.kind);
        pair.read2.assign(two.begin(), two.end());
      }
    } else {
      model_->set_parameters_for_fitting(parameters);
    }
    double sum = 0;
    for (const auto& pair : pairs_) {
      names::Score best = 0;
      for (const auto& a : pair.read1) {
        for (const auto& b : pair.read2) best = std::max(best, names::compare(a.view(), b.view(), *model_).score);
      }
      const double distance = (best - file.threshold) / 10'000.0 * (pair.match ? -1 : 1);
      const double wrong = 1 / (1 + std::exp(-(distance + (pair.match ? 0.005 : 0)) / 0.035));
      const double far = std::log1p(std::exp(distance / 0.15));
      sum += pair.weight * (wrong + 0.12 * far);
    }
    double pull = 0;
    for (const auto& field : fields()) {
      const double moved = static_cast<double>(parameters.*(field.value) - start_.*(field.value)) / std::max(1, field.most - field.least);
      pull += moved * moved;
    }
    return sum / all_weight_ + 0.002 * pull;
  }

  names::Parameters search(int rounds, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    names::Parameters best = start_;
    double best_loss = loss(best);
    std::vector<double> steps;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < fields().size(); ++i) {
      steps.push_back((fields()[i].most - fields()[i].least) / 6.0);
      if (fitted(fields()[i].name)) order.push_back(i);
    }
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[static_cast<std::size_t>(random() % i)]);
      // Numbers that change how names are read are dear to try: together, at the end of a round.
      std::stable_partition(order.begin(), order.end(), [](std::size_t i) { return !fields()[i].reading; });
      for (const std::size_t i : order) {
        const Field& field = fields()[i];
        if (field.reading && round % 2 == 1) continue;
        bool helped = false;
        const int first = random() % 2 == 0 ? 1 : -1;
        for (const int sign : {first, -first}) {
          names::Parameters tried = best;
          const auto step = std::max<std::int32_t>(1, static_cast<std::int32_t>(steps[i]));
          tried.*(field.value) = std::clamp(best.*(field.value) + sign * step, field.least, field.most);
          if (tried.*(field.value) == best.*(field.value)) continue;
          const double tried_loss = loss(tried);
          if (tried_loss >= best_loss) continue;
          best = tried;
          best_loss = tried_loss;
          helped = true;
          break;
        }
        steps[i] = helped ? steps[i] * 1.4 : steps[i] * 0.55;
      }
      std::fprintf(stderr, "round %d: loss %.5f\n", round + 1, best_loss);
    }
    return best;
  }

 private:
  std::vector<Pair> pairs_;
  names::Parameters start_;
  std::unique_ptr<names::Model> model_;
  double all_weight_ = 0;
};

Result<std::vector<Pair>> read_pairs(const std::string& path) {
  TAMGA_TRY(const auto files, read_unpacked(path));
  lists::CsvReader reader(files.front().bytes);
  std::vector<std::string> row;
  std::vector<Pair> pairs;
  for (bool header = true;; header = false) {
    TAMGA_TRY(const bool more, reader.next(row));
    if (!more) return pairs;
    if (row.size() < 5) return bad_input_in(path, reader.line(), "expected name1,name2,schema,is_match,weight");
    if (header) continue;
    Pair pair;
    pair.name1 = row[0];
    pair.name2 = row[1];
    pair.kind = index::kind_of_schema(row[2]);
    pair.match = row[3] == "true";
    std::from_chars(row[4].data(), row[4].data() + row[4].size(), pair.weight);
    pairs.push_back(std::move(pair));
  }
}

int run(int argc, char** argv) {
  const auto option = [&](std::string_view name, const char* otherwise) {
    for (int i = 3; i + 1 < argc; ++i) {
      if (argv[i] == name) return std::string(argv[i + 1]);
    }
    return std::string(otherwise);
  };
  if (argc < 3) {
    std::fprintf(stderr, "usage: fit_matching PAIRS.csv OUT.toml [--rounds N] [--seed S] [--start IN.toml]\n");
    return 2;
  }
  auto pairs = read_pairs(argv[1]);
  if (!pairs) {
    std::fprintf(stderr, "fit_matching: %s\n", pairs.error().text().c_str());
    return 2;
  }
  names::MatchingFile start;
  if (const std::string path = option("--start", ""); !path.empty()) {
    const auto bytes = read_file(path);
    const auto read = bytes ? names::read_matching(NamedBytes{path, *bytes}) : std::unexpected(bytes.error());
    if (!read) {
      std::fprintf(stderr, "fit_matching: %s\n", read.error().text().c_str());
      return 2;
    }
    start = *read;
  }
  int rounds = 0;
  std::uint64_t seed = 0;
  const std::string rounds_text = option("--rounds", "24");
  const std::string seed_text = option("--seed", "20261125");
  std::from_chars(rounds_text.data(), rounds_text.data() + rounds_text.size(), rounds);
  std::from_chars(seed_text.data(), seed_text.data() + seed_text.size(), seed);
  Fit fit(*std::move(pairs), start);
  const auto best = fit.search(rounds, seed);
  std::string out;
  for (const auto& field : fields()) out += fmt::format("{} = {}\n", field.name, best.*(field.value));
  const auto status = write_file_atomically(argv[2], "[parameters]\n" + out);
  if (!status) std::fprintf(stderr, "fit_matching: %s\n", status.error().text().c_str());
  return status ? 0 : 1;
}

}  // namespace
}  // namespace tamga

int main(int argc, char** argv) { return tamga::run(argc, argv); }
