#include <algorithm>
#include <array>
#include <iterator>

#include "text/words.h"

// Chinese characters, kana and Hangul.
//
// A Chinese personal name is a family name of one character (a few have two) and a given name of one or two, written without a space;
// everything else of a person's name is a foreign name written by its sounds. Characters are read one by one from Unihan, which is right for
// names but for some family names that have a reading of their own. Names of firms are cut by the longest words of data/text/han_words.csv.
namespace tamga::text {
namespace {

struct HanWord {
  std::u16string_view word;
  std::string_view latin;  ///< words with spaces between
};

#include "text/han_cantonese.inc"
#include "text/han_korean.inc"
#include "text/han_mandarin.inc"
#include "text/han_simplified.inc"

// clang-format off
/// The family names that nearly all Chinese bear: Hundred Family Surnames, and those added by the census of 1982; both forms of the characters.
constexpr std::u32string_view kSurnames =
    U"王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭肖程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余"
    U"潘杜戴夏钟鍾鐘汪田任姜范范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段章钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安"
    U"颜顏倪严嚴牛温溫芦蘆季俞章鲁魯葛伍韦韋申尤毕畢聂聶丛叢焦向柳邢路岳齐齊沿梅莫庄莊辛管祝左涂塗谷祁时時舒耿牟卜路詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽"
    U"裴席卫衛查屈鲍鮑位覃霍翁隋植甘景薄单單包司柏宁寧柯阮桂闵閔解强強柴华華车車冉房边邊辜吉饶饒刁瞿戚丘古米池滕晋晉苑邬鄔臧畅暢宫宮来來嵺苟全褚廉简簡娄婁盖蓋"
    U"符奚木穆党黨燕郎邸冀谈談姬屠连連郜晏栾欒郁商蒙计計喻揭窦竇迟遲宇敖糜鄢冷卓花仇艾蓝藍都巩鞏稽井练練仲乐樂虞卞封竺冼原官衣楚佟栗匡宗应應台巫鞠僧桑荆荊谌諶银銀扬揚"
    U"明沙薄伏岑习習胥保和蔺藺朴尉雷孟平黄钮鈕尚滑郦酈元皮贝貝明茅支咎昝经經裘缪繆干卢房丁邓杭诸諸仰仲宓全班秋伊储儲汲松段富焦巴弓牧隗山谷宣叶印怀懷蒲邰从從鄂索咸"
    U"籍阴陰能苍蒼双雙闻聞莘翟贡貢劳勞逄扶堵宰雍却璩桑濮寿壽通边扈浦农農别莊晏瞿充慕茹容暴戈终終暨居衡步耿满滿弘国國寇广廣禄祿阙闕东東殴殳沃利蔚越夔隆师師厍聂晁勾敖融"
    U"訾辛阚闞那饶空毋沙乜养養须須丰豐巢相后荆红紅游竺权權盍益桓公仉督帅帥亢况況有琴归歸海墨哈谯年爱愛佴";

struct CompoundSurname {
  std::u32string_view characters;
  std::string_view mandarin;
};
constexpr std::array kCompoundSurnames = {
    CompoundSurname{U"欧阳", "ouyang"}, CompoundSurname{U"歐陽", "ouyang"}, CompoundSurname{U"司马", "sima"}, CompoundSurname{U"司馬", "sima"},
    CompoundSurname{U"诸葛", "zhuge"}, CompoundSurname{U"諸葛", "zhuge"}, CompoundSurname{U"上官", "shangguan"}, CompoundSurname{U"司徒", "situ"},
    CompoundSurname{U"东方", "dongfang"}, CompoundSurname{U"東方", "dongfang"}, CompoundSurname{U"独孤", "dugu"}, CompoundSurname{U"獨孤", "dugu"},
    CompoundSurname{U"南宫", "nangong"}, CompoundSurname{U"南宮", "nangong"}, CompoundSurname{U"夏侯", "xiahou"}, CompoundSurname{U"皇甫", "huangfu"},
    CompoundSurname{U"尉迟", "yuchi"}, CompoundSurname{U"尉遲", "yuchi"}, CompoundSurname{U"公孙", "gongsun"}, CompoundSurname{U"公孫", "gongsun"},
    CompoundSurname{U"慕容", "murong"}, CompoundSurname{U"长孙", "zhangsun"}, CompoundSurname{U"長孫", "zhangsun"}, CompoundSurname{U"宇文", "yuwen"},
    CompoundSurname{U"司空", "sikong"}, CompoundSurname{U"令狐", "linghu"}, CompoundSurname{U"轩辕", "xuanyuan"}, CompoundSurname{U"軒轅", "xuanyuan"},
    CompoundSurname{U"端木", "duanmu"}, CompoundSurname{U"西门", "ximen"}, CompoundSurname{U"西門", "ximen"}, CompoundSurname{U"呼延", "huyan"},
    CompoundSurname{U"澹台", "tantai"}, CompoundSurname{U"澹臺", "tantai"}, CompoundSurname{U"申屠", "shentu"}, CompoundSurname{U"淳于", "chunyu"},
    CompoundSurname{U"赫连", "helian"}, CompoundSurname{U"赫連", "helian"}, CompoundSurname{U"钟离", "zhongli"}, CompoundSurname{U"鍾離", "zhongli"},
    CompoundSurname{U"濮阳", "puyang"}, CompoundSurname{U"濮陽", "puyang"}, CompoundSurname{U"万俟", "moqi"}, CompoundSurname{U"万俟", "moqi"},
    CompoundSurname{U"闻人", "wenren"}, CompoundSurname{U"聞人", "wenren"}, CompoundSurname{U"太史", "taishi"}, CompoundSurname{U"拓跋", "tuoba"},
    CompoundSurname{U"宗政", "zongzheng"}, CompoundSurname{U"鲜于", "xianyu"}, CompoundSurname{U"鮮于", "xianyu"}, CompoundSurname{U"单于", "chanyu"},
    CompoundSurname{U"單于", "chanyu"}, CompoundSurname{U"公羊", "gongyang"}, CompoundSurname{U"乐正", "yuezheng"}, CompoundSurname{U"樂正", "yuezheng"},
};

/// Family names that are read otherwise than the word (Xinhua Zidian, 12th ed. 2020); the Hong Kong spelling where custom is not the rule.
struct SurnameReading {
  char32_t character;
  std::string_view mandarin, cantonese;
};
constexpr std::array kSurnameReadings = {
    SurnameReading{U'单', "shan", ""}, SurnameReading{U'單', "shan", ""}, SurnameReading{U'曾', "zeng", "tsang"}, SurnameReading{U'解', "xie", ""},
    SurnameReading{U'仇', "qiu", ""}, SurnameReading{U'区', "ou", "au"}, SurnameReading{U'區', "ou", "au"}, SurnameReading{U'查', "zha", "cha"},
    SurnameReading{U'任', "ren", "yam"}, SurnameReading{U'盖', "ge", ""}, SurnameReading{U'蓋', "ge", ""}, SurnameReading{U'朴', "piao", ""},
    SurnameReading{U'乐', "yue", ""}, SurnameReading{U'樂', "yue", ""}, SurnameReading{U'覃', "qin", "tam"}, SurnameReading{U'翟', "zhai", "chak"},
    SurnameReading{U'缪', "miao", ""}, SurnameReading{U'繆', "miao", ""}, SurnameReading{U'员', "yun", ""}, SurnameReading{U'種', "chong", ""},
    SurnameReading{U'种', "chong", ""}, SurnameReading{U'秘', "bi", ""}, SurnameReading{U'尉', "wei", ""}, SurnameReading{U'谌', "chen", ""},
    SurnameReading{U'諶', "chen", ""}, SurnameReading{U'隗', "wei", ""}, SurnameReading{U'冼', "xian", "sin"}, SurnameReading{U'纪', "ji", ""},
    SurnameReading{U'紀', "ji", ""}, SurnameReading{U'那', "na", ""}, SurnameReading{U'宁', "ning", ""}, SurnameReading{U'车', "che", ""},
    SurnameReading{U'車', "che", ""}, SurnameReading{U'贾', "jia", ""}, SurnameReading{U'賈', "jia", ""}, SurnameReading{U'召', "shao", ""},
    SurnameReading{U'繁', "po", ""}, SurnameReading{U'葛', "ge", ""}, SurnameReading{U'石', "shi", "shek"}, SurnameReading{U'燕', "yan", ""},
    SurnameReading{U'李', "", "lee"}, SurnameReading{U'谢', "", "tse"}, SurnameReading{U'謝', "", "tse"}, SurnameReading{U'沈', "shen", "shum"},
    SurnameReading{U'岑', "", "shum"}, SurnameReading{U'尹', "", "wan"}, SurnameReading{U'钱', "", "chin"}, SurnameReading{U'錢', "", "chin"},
};

/// Characters that transcribe foreign names and are rare in Chinese given names (Xinhua, Names of the World's Peoples, 1993).
constexpr std::u32string_view kTranscribing =
    U"尔爾斯克德特夫姆拉尼卡布普格赫蒂维維洛罗羅莱萊奇茨什弗瓦埃奥奧娜莎娃莉丝絲贝貝戈基加科库庫伦倫勒里马馬曼米莫默穆纳納诺諾帕佩皮萨薩塞塔托图圖沃乌烏西希耶亚亞伊泽澤扎兹茲"
    U"巴比波博达達迪丁多恩法菲费費芬哈霍吉杰傑坎康考肯拜赖賴雷利列卢盧鲁魯麦麥梅蒙奈內内努欧歐潘切若桑森沙舍苏蘇索泰坦韦韋温溫谢謝辛雅约約詹朱佐隆龙龍";

/// The characters of most Korean family names, both forms; a third reading is made only for these.
constexpr std::u32string_view kKoreanSurnames = U"金李朴崔鄭郑姜趙赵尹張张林申徐權权韓韩吳吴玄池洪安宋全";
/// Hangul family names of one syllable.
constexpr std::u32string_view kHangulSurnames =
    U"김이리박최정강조윤장림임한오서신권황안송전홍유류고문양량손배백허남심노로하곽성차주우구나라민진지엄채원천방공현함변염렴여려추도소석선설마길연위표명기반왕금옥육륙인맹제모탁국어은편용";
constexpr std::array<std::u32string_view, 8> kHangulCompound = {U"남궁", U"황보", U"제갈", U"사공", U"선우", U"서문", U"독고", U"동방"};
// clang-format on

enum class HanReading : std::uint8_t { mandarin, cantonese };

bool is_surname(char32_t c) { return kSurnames.find(c) != std::u32string_view::npos; }

std::string_view mandarin(char32_t c) {
  std::size_t index = 0;
  if (c >= 0x4E00 && c < 0x4E00 + std::size(kMandarinUnified)) {
    index = kMandarinUnified[c - 0x4E00];
  } else if (c >= 0x3400 && c < 0x3400 + std::size(kMandarinExtensionA)) {
    index = kMandarinExtensionA[c - 0x3400];
  } else if (c == 0x3007) {
    return "ling";
  } else if (c >= 0x20000 && c < 0x30000) {
    std::size_t low = 0;
    std::size_t high = std::size(kMandarinSupplementary) / 2;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (kMandarinSupplementary[2 * middle] < c - 0x20000) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < std::size(kMandarinSupplementary) / 2 && kMandarinSupplementary[2 * low] == c - 0x20000) index = kMandarinSupplementary[2 * low + 1];
  }
  return kMandarinLetters.substr(kMandarinOffsets[index], kMandarinOffsets[index + 1] - kMandarinOffsets[index]);
}

std::string_view cantonese(char32_t c) {
  if (c < 0x4E00 || c >= 0x4E00 + std::size(kCantoneseUnified)) return {};
  const std::size_t index = kCantoneseUnified[c - 0x4E00];
  return kCantoneseLetters.substr(kCantoneseOffsets[index], kCantoneseOffsets[index + 1] - kCantoneseOffsets[index]);
}

// --- Hangul ---

struct Syllable {
  std::size_t lead, vowel, tail;
};
bool is_syllable(char32_t c) { return c >= 0xAC00 && c < 0xAC00 + 11172; }
Syllable parts(char32_t c) {
  const std::size_t n = c - 0xAC00;
  return {n / 588, n % 588 / 28, n % 28};
}
using Sounds19 = std::array<std::string_view, 19>;
using Sounds21 = std::array<std::string_view, 21>;
using Sounds28 = std::array<std::string_view, 28>;
// McCune–Reischauer (1939) as North Korea writes names since 1992: no apostrophes and breves, ㅈ is j. ㅋㅌㅍ without their h, which keys
// would take for other sounds.
constexpr Sounds19 kLeadNorth = {"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"};
constexpr Sounds21 kVowelNorth = {"a",  "ae", "ya", "yae", "o",  "e",  "yo", "ye", "o",  "wa", "wae",
                                  "oe", "yo", "u",  "wo",  "we", "wi", "yu", "u",  "ui", "i"};
// The Revised Romanisation of 2000 (Ministry of Culture and Tourism notice 2000-8).
constexpr Sounds19 kLeadSouth = {"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"};
constexpr Sounds21 kVowelSouth = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo", "ye", "o",  "wa", "wae",
                                  "oe", "yo", "u",  "wo",  "we", "wi", "yu",  "eu", "ui", "i"};
