#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

/// What Tamga says, in other languages. A decision is recorded in English, and its bytes never depend on the reader: a translation is made when it is
/// shown, out of the recorded sentences. data/language/*.po hold the sentences (GNU gettext's format, as translators' tools write it) with
/// {slots} for what differs: names, codes, shares.
namespace tamga::language {

enum class Language : std::uint8_t { english, russian, kazakh };
/// "en", "ru", "kk".
[[nodiscard]] std::optional<Language> language_from_code(std::string_view code);
[[nodiscard]] std::string_view language_code(Language language);

/// A value for a slot.
struct Value {
  std::string_view slot;  ///< without braces
  std::string value;
};

/// Immutable; may be used from any thread.
class Catalogue {
 public:
  /// The built-in one. English has no entries: everything is said as it is written.
  static const Catalogue& of(Language language);
  /// Entries of a .po file: comments, msgid, msgstr, strings continued over lines, the escapes \n \t \" \\. An empty msgstr is no translation.
  /// Errors name the line: another keyword, an unfinished string, an entry twice, slots that the two sides do not share.
  static Result<Catalogue> read(const NamedBytes& po);

  /// A text of the program with its slots filled: "as of {day}". Where there is no translation the English one is filled.
  [[nodiscard]] std::string say(std::string_view text, const std::vector<Value>& values = {}) const;

  /// A sentence that was filled already, as decisions hold them: the entry whose fixed words it has is looked for, and what stands in its slots is
  /// put into the translation. Of several entries the one with the most fixed words. A slot {sentence} or {sentences} holds sentences that are read
  /// the same way, {reasons} and {changes} clauses between semicolons, {shown} clauses joined by "and". What stands in a slot is translated where it
  /// is an entry by itself ("not stated", "consignee"). A final full stop and the case of the first letter are the caller's. Nothing when no entry
  /// fits.
  [[nodiscard]] std::optional<std::string> translated(std::string_view sentence) const;
  /// The same; the sentence as it is when no entry fits.
  [[nodiscard]] std::string sentence(std::string_view text) const;

  /// How many entries it has.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entries;
  std::shared_ptr<const Entries> entries_;
};

/// The names of the slots of a text, in their order.
[[nodiscard]] std::vector<std::string_view> slots_of(std::string_view text);

}  // namespace tamga::language
