#include <gtest/gtest.h>

#include "text/tokens.h"

// One test for each script and each of its rules: the name as written, and the words it is compared by.
namespace tamga::text {
namespace {

std::string words(std::string_view name, Use use = Use::person, std::size_t reading = 0) {
  Readings readings;
  read(name, use, readings);
  std::string joined;
  if (reading >= readings.count) return "(no such reading)";
  for (const auto& token : readings.tokens[reading]) joined += (joined.empty() ? "" : " ") + token.latin;
  return joined;
}
std::string keys(std::string_view name, Use use = Use::person) {
  std::string joined;
  for (const auto& token : tokenize(name, use)) joined += (joined.empty() ? "" : " ") + token.key;
  return joined;
}

TEST(Romanise, Russian) {
  EXPECT_EQ(words("Владимир Владимирович Путин"), "vladimir vladimirovich putin");
  EXPECT_EQ(words("ЩЕРБАКОВ Евгений Ильич"), "shcherbakov evgeniy ilich");
  EXPECT_EQ(words("Артём Подъячев"), "artem podyachev");
  EXPECT_EQ(keys("Сергеевич"), keys("Sergeyevich"));
  EXPECT_EQ(keys("Сергеевич"), keys("Sergeevich"));
  EXPECT_EQ(keys("Андреев"), keys("Andreyev"));
  EXPECT_EQ(keys("Цыганков"), keys("Tsygankov"));
  EXPECT_EQ(words("Йошкар"), words("И\u0306ошкар")) << "a letter and its breve are the letter";
}

TEST(Romanise, YoHasAReadingOfItsOwn) {
  EXPECT_EQ(words("Фёдор Горбачёв"), "fedor gorbachev");
  EXPECT_EQ(words("Фёдор Горбачёв", Use::person, 1), "fyodor gorbachov");
  EXPECT_EQ(words("Федор Горбачев", Use::person, 1), "(no such reading)") << "who leaves the dots out does not say";
}

TEST(Romanise, UkrainianAndBelarusianHaveAReadingWithH) {
  EXPECT_EQ(words("Григорій Їжак"), "grigoriy yizhak");
  EXPECT_EQ(words("Григорій Їжак", Use::person, 1), "hrihoriy yizhak");
  EXPECT_EQ(words("Рыгор Лукашэнка Ўладзімір", Use::person, 1), "ryhor lukashenka oladzimir");
  EXPECT_EQ(words("Григорий", Use::person, 1), "(no such reading)") << "nothing says that it is not Russian";
  EXPECT_EQ(words("Ғани Григорі", Use::person, 1), "(no such reading)") << "Kazakh has i and g";
}

TEST(Romanise, OtherCyrillicAlphabets) {
  EXPECT_EQ(words("Қасым-Жомарт Тоқаев"), "qasym zhomart toqaev");
  EXPECT_EQ(keys("Нұрсұлтан Әбішұлы"), "nursultan abisuli");
  EXPECT_EQ(words("Ўзбекистон Тоҳир"), "ozbekiston tohir");
  EXPECT_EQ(words("Эмомалӣ Раҳмон"), "emomali rahmon");
  EXPECT_EQ(words("Садыр Жапаров Өмүрбек"), "sadyr zhaparov omurbek");
  EXPECT_EQ(words("Ухнаагийн Хүрэлсүх"), "ukhnaagiyn khurelsukh");
  EXPECT_EQ(keys("Ђоковић Љубиша Њежић"), keys("Djoković Ljubiša Nježić"));
  EXPECT_EQ(words("Ѓорѓи Ќосев"), "gorgi kosev");
  EXPECT_EQ(words("Тървел Първанов"), "tarvel parvanov") << "a Bulgarian ъ";
}

TEST(Romanise, KazakhLatinOldAndNewMeetsCyrillicAndPassports) {
  for (const auto* name : {"Қайрат", "Qairat", "Kairat", "Qaırat"}) EXPECT_EQ(keys(name), "kairat") << name;
  for (const auto* name : {"Ғабит", "Ğabit", "Ǵabit", "Gabit", "Ghabit"}) EXPECT_EQ(keys(name), "gabit") << name;
  for (const auto* name : {"Нұрлан", "Nūrlan", "Nurlan"}) EXPECT_EQ(keys(name), "nurlan") << name;
  for (const auto* name : {"Шәкен", "Şäken", "Sháken", "Shaken", "S'aken"}) EXPECT_EQ(keys(name), "saken") << name;
  EXPECT_EQ(keys("Jaqsylyq Ğabit"), keys("Жақсылық Ғабит"));
  EXPECT_EQ(keys("Oʻzbekiston"), keys("Ўзбекистон"));
}

TEST(Romanise, Greek) {
  EXPECT_EQ(words("Κυριάκος Μητσοτάκης"), "kyriakos mitsotakis");
  EXPECT_EQ(words("Γιώργος Παπανδρέου"), "giorgos papandreou");
  EXPECT_EQ(words("Μπαράκ Ντόρα Γκίκας"), "barak dora gikas");
  EXPECT_EQ(words("Ευάγγελος Αυγερινός Ευθύμιος"), "evangelos avgerinos efthymios");
  EXPECT_EQ(words("Χουσεΐν"), "chousein") << "a diaeresis parts a digraph";
  EXPECT_EQ(words("Μάιος"), "maios") << "so does an accent on its first letter";
  EXPECT_EQ(words("ΨΥΧΗ Ἀθῆναι"), "psychi athinai");
}

TEST(Romanise, ArmenianAndGeorgian) {
  EXPECT_EQ(words("Բարակ Օբամա"), "barak obama");
  EXPECT_EQ(words("Նիկոլ Փաշինյան"), "nikol pashinyan");
  EXPECT_EQ(words("Երևան Ոսկանյան Ուրարտու"), "yerevan voskanyan urartu");
  EXPECT_EQ(words("ბიძინა ივანიშვილი"), "bidzina ivanishvili");
  EXPECT_EQ(words("ᲛᲘᲮᲔᲘᲚ"), "mikheil") << "Mtavruli capitals";
}

TEST(Romanise, ArabicKnowsFrequentWords) {
  EXPECT_EQ(words("محمد بن سلمان آل سعود"), "muhammad bin salman al saud");
  EXPECT_EQ(words("القاعدة"), "al qaida");
  EXPECT_EQ(words("عبد الله الأحمر"), "abdallah al ahmar");
  EXPECT_EQ(words("عبدالله"), "abdallah");
  EXPECT_EQ(words("عبدالرحمن"), "abdul rahman");
  EXPECT_EQ(words("عبد الرحمن"), "abdul rahman");
  EXPECT_EQ(words("أبواليزيد"), "abu al yazid");
  EXPECT_EQ(words("سراج الدين"), "siraj aldin");
  EXPECT_EQ(words("العراق والشام"), "al iraq wa al sham");
  EXPECT_EQ(words("شركة التجارة العامة للنفط", Use::organisation), "sharika al tijara al amma lil naft");
  EXPECT_EQ(words("ﻣﺤﻤﺪ"), "muhammad") << "presentation forms";
  EXPECT_EQ(words("مــحــمــد"), "muhammad") << "tatweel";
  EXPECT_EQ(words("ٱحمد"), "ahmad");
}

TEST(Romanise, ArabicSpellsOutTheRest) {
  EXPECT_EQ(words("مُحَمَّدٌ"), "muhammad") << "vowels where they are written";
  EXPECT_EQ(words("أوباما"), "obama");
  EXPECT_EQ(words("سكفورتسوف"), "skfurtsuf");
  EXPECT_EQ(words("إيفانوفا"), "ifanufa");
  EXPECT_EQ(words("تشيتشارين"), "chicharin");
  EXPECT_EQ(words("وزغبد"), "wazghbd");
}

TEST(Romanise, ArabicCompoundsHaveAReadingInOneWord) {
  EXPECT_EQ(words("سراج الدين جلال الدين حقانى", Use::person, 1), "sirajuddin jalaluddin haqqani");
  EXPECT_EQ(words("عبد الرحمن", Use::person, 1), "abdulrahman");
  EXPECT_EQ(words("عبدالحق", Use::person, 1), "abdulhaq");
  EXPECT_EQ(words("نورالدین"), "nur aldin");
  EXPECT_EQ(words("هدايت الله"), "hidayatullah") << "nearly always one word in lists";
  EXPECT_EQ(words("رحمت‌الله"), "rahmatullah");
  EXPECT_EQ(words("انصار الله", Use::organisation), "ansar allah");
  EXPECT_EQ(words("محمد علي", Use::person, 1), "(no such reading)");
}

TEST(Romanise, PersianHasItsOwnSounds) {
  EXPECT_EQ(words("قاسم سلیمانی"), "qasem soleimani");
  EXPECT_EQ(words("قاسم سلیمانی", Use::person, 1), "qasim soleimani") << "an Afghan's, or an Arab's from a Persian keyboard";
  EXPECT_EQ(words("قاسم سلیمانی", Use::person, 2), "ghasem soleimani");
  EXPECT_EQ(words("محمد رضا خسروی"), "mohammad reza khosravi");
  EXPECT_EQ(words("علی‌رضا پناهیان"), "alireza pnahiyan") << "a zero-width non-joiner is no space";
  EXPECT_EQ(words("فضل ربيع"), "fadl rabi");
  EXPECT_EQ(words("فضل ربيع", Use::person, 1), "fazl rabi") << "what may be Arabic or Afghan has both";
  EXPECT_EQ(words("نواز ٹنڈو"), "nawaz tndu") << "Urdu has the letters, but not Iran's vowels";
}

TEST(Romanise, Hebrew) {
  EXPECT_EQ(words("בנימין נתניהו"), "benjamin netanyahu");
  EXPECT_EQ(words("יצחק רבין"), "yitzhak rbin");
  EXPECT_EQ(words("ג'ורדן ז'קט צ'רץ"), "jordn zhkt chrts") << "a geresh makes another sound";
  EXPECT_EQ(words("צה\"ל"), "tshl") << "gershayim are no quotation marks";
  EXPECT_EQ(words("שָׁלוֹם"), "shalom");
  EXPECT_EQ(words("וושינגטון"), "vshington");
}

TEST(Romanise, India) {
  EXPECT_EQ(words("नरेन्द्र मोदी"), "narendra modi");
  EXPECT_EQ(words("अमित शाह"), "amit shah") << "the last vowel is not heard";
  EXPECT_EQ(words("दाऊद इब्राहिम"), "daud ibrahim");
  EXPECT_EQ(words("गांधी अम्बानी"), "gandhi ambani");
  EXPECT_EQ(words("क़ादिर ज़फ़र"), "qadir zafar") << "nukta";
  EXPECT_EQ(words("শেখ হাসিনা"), "shekh hasina");
  EXPECT_EQ(words("ਮਨਮੋਹਨ ਸਿੰਘ"), "manmohan singh");
  EXPECT_EQ(words("નરેન્દ્ર મોદી"), "narendra modi");
  EXPECT_EQ(words("முத்துவேல் கருணாநிதி"), "muttuvel karunaniti");
  EXPECT_EQ(words("వెంకయ్య నాయుడు"), "venkayya nayudu");
  EXPECT_EQ(words("ಸಿದ್ದರಾಮಯ್ಯ"), "siddaramayya") << "in the south the last vowel is heard";
  EXPECT_EQ(words("പിണറായി വിജയൻ"), "pinarayi vijayan");
  EXPECT_EQ(words("මහින්ද රාජපක්ෂ"), "mahinda rajapaksha");
}

TEST(Romanise, ThaiAndLao) {
  EXPECT_EQ(words("ประยุทธ์ จันทร์โอชา"), "prayut chanocha");
  EXPECT_EQ(words("ทักษิณ ชินวัตร"), "thaksin chinwatra");
  EXPECT_EQ(words("สมชาย วงศ์สวัสดิ์"), "somchai wongsawat");
  EXPECT_EQ(words("เศรษฐา ทวีสิน"), "settha thawisin");
  EXPECT_EQ(words("ถนน คน สยาม"), "thanon khon sayam");
  EXPECT_EQ(words("ทรง ธรรม หมอ เมือง"), "song tham mo mueang");
  EXPECT_EQ(words("ທອງລຸນ ສີສຸລິດ"), "thonglun sisulit");
}

TEST(Romanise, KhmerAndBurmese) {
  EXPECT_EQ(words("ប៉ុល ពត"), "pol pot");
  EXPECT_EQ(words("ហ៊ុន សែន"), "hun sen");
  EXPECT_EQ(words("អោងဆန်း").empty(), false) << "two scripts in one word";
  EXPECT_EQ(words("အောင်ဆန်းစုကြည်"), "aung san su kyi") << "a token for each syllable";
  EXPECT_EQ(words("မင်းအောင်လှိုင်"), "min aung hlaing");
  EXPECT_EQ(words("သန်းရွှေ"), "than shwe");
}

TEST(Romanise, Ethiopic) {
  EXPECT_EQ(words("አቢይ አህመድ"), "abiy ahmed");
  EXPECT_EQ(words("ኢሳያስ አፈወርቂ"), "isayas afewerqi");
  EXPECT_EQ(words("ብርሃን"), "birhan") << "two consonants cannot begin a word";
}

TEST(Romanise, ChinesePersonsHaveTheFamilyNameFirst) {
  EXPECT_EQ(words("习近平"), "xi jinping");
  EXPECT_EQ(words("習近平"), "xi jinping") << "traditional characters";
  EXPECT_EQ(words("习 近平"), "xi jinping");
  EXPECT_EQ(words("王毅"), "wang yi");
  EXPECT_EQ(words("欧阳修"), "ouyang xiu") << "compound family names";
  EXPECT_EQ(words("司馬光"), "sima guang");
  EXPECT_EQ(words("尉迟恭"), "yuchi gong");
  EXPECT_EQ(words("单田芳"), "shan tianfang") << "a family name's own reading";
  EXPECT_EQ(words("任正非"), "ren zhengfei");
  EXPECT_EQ(words("侯赛因·奥巴马"), "housaiyin aobama") << "a middle dot parts a foreign name";
  EXPECT_EQ(words("林鄭月娥"), "lin zheng yuee") << "two family names";
  EXPECT_EQ(words("Xi Jinping 习近平"), "xi jinping xi jinping") << "beside its Latin form";
  EXPECT_EQ(words("김정은 KIM Jong Un"), "kim jong un kim jong un");
  EXPECT_EQ(words("安德斯", Use::person, 3), "andesi") << "could be Anders";
  EXPECT_EQ(words("马丁内斯"), "madingneisi") << "Martinez, though 马 and 丁 are family names";
  EXPECT_EQ(words("穆罕默德"), "muhanmode") << "four characters are no Chinese name";
  EXPECT_EQ(words("\U00020000"), "he") << "rare characters are read too";
  EXPECT_EQ(words("\U0002FFF0"), "u2fff0") << "one that nobody reads is spelled by its number";
}

TEST(Romanise, ChinesePersonsInHongKongAndKorea) {
  EXPECT_EQ(words("陳日君", Use::person, 1), "chan yat kwan");
  EXPECT_EQ(words("曾蔭權", Use::person, 1), "tsang yam kuen");
  EXPECT_EQ(words("歐陽震華", Use::person, 1), "auyeung chan wa");
  EXPECT_EQ(words("金正恩", Use::person, 2), "kim jong un");
  EXPECT_EQ(words("崔龍海", Use::person, 2), "choe ryong hae");
  EXPECT_EQ(words("中国银行", Use::organisation, 1), "(no such reading)");
}

TEST(Romanise, ChineseFirmsByWords) {
  EXPECT_EQ(words("北京华为数字技术有限公司", Use::organisation), "beijing huawei digital technology limited");
  EXPECT_EQ(words("丹東匯豐進出口貿易有限公司", Use::organisation), "dandong huifeng import export trading limited");
  EXPECT_EQ(words("中国石油天然气集团公司", Use::organisation), "china petroleum natural gas group company");
  EXPECT_EQ(words("Huawei华为技术", Use::organisation), "huawei huawei technology");
  EXPECT_EQ(words("第3研究所", Use::organisation), "di 3 research institute");
}

TEST(Romanise, WadeGilesHasAReadingInPinyin) {
  EXPECT_EQ(words("Chou En-lai"), "chou en lai");
  EXPECT_EQ(words("Chou En-lai", Use::person, 1), "zhou enlai");
  EXPECT_EQ(words("Hsieh Chih-wei", Use::person, 1), "xie zhiwei");
  EXPECT_EQ(words("Teng Hsiao-p'ing", Use::person, 1), "deng xiaoping");
  EXPECT_EQ(words("Mao Tse-tung", Use::person, 1), "mao zedong");
  EXPECT_EQ(words("Lü Hsiu-lien", Use::person, 1), "lu xiulian");
  for (const auto* name : {"Kim Jong-un", "Li Wei", "Anna Nilsen", "Ho Chi Minh", "Al-Shamali", "Ito Jun", "Chou En-lai Bank"}) {
    EXPECT_EQ(words(name, Use::person, 1), "(no such reading)") << name;
  }
  EXPECT_EQ(words("Chou En-lai", Use::organisation, 1), "(no such reading)");
}

TEST(Romanise, Korean) {
  EXPECT_EQ(words("김정은"), "kim jong un");
  EXPECT_EQ(words("김 정은"), "kim jong un");
  EXPECT_EQ(words("김정은", Use::person, 1), "gim jeong eun");
  EXPECT_EQ(words("이명박"), "ri myong pak");
  EXPECT_EQ(words("이명박", Use::person, 2), "lee myung bak");
  EXPECT_EQ(words("박근혜", Use::person, 2), "park keun hye");
  EXPECT_EQ(words("최룡해"), "choe ryong hae");
  EXPECT_EQ(words("남궁민"), "namgung min");
  EXPECT_EQ(words("도널드 트럼프"), "doneold treomp") << "a foreign name, without the vowels that Korean puts between its consonants";
  EXPECT_EQ(words("\u1100\u1175\u11B7\u110C\u1165\u11BC\u110B\u1173\u11AB"), "kim jong un") << "conjoining jamo";
  EXPECT_EQ(words("조선광업개발무역회사", Use::organisation), "korea mining development trading company");
}

TEST(Romanise, Japanese) {
  EXPECT_EQ(words("あべ しんぞう"), "abe shinzo") << "long vowels are written once";
  EXPECT_EQ(words("ドナルド・トランプ"), "donarudo toranpu");
  EXPECT_EQ(words("シュワルツェネッガー"), "shuwarutsenegga");
  EXPECT_EQ(words("チェ・ゲバラ"), "che gebara");
  EXPECT_EQ(words("ヴィクトル フィリップ ウィリアム ティモシー"), "vikutoru firippu wiriamu timoshi");
  EXPECT_EQ(words("ﾄﾗﾝﾌﾟ"), "toranpu") << "half width, the mark by itself";
  EXPECT_EQ(words("田中さくら"), "tianzhong sakura") << "kanji and kana part";
}

TEST(Romanise, EveryLetterOfUnicodeIsSpelledSomehow) {
  EXPECT_EQ(words("Ꭰꮳ"), "atsa");
  EXPECT_EQ(words("ⴰⵎⴰⵣⵉⵖ"), "amazigh");
  EXPECT_EQ(words("ꀀꀁ"), "itix") << "Yi, by the names of its letters";
  EXPECT_EQ(words("\U0001E900\U00017000"), "alifu17000") << "Adlam by name, Tangut by number";
  EXPECT_EQ(words("𝔙𝔩𝔞𝔡"), "vlad") << "mathematical letters";
  EXPECT_EQ(words("Ⅳ ② ﬁ"), "iv 2 fi");
  EXPECT_EQ(words("٣ ३ ๓ ３"), "3 3 3 3");
}

}  // namespace
}  // namespace tamga::text