constexpr Sounds28 kTail = {"",  "k", "k", "k", "n", "n", "n", "t",  "l", "k", "m", "l", "l", "l",
                            "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};
constexpr std::size_t kSilent = 11, kRieulLead = 5, kRieulTail = 8, kEu = 18, kKieuk = 15;

/// The tail as it sounds before a vowel: 박인 is "bagin", not "bakin".
std::string_view liaison(std::size_t tail, bool voiced) {
  switch (tail) {
    case 1: return voiced ? "g" : "k";
    case 7: return voiced ? "d" : "t";
    case 8: return "r";
    case 17: return voiced ? "b" : "p";
    case 19: return "s";
    case 22: return "j";
    case 23: return "ch";
    case 27: return "h";
    default: return kTail[tail];
  }
}

enum class Hangul : std::uint8_t { north, revised, foreign };

void append_hangul(Letters letters, Hangul how, std::string& out) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char32_t c = letters[i].code;
    if (!is_syllable(c)) {
      // A jamo by itself.
      if (c >= 0x1100 && c < 0x1100 + kLeadSouth.size()) out += kLeadSouth[c - 0x1100];
      if (c >= 0x1161 && c < 0x1161 + kVowelSouth.size()) out += kVowelSouth[c - 0x1161];
      continue;
    }
    const Syllable s = parts(c);
    const bool after = i > 0 && is_syllable(letters[i - 1].code);
    const bool before = i + 1 < letters.size() && is_syllable(letters[i + 1].code);
    const std::size_t tail_before = after ? parts(letters[i - 1].code).tail : 0;
    // ㄹㄹ is one l in foreign names and two in Korean ones; ㄴㄹ and ㄹㄴ sound as that too.
    if (s.lead == kRieulLead && (tail_before == kRieulTail || tail_before == 4)) {
      out += 'l';
    } else if (how == Hangul::north && (s.lead == 0 || s.lead == 3 || s.lead == 7) && after &&
               (tail_before == 0 || tail_before == 4 || tail_before == 8 || tail_before == 16 || tail_before == 21)) {
      out += kLeadSouth[s.lead];  // k, t, p are voiced between sonorants
    } else {
      out += how == Hangul::north ? kLeadNorth[s.lead] : kLeadSouth[s.lead];
    }
    const bool epenthetic = how == Hangul::foreign && s.vowel == kEu && s.lead != kSilent;
    if (!epenthetic) out += how == Hangul::north ? kVowelNorth[s.vowel] : how == Hangul::foreign && s.vowel == 4 ? "eo" : kVowelSouth[s.vowel];
    if (s.tail == 0) continue;
    if (before && parts(letters[i + 1].code).lead == kSilent) {
      out += liaison(s.tail, true);
    } else {
      out += kTail[s.tail];
    }
  }
}

