#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "model/entity.h"

/// Published sanctions lists: from an authority's bytes to entities. Readers keep what was published (names are never
/// normalised here); what has no FollowTheMoney property is kept under `notes` with its label.
namespace tamga::lists {

/// A list as the OpenSanctions catalogue names it, with the authority's own title and home page.
struct ListInfo {
  std::string_view name;       ///< us_ofac_sdn
  std::string_view title;      ///< "OFAC Specially Designated Nationals and Blocked Persons"
  std::string_view authority;  ///< "OFAC"
  std::string_view regime;     ///< us
  std::string_view url;
};
[[nodiscard]] std::span<const ListInfo> catalogue();
/// nullptr for a house list.
[[nodiscard]] const ListInfo* find_list(std::string_view name);

/// One published state of a list, or of a part of it, read from one or several files.
struct Edition {
  std::string list;  ///< us_ofac_sdn
  /// Parts of one list that are published apart and do not replace one another: the regulation number for
  /// eu_journal_sanctions ("32014R0269", "32014R0833"); empty elsewhere.
  std::string part;
  std::string format;  ///< "ofac_csv", "un_xml", "eu_annex_csv", "uk_csv", "ftm_jsonl"
  /// Content address. One file: "sha256:" of its plain (unpacked) bytes, what sha256sum says. Several: of the lines
  /// "ROLE sha256:…\n" in alphabetical order of ROLE (add, alt, comments, then sdn, or prim of us_ofac_cons).
  std::string id;
  std::optional<Date> published;  ///< by the file itself, else the caller's, else a date in its name
  std::string dated_by;           ///< "file", "option" or "name"
  bool sample = false;            ///< the bytes contain "TAMGA SAMPLE": made for demonstration, not for compliance
  std::vector<Entity> entities;
  std::vector<NamedBytes> files;      ///< the plain bytes, with ROLE or file name; what the store keeps
  std::vector<std::string> warnings;  ///< one line each; e.g. companion files (alt.csv) that were not given
};

struct ReadOptions {
  std::string list;               ///< --list: overrides the recognised name; required for a FollowTheMoney house list
  std::optional<Date> published;  ///< --published
};

/// Recognises the formats by content, groups files that belong together and reads them all. Any unreadable file fails the
/// whole: an error with file and line. Editions come sorted by list, part, published; the same edition comes once, and
/// two different ones of one list, part and day are an error. Thread-safe, as all of lists/: no state is kept.
Result<std::vector<Edition>> read_editions(std::vector<NamedBytes> files, const ReadOptions& options);

/// Reads an edition again from the bytes that the store kept (Edition::files), with the list, part and date it
/// was stored under.
Result<std::vector<Entity>> reread(std::string_view format, std::span<const NamedBytes> files);

}  // namespace tamga::lists
