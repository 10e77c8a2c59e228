#include "identifiers/characters.h"

namespace tamga::identifiers {

std::string upper(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (is_lower(out[i])) {
      out[i] = static_cast<char>(out[i] - 'a' + 'A');
      continue;
    }
    if (i + 1 == out.size()) break;
    const auto lead = static_cast<unsigned char>(out[i]);
    const auto trail = static_cast<unsigned char>(out[i + 1]);
    if (lead == 0xD0 && trail >= 0xB0 && trail <= 0xBF) {  // а..п
      out[i + 1] = static_cast<char>(trail - 0x20);
    } else if (lead == 0xD1 && trail >= 0x80 && trail <= 0x8F) {  // р..я
      out[i] = static_cast<char>(0xD0);
      out[i + 1] = static_cast<char>(trail + 0x20);
    } else if (lead == 0xD1 && trail >= 0x90 && trail <= 0x9F) {  // ѐ..џ
      out[i] = static_cast<char>(0xD0);
      out[i + 1] = static_cast<char>(trail - 0x10);
    }
  }
  return out;
}

bool is_country(std::string_view code) {
  static constexpr std::string_view kCodes =
      "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK "
      "CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
      "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
      "LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
      "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR "
      "TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";
  if (code.size() != 2 || !is_upper(code[0]) || !is_upper(code[1])) return false;
  for (std::size_t i = 0; i + 3 <= kCodes.size(); i += 3) {
    if (kCodes.substr(i, 2) == code) return true;
  }
  return false;
}

}  // namespace tamga::identifiers