/// How South Koreans write their family names on cards and passports, when it is not one of the two systems.
std::string_view customary_surname(char32_t c) {
  switch (c) {
    case U'이':
    case U'리': return "lee";
    case U'박': return "park";
    case U'최': return "choi";
    case U'정': return "jung";
    case U'강': return "kang";
    case U'조': return "cho";
    case U'윤': return "yoon";
    case U'임':
    case U'림': return "lim";
    case U'김': return "kim";
    case U'권': return "kwon";
    case U'유':
    case U'류': return "yoo";
    case U'우': return "woo";
    case U'구': return "koo";
    case U'노':
    case U'로': return "roh";
    case U'오': return "oh";
    case U'신': return "shin";
    case U'심': return "shim";
    case U'고': return "ko";
    case U'금': return "keum";
    default: return {};
  }
}

/// And their given names: 영 young, 현 hyun, 정 jung, 성 sung, 경 kyung.
void append_customary(char32_t c, std::string& out) {
  if (!is_syllable(c)) return;
  const Syllable s = parts(c);
  out += s.lead == 0 ? "k" : kLeadSouth[s.lead];
  const bool nasal = s.tail == 4 || s.tail == 21;
  if (s.vowel == 6 && nasal) {
    out += s.lead == kSilent ? "you" : "yu";
  } else if (s.vowel == 4 && nasal) {
    out += "u";
  } else if (s.vowel == 13) {
    out += "oo";
  } else {
    out += kVowelSouth[s.vowel];
  }
  out += kTail[s.tail];
}

