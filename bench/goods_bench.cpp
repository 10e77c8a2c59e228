// Codes for a description: one question, and making the index of the words built in, without and with the HS nomenclature of ../shared/data (left
// out where it is not). Descriptions are shaped like those of invoices: 4 to 12 words with sizes and model numbers, one in four misspelt.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "app/rules.h"
#include "goods/nomenclature.h"
#include "goods/words.h"

namespace {

using tamga::goods::CodeWords;
using tamga::goods::Words;

constexpr std::array<std::string_view, 8> kDescriptions = {
    "Ball bearing 6204 2RS, SKF, 500 pcs",
    "Deep groove ball baering 6305-ZZ C3 for electric motor, carton box",
    "Болт М8х40 DIN 933 оцинкованный, кл. пр. 8.8, упак. 100 шт",
    "Микроконтролер STM32F407VGT6, корпус LQFP-100, 90 шт/лоток",
    "Шарикті мойынтірек 180204, электр қозғалтқышына арналған",
    "Carbon fibre prepreg, unidirectional, 12K, 300 g/m2, roll 1.2 x 100 m, for aircraft parts",
    "Пшеница мягкая 3 класс, урожай 2023, навалом, вагоны",
    "Wi-Fi router dual band AX3000, 4xLAN, with power adapter",
};

std::vector<CodeWords> nomenclature() {
  auto bytes = tamga::read_file(TAMGA_SOURCE_DIR "/../shared/data/goods/hs6_harmonized-system.csv");
  if (!bytes) return {};
  return tamga::goods::read_nomenclature(tamga::NamedBytes{"hs6", *std::move(bytes)}).value_or(std::vector<CodeWords>{});
}

void ask(benchmark::State& state, const Words& words) {
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(words.fit(kDescriptions[i++ % kDescriptions.size()]).best(10));
}

void ask_built_in(benchmark::State& state) {
  const auto rules = tamga::app::load_rules("").value();
  ask(state, Words::read(rules.words).value());
}
void ask_with_nomenclature(benchmark::State& state) {
  const auto rules = tamga::app::load_rules("").value();
  const auto entries = nomenclature();
  if (entries.empty()) return state.SkipWithError("../shared/data is not here");
  ask(state, Words::read(rules.words, entries).value());
}
void build_built_in(benchmark::State& state) {
  const auto rules = tamga::app::load_rules("").value();
  for (auto _ : state) benchmark::DoNotOptimize(Words::read(rules.words).value());
}
void build_with_nomenclature(benchmark::State& state) {
  const auto rules = tamga::app::load_rules("").value();
  const auto entries = nomenclature();
  if (entries.empty()) return state.SkipWithError("../shared/data is not here");
  for (auto _ : state) benchmark::DoNotOptimize(Words::read(rules.words, entries).value());
}
void load_rules(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(tamga::app::load_rules("").value().id);
}

BENCHMARK(ask_built_in);
BENCHMARK(ask_with_nomenclature);
BENCHMARK(build_built_in)->Unit(benchmark::kMillisecond);
BENCHMARK(build_with_nomenclature)->Unit(benchmark::kMillisecond);
BENCHMARK(load_rules)->Unit(benchmark::kMillisecond);

}  // namespace
