// Reading a name into words, by script; the key and the skeleton of one word. Names of three words and of the length that listed persons have
// (23 bytes in the middle of OFAC's list), read again and again into the same Readings, as screening does.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

#include "text/tokens.h"

namespace {

using tamga::text::Readings;
using tamga::text::Script;
using tamga::text::Use;

void read_names(benchmark::State& state, Use use, std::initializer_list<std::string_view> names) {
  Readings readings;
  std::size_t words = 0;
  for (auto _ : state) {
    for (const auto name : names) {
      tamga::text::read(name, use, readings);
      words += readings.tokens[0].size();
    }
  }
  benchmark::DoNotOptimize(words);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * names.size()));
}

void read_ascii(benchmark::State& state) {
  read_names(state, Use::person, {"Vladimir Vladimirovich Putin", "IVANOV, Sergei Borisovich", "Mohammed Hamdan Dagalo", "Ali Hasan al-Majid"});
}
void read_ascii_firm(benchmark::State& state) {
  read_names(state, Use::organisation, {"Rosneft Trading S.A.", "Public Joint Stock Company Sovcomflot", "Bank Rossiya", "J.S.C. Kronshtadt"});
}
void read_latin_with_marks(benchmark::State& state) {
  read_names(state, Use::person, {"Aleksandar Vučić Đorđević", "Recep Tayyip Erdoğan", "Jiří Třešňák Nový", "Nursūltan Äbışūly Nazarbaev"});
}
void read_cyrillic(benchmark::State& state) {
  read_names(state, Use::person, {"Владимир Владимирович Путин", "ИВАНОВ Сергей Борисович", "Алишер Бурханович Усманов", "Қасым-Жомарт Тоқаев"});
}
void read_greek(benchmark::State& state) { read_names(state, Use::person, {"Κυριάκος Μητσοτάκης", "Γιώργος Ανδρέα Παπανδρέου"}); }
void read_arabic(benchmark::State& state) {
  read_names(state, Use::person, {"محمد حمدان دقلو", "علي حسن المجيد", "عبد الله محمد رجب", "قاسم سلیمانی"});
}
void read_hebrew(benchmark::State& state) { read_names(state, Use::person, {"בנימין נתניהו", "יצחק רבין כהן"}); }
void read_chinese(benchmark::State& state) { read_names(state, Use::person, {"习近平", "李克強", "欧阳修", "穆罕默德"}); }
void read_chinese_firm(benchmark::State& state) { read_names(state, Use::organisation, {"北京华为数字技术有限公司", "丹東匯豐進出口貿易有限公司"}); }
void read_korean(benchmark::State& state) { read_names(state, Use::person, {"김정은", "최룡해"}); }
void read_kana(benchmark::State& state) { read_names(state, Use::person, {"ドナルド・トランプ", "あべ しんぞう"}); }
void read_thai(benchmark::State& state) { read_names(state, Use::person, {"ประยุทธ์ จันทร์โอชา"}); }
void read_hindi(benchmark::State& state) { read_names(state, Use::person, {"नरेन्द्र मोदी"}); }
void read_wade_giles(benchmark::State& state) { read_names(state, Use::person, {"Chou En-lai", "Hsieh Chih-wei"}); }

void make_key(benchmark::State& state) {
  static constexpr std::array<std::string_view, 4> kWords = {"vladimirovich", "shcherbakov", "mohammed", "yevgeny"};
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(tamga::text::comparison_key(kWords[i++ % kWords.size()]));
}
void make_skeleton(benchmark::State& state) {
  static constexpr std::array<std::string_view, 4> kWords = {"muhammad", "abdulrahman", "soleimani", "qaddafi"};
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(tamga::text::skeleton(kWords[i++ % kWords.size()], Script::arabic));
}
void read_ten_thousand_bytes(benchmark::State& state) {
  std::string name;
  while (name.size() < 10'000) name += "Владимир ";
  Readings readings;
  for (auto _ : state) tamga::text::read(name, Use::person, readings);
}

BENCHMARK(read_ascii);
BENCHMARK(read_ascii_firm);
BENCHMARK(read_latin_with_marks);
BENCHMARK(read_cyrillic);
BENCHMARK(read_greek);
BENCHMARK(read_arabic);
BENCHMARK(read_hebrew);
BENCHMARK(read_chinese);
BENCHMARK(read_chinese_firm);
BENCHMARK(read_korean);
BENCHMARK(read_kana);
BENCHMARK(read_thai);
BENCHMARK(read_hindi);
BENCHMARK(read_wade_giles);
BENCHMARK(make_key);
BENCHMARK(make_skeleton);
BENCHMARK(read_ten_thousand_bytes);

}  // namespace