// --- kana ---

char32_t hiragana(char32_t c) { return c >= 0x30A1 && c <= 0x30F6 ? c - 0x60 : c; }
bool is_small_vowel(char32_t c) { return c == U'ぁ' || c == U'ぃ' || c == U'ぅ' || c == U'ぇ' || c == U'ぉ'; }

/// The words around words[at] that are in its script: a name may be followed by itself in Latin.
std::span<const Word> run_around(std::span<const Word> words, std::size_t at) {
  std::size_t first = at;
  std::size_t last = at + 1;
  while (first > 0 && words[first - 1].system == words[at].system) --first;
  while (last < words.size() && words[last].system == words[at].system) ++last;
  return words.subspan(first, last - first);
}
std::span<const Word> first_run(std::span<const Word> words, System system) {
  const auto at = std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.system == system; });
  return at == words.end() ? std::span<const Word>() : run_around(words, static_cast<std::size_t>(at - words.begin()));
}

bool transcribes(char32_t c) { return kTranscribing.find(c) != std::u32string_view::npos; }

/// How many characters of a name in Chinese characters are the family name; 0 when it is no Chinese name.
std::size_t chinese_family_size(std::span<const Word> run, std::span<const Letter> letters, const Facts& facts) {
  if (run.empty() || run.size() > 3 || facts.middle_dot) return 0;
  // Beside kana it is a Japanese name.
  if ((facts.systems >> static_cast<unsigned>(System::kana) & 1U) != 0) return 0;
  const std::size_t first = run[0].first;
  const std::size_t size = run[0].last - first;
  const std::size_t total = run.back().last - first;
  if (total < 2 || total > 5) return 0;
  const bool compound = size >= 2 && std::any_of(kCompoundSurnames.begin(), kCompoundSurnames.end(), [&](const CompoundSurname& name) {
                          return name.characters[0] == letters[first].code && name.characters[1] == letters[first + 1].code;
                        });
  if (compound && total > 2 && (size > 2 || run.size() > 1)) return 2;
  if (!is_surname(letters[first].code)) return 0;
  if (run.size() > 1) return size == 1 ? 1 : 0;
  if (size <= 3) return 1;
  // 林鄭月娥: a married woman has her husband's family name before her own. Other names of four characters are foreign.
  const bool two_names =
      size == 4 && is_surname(letters[first + 1].code) && !transcribes(letters[first + 2].code) && !transcribes(letters[first + 3].code);
  return two_names ? 1 : 0;
}

