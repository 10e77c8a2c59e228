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
  std::string_view closed = {};   ///< YYYY-MM-DD from which the authority keeps the list no more; empty: it does
  std::string_view address = {};  ///< where it publishes the whole list for machines; empty: nowhere
};
[[nodiscard]] std::span<const ListInfo> catalogue();
/// nullptr for a house list.
[[nodiscard]] const ListInfo* find_list(std::string_view name);

/// Every format that can be read, for a person.
[[nodiscard]] std::vector<std::string> format_titles();

/// One published state of a list, or of a part of it, read from one or several files.
struct Edition {
  std::string list;  ///< us_ofac_sdn
  /// Parts of one list that are published apart and do not replace one another: the regulation number for
  /// eu_journal_sanctions ("32014R0269", "32014R0833"); empty elsewhere.
  std::string part;
  std::string format;  ///< "ofac_csv", or a name of formats.cpp
  /// Content address. One file: "sha256:" of its plain (unpacked) bytes, what sha256sum says. Several: of the lines
  /// "ROLE sha256:…\n" in alphabetical order of ROLE (add, alt, comments, then sdn, or prim of us_ofac_cons).
  std::string id;
  std::optional<Date> published;  ///< by the file itself, else the caller's, else a date in its name
  std::string dated_by;           ///< "file", "option" or "name"
  // Of a house list only (docs/formats/house-list.md).
  std::string title;
  std::string owner;
  std::optional<Date> expires;
  std::string signed_by;  ///< the owner of the key whose signature was checked; empty: not signed
  bool sample = false;    ///< the bytes contain "TAMGA SAMPLE": made for demonstration, not for compliance
  std::vector<Entity> entities;
  std::vector<Entity> relations;      ///< edges between entities, as FollowTheMoney edges (relation_ends() of model/entity.h)
  std::vector<std::string> faults;    ///< why it must not take effect unseen: it contradicts its own counts; one line each
  std::vector<NamedBytes> files;      ///< the plain bytes, with ROLE or file name; what the store keeps
  std::vector<std::string> warnings;  ///< one line each; e.g. companion files (alt.csv) that were not given
};

/// What a reader takes from the bytes of one edition.
struct ReadList {
  std::vector<Entity> entities;
  std::vector<Entity> relations;  ///< an end may be an id that the list does not hold
  std::optional<Date> own_date;
  std::vector<std::string> warnings;
  std::vector<std::string> faults;
  std::string list;  ///< when the content says which list it is (FollowTheMoney datasets, OFAC's XML)
  std::string part;  ///< when the list is published in parts
};

/// A key whose signatures on house lists count.
struct TrustedKey {
  std::string owner;
  std::string key;  ///< a public key of minisign, one line of base64
};

struct ReadOptions {
  std::string list;               ///< --list: overrides the recognised name; required for FollowTheMoney without a dataset
  std::optional<Date> published;  ///< --published
  /// --mapping: the one file that is given is a house list, to be read as this TOML file says.
  std::optional<NamedBytes> mapping = {};
  /// The .minisig files beside the house list and its mapping.
  std::optional<NamedBytes> records_signature = {};
  std::optional<NamedBytes> mapping_signature = {};
  std::vector<TrustedKey> keys = {};  ///< not empty: a house list that none of them signed is refused
};

/// Recognises the formats by content, groups files that belong together and reads them all. Any unreadable file fails the
/// whole: an error with file and line. Editions come sorted by list, part, published; the same edition comes once, and
/// two different ones of one list, part and day are an error. Thread-safe, as all of lists/: no state is kept.
Result<std::vector<Edition>> read_editions(std::vector<NamedBytes> files, const ReadOptions& options);

/// Reads an edition again from the bytes that the store kept (Edition::files), with the list, part and date it
/// was stored under.
Result<ReadList> reread(std::string_view format, std::span<const NamedBytes> files);

}  // namespace tamga::lists
