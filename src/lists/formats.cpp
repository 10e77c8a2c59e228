#include <algorithm>
#include <array>

#include "lists/readers.h"

// The formats of one file and what each is known by. OFAC's CSV set is of several files (lists.cpp).
namespace tamga::lists {
namespace {

/// The start tag of a document's root element, past declarations and comments; empty when there is none in its first part.
std::string_view root_tag_of(std::string_view text) {
  text = text.substr(0, 16384);
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos;) {
    const auto rest = text.substr(at);
    if (rest.starts_with("<!--")) {
      at = text.find("-->", at);
      if (at == std::string_view::npos) return {};
      continue;
    }
    if (rest.starts_with("<?") || rest.starts_with("<!")) {
      ++at;
      continue;
    }
    return rest.substr(0, std::min(rest.find('>'), rest.size()));
  }
  return {};
}

std::string_view name_in_tag(std::string_view tag) {
  if (tag.empty()) return {};
  tag.remove_prefix(1);
  tag = tag.substr(0, std::min(tag.find_first_of(" \t\r\n/>"), tag.size()));
  const auto colon = tag.rfind(':');
  return colon == std::string_view::npos ? tag : tag.substr(colon + 1);
}

bool first_column_is(const FirstLook& look, std::string_view column) { return !look.row.empty() && look.row[0] == column; }

constexpr std::array kFormats = {
    Format{"un_xml", "UN consolidated XML", "un_sc_sanctions", [](const FirstLook& look) { return look.root == "CONSOLIDATED_LIST"; }, read_un_xml},
    Format{"eu_annex_csv", "EU annex table CSV", "eu_journal_sanctions", [](const FirstLook& look) { return first_column_is(look, "celex"); },
           read_eu_annex_csv},
    Format{"uk_csv", "UK Sanctions List CSV", "gb_fcdo_sanctions",
           [](const FirstLook& look) { return look.text.starts_with("Report Date:") || look.text.starts_with("\"Report Date:"); }, read_uk_csv},
    Format{"ofac_xml", "OFAC SDN.XML", "", [](const FirstLook& look) { return look.root == "sdnList"; }, read_ofac_xml},
    Format{"ofac_advanced_xml", "OFAC SDN_ADVANCED.XML", "", [](const FirstLook& look) { return look.root == "Sanctions"; }, read_ofac_advanced_xml},
    Format{"eu_fsf_xml", "EU FSF XML", "eu_fsf",
           [](const FirstLook& look) { return look.root == "export" && look.root_tag.find("fsd/export") != std::string_view::npos; },
           read_eu_fsf_xml},
    Format{"eu_fsf_csv", "EU FSF CSV", "eu_fsf",
           [](const FirstLook& look) { return first_column_is(look, "fileGenerationDate") || look.text.starts_with("fileGenerationDate;"); },
           read_eu_fsf_csv},
    Format{"uk_xml", "UK Sanctions List XML", "gb_fcdo_sanctions", [](const FirstLook& look) { return look.root == "Designations"; }, read_uk_xml},
    Format{"uk_conlist_csv", "OFSI ConList CSV", "gb_hmt_sanctions", [](const FirstLook& look) { return first_column_is(look, "Last Updated"); },
           read_uk_conlist_csv},
    Format{"uk_conlist_xml", "OFSI ConList XML", "gb_hmt_sanctions",
           [](const FirstLook& look) { return look.root == "ArrayOfFinancialSanctionsTarget"; }, read_uk_conlist_xml},
    Format{"us_csl_csv", "US Consolidated Screening List CSV", "us_trade_csl",
           [](const FirstLook& look) { return first_column_is(look, "_id") || first_column_is(look, "source"); }, read_us_csl_csv},
    Format{
        "us_csl_json", "US Consolidated Screening List JSON", "us_trade_csl",
        [](const FirstLook& look) { return look.text.starts_with("{") && look.text.substr(0, 4096).find("\"results\"") != std::string_view::npos; },
        read_us_csl_json},
    Format{"bis_dpl_text", "BIS Denied Persons List text", "us_bis_denied",
           [](const FirstLook& look) { return look.text.starts_with("Name\t") || look.text.starts_with("\"Name\"\t"); }, read_bis_dpl_text},
    Format{"seco_xml", "Swiss SECO XML", "ch_seco_sanctions", [](const FirstLook& look) { return look.root == "swiss-sanctions-list"; },
           read_seco_xml},
    Format{"senzing_jsonl", "Senzing JSON lines", "",
           [](const FirstLook& look) {
             return look.text.starts_with("{") && look.text.substr(0, look.text.find('\n')).find("\"DATA_SOURCE\"") != std::string_view::npos;
           },
           read_senzing_jsonl},
    Format{"ftm_jsonl", "FollowTheMoney JSON lines", "", [](const FirstLook& look) { return look.text.starts_with('{'); }, read_ftm_jsonl},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

FirstLook look_at(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  FirstLook look;
  const auto first = bytes.find_first_not_of(" \t\r\n\x1a");
  if (first == std::string_view::npos) return look;
  look.text = bytes.substr(first);
  if (look.text.starts_with('<')) {
    look.root_tag = root_tag_of(look.text);
    look.root = name_in_tag(look.root_tag);
  } else if (!look.text.starts_with('{') && !look.text.starts_with('[')) {
    CsvReader reader(look.text);
    if (!reader.next(look.row)) look.row.clear();
  }
  return look;
}

}  // namespace tamga::lists