bool is_compound(std::span<const Letter> letters) {
  return letters.size() >= 2 && std::any_of(kHangulCompound.begin(), kHangulCompound.end(),
                                            [&](std::u32string_view name) { return name[0] == letters[0].code && name[1] == letters[1].code; });
}

std::size_t korean_family_size(std::span<const Word> run, std::span<const Letter> letters, const Facts& facts) {
  if (run.empty() || run.size() > 3 || facts.middle_dot) return 0;
  const std::size_t first = run[0].first;
  const std::size_t size = run[0].last - first;
  const std::size_t total = run.back().last - first;
  if (total < 2 || total > 4) return 0;
  if (is_compound(letters.subspan(first, size)) && total > 2 && (size > 2 || run.size() > 1)) return 2;
  if (total > 3 || kHangulSurnames.find(letters[first].code) == std::u32string_view::npos) return 0;
  return run.size() == 1 || size == 1 ? 1 : 0;
}

}  // namespace

std::span<const Word> chinese_person(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts) {
  const auto run = first_run(words, System::han);
  return chinese_family_size(run, letters, facts) > 0 ? run : std::span<const Word>();
}

std::span<const Word> korean_person(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts) {
  const auto run = first_run(words, System::hangul);
  return korean_family_size(run, letters, facts) > 0 ? run : std::span<const Word>();
}

bool may_be_foreign(std::span<const Word> person, std::span<const Letter> letters) {
  if (person.size() != 1) return false;
  const auto given = letters.subspan(person[0].first + 1, person[0].last - person[0].first - 1);
  if (person[0].system == System::han) return std::all_of(given.begin(), given.end(), [](const Letter& letter) { return transcribes(letter.code); });
  // Korean given names have no syllable in a bare ㅡ, and hardly one in ㅋ.
  return std::any_of(given.begin(), given.end(), [](const Letter& letter) {
    if (!is_syllable(letter.code)) return false;
    const Syllable s = parts(letter.code);
    return (s.vowel == kEu && s.tail == 0) || s.lead == kKieuk;
  });
}

bool is_korean_surname(char32_t han) { return kKoreanSurnames.find(han) != std::u32string_view::npos; }

namespace {

void append_han(char32_t c, Way way, bool surname, std::string& out) {
  std::string_view latin;
  if (surname) {
    const auto* const at = std::find_if(kSurnameReadings.begin(), kSurnameReadings.end(), [&](const SurnameReading& s) { return s.character == c; });
    if (at != kSurnameReadings.end()) latin = way == Way::cantonese ? at->cantonese : way == Way::usual ? at->mandarin : latin;
  }
  if (latin.empty() && way == Way::cantonese) latin = cantonese(c);
  if (latin.empty() && way == Way::sino_korean && c >= 0x4E00 && c < 0x4E00 + std::size(kKoreanUnified) && kKoreanUnified[c - 0x4E00] != 0) {
    const Letter syllable{static_cast<char32_t>(0xAC00 + kKoreanUnified[c - 0x4E00] - 1), 0, nullptr};
    append_hangul({&syllable, 1}, Hangul::north, out);
    return;
  }
  if (latin.empty()) latin = mandarin(c);
  if (latin.empty()) {
    append_code_point(out, c);
  } else {
    out += latin;
  }
}

char16_t simplified(char32_t c) {
  if (c < 0x4E00 || c > 0x9FFF) return static_cast<char16_t>(c < 0x10000 ? c : u'?');
  std::size_t low = 0;
  std::size_t high = std::size(kSimplified) / 2;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (kSimplified[2 * middle] < c) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < std::size(kSimplified) / 2 && kSimplified[2 * low] == c ? kSimplified[2 * low + 1] : static_cast<char16_t>(c);
}

/// The longest word of the table at the beginning of `text`, or nullptr.
const HanWord* longest_word(std::u16string_view text) {
  constexpr std::size_t kLongest = 8;
  for (std::size_t size = std::min(text.size(), kLongest); size > 0; --size) {
    const auto piece = text.substr(0, size);
    const auto* const at = std::lower_bound(std::begin(kHanWords), std::end(kHanWords), piece,
                                            [](const HanWord& entry, std::u16string_view key) { return entry.word < key; });
    if (at != std::end(kHanWords) && at->word == piece) return at;
  }
  return nullptr;
}

void put_phrase(std::string_view latin, const Word& word, std::size_t first, std::size_t last, Script script, Sink& sink) {
  while (!latin.empty()) {
    const auto space = latin.find(' ');
    sink.put(latin.substr(0, space), word, first, last, script);
    latin = space == std::string_view::npos ? std::string_view() : latin.substr(space + 1);
  }
}

/// The words that the table knows, and what `spell` makes of the characters between them.
template <typename Spell>
void romanise_by_words(const Word& word, Sink& sink, Spell spell, Script script) {
  const Letters letters = sink.letters(word);
  std::array<char16_t, 132> text;  // NOLINT: written before it is read
  const std::size_t size = std::min(letters.size(), text.size());
  for (std::size_t i = 0; i < size; ++i) text[i] = simplified(letters[i].code);
  std::size_t begin = 0;  // of the characters that no word explains
  const auto rest = [&](std::size_t end) {
    if (begin == end || sink.full()) return;
    auto& out = sink.open();
    spell(letters.subspan(begin, end - begin), out);
    sink.close(word, word.first + begin, word.first + end, script);
  };
  for (std::size_t i = 0; i < size;) {
    const auto* found = longest_word(std::u16string_view(text.data(), size).substr(i));
    if (found == nullptr) {
      ++i;
      continue;
    }
    rest(i);
    const std::size_t end = i + found->word.size();
    put_phrase(found->latin, word, word.first + i, word.first + end, script, sink);
    i = end;
    begin = i;
  }
  rest(size);
}

}  // namespace

void romanise_han(std::span<const Word> words, std::size_t at, const Facts& facts, Sink& sink) {
  const Word& word = words[at];
  if (sink.use() != Use::person) {
    return romanise_by_words(
        word, sink,
        [](Letters part, std::string& out) {
          for (const auto& letter : part) append_han(letter.code, Way::usual, false, out);
        },
        Script::han);
  }
  const Letters letters = sink.letters(word);
  const auto run = [&](std::size_t first, std::size_t last, bool surname) {
    if (first == last || sink.full()) return;
    auto& out = sink.open();
    for (std::size_t i = first; i < last; ++i) append_han(letters[i].code, sink.way(), surname, out);
    sink.close(word, word.first + first, word.first + last, Script::han);
  };
  const auto person = run_around(words, at);
  std::size_t family = chinese_family_size(person, sink.letters(), facts);
  const auto given = [&](std::size_t first) {
    if (sink.way() == Way::usual) return run(first, letters.size(), false);
    for (std::size_t i = first; i < letters.size(); ++i) run(i, i + 1, false);
  };
  if (family == 0 || sink.way() == Way::foreign) return run(0, letters.size(), false);
  if (&person[0] != &word) return given(0);
  if (family == 2 && sink.way() == Way::usual) {
    const auto* const compound = std::find_if(kCompoundSurnames.begin(), kCompoundSurnames.end(), [&](const CompoundSurname& name) {
      return name.characters[0] == letters[0].code && name.characters[1] == letters[1].code;
    });
    if (compound != kCompoundSurnames.end()) {
      sink.put(compound->mandarin, word, word.first, word.first + 2, Script::han);
      return given(2);
    }
  }
  run(0, family, true);
  if (family == 1 && letters.size() == 4) {
    run(1, 2, true);
    ++family;
  }
  given(family);
}

void romanise_hangul(std::span<const Word> words, std::size_t at, const Facts& facts, Sink& sink) {
  const Word& word = words[at];
  const Letters letters = sink.letters(word);
  if (sink.use() != Use::person) {
    return romanise_by_words(
        word, sink, [&](Letters part, std::string& out) { append_hangul(part, sink.way() == Way::usual ? Hangul::north : Hangul::revised, out); },
        Script::hangul);
  }
  const auto person = run_around(words, at);
  std::size_t family = korean_family_size(person, sink.letters(), facts);
  if (family == 0 || sink.way() == Way::foreign) {
    if (sink.full()) return;
    // A person's name that is no Korean one is a foreign one, written by its sounds.
    append_hangul(letters, Hangul::foreign, sink.open());
    return sink.close(word, Script::hangul);
  }
  if (&person[0] != &word) {
    family = 0;
  } else if (!sink.full()) {
    auto& out = sink.open();
    const std::string_view custom = sink.way() == Way::customary ? customary_surname(letters[0].code) : std::string_view();
    if (family == 1 && !custom.empty()) {
      out += custom;
    } else if (letters[0].code == U'이') {
      out += sink.way() == Way::usual ? "ri" : "yi";
    } else {
      append_hangul(letters.subspan(0, family), sink.way() == Way::usual ? Hangul::north : Hangul::revised, out);
    }
    sink.close(word, word.first, word.first + family, Script::hangul);
  }
  for (std::size_t i = family; i < letters.size() && !sink.full(); ++i) {
    auto& out = sink.open();
    if (sink.way() == Way::customary) {
      append_customary(letters[i].code, out);
    } else {
      append_hangul(letters.subspan(i, 1), sink.way() == Way::usual ? Hangul::north : Hangul::revised, out);
    }
    sink.close(word, word.first + i, word.first + i + 1, Script::hangul);
  }
}

void romanise_kana(const Word& word, Sink& sink) {
  const Letters letters = sink.letters(word);
  auto& out = sink.open();
  bool doubled = false;
  for (const auto& letter : letters) {
    const char32_t c = hiragana(letter.code);
    if (letter.is->kind != Kind::letter) continue;
    if (c == U'っ') {
      doubled = true;
      continue;
    }
    if (c == U'ー') continue;
    const auto& is = character(c);
    const std::string_view latin = latin_of(is);
    const auto ends = [&](std::string_view end) { return out.ends_with(end); };
    if ((c == U'ゃ' || c == U'ゅ' || c == U'ょ') && out.size() >= 2 && (out.back() == 'i' || out.back() == 'e' || out.back() == 'u')) {
      // きゃ kya, しゃ sha, デュ dyu, フュ fyu.
      const bool soft = ends("shi") || ends("chi") || ends("ji");
      out.pop_back();
      out += soft ? latin.substr(1) : latin;
      continue;
    }
    if ((is_small_vowel(c) || c == U'ゎ') && !out.empty()) {
      const std::string_view vowel = c == U'ゎ' ? "a" : latin;
      const bool after_vowel = out.size() == 1 || std::string_view("aeiou").find(out[out.size() - 2]) != std::string_view::npos;
      if (after_vowel && out.back() == 'u') {  // ウィ wi
        out.back() = 'w';
      } else if (after_vowel && out.back() == 'i') {  // イェ ye
        out.back() = 'y';
      } else if (ends("ku") || ends("gu")) {  // クァ kwa
        out.back() = 'w';
      } else if (ends("fu") || ends("vu") || ends("tsu") || ends("te") || ends("de") || ends("to") || ends("do") || ends("chi") || ends("shi") ||
                 ends("ji") || ends("su") || ends("zu") || ends("ni") || ends("hi") || ends("mi") || ends("ri")) {
        out.pop_back();
      }
      out += vowel;
      continue;
    }
    if (doubled && !latin.empty()) {
      if (latin.starts_with("ch")) {
        out += 't';
      } else if (std::string_view("aeioun").find(latin[0]) == std::string_view::npos) {
        out += latin[0];
      }
    }
    doubled = false;
    // Long vowels are written once: おう and おお o, うう u.
    if (c == U'う' && !out.empty() && (out.back() == 'o' || out.back() == 'u')) continue;
    if (c == U'お' && !out.empty() && out.back() == 'o') continue;
    out += latin;
  }
  sink.close(word, Script::kana);
}

}  // namespace tamga::text
