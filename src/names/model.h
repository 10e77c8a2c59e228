#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "names/dictionary.h"
#include "names/parameters.h"

namespace tamga::names {

/// Everything a score depends on besides the two names: the numbers and the words. Immutable, made once, shared by all threads.
class Model {
 public:
  explicit Model(MatchingFile file, std::string edition = {});
  /// With the numbers that are built into this library (policy/matching.toml at build time) and no words of a house.
  [[nodiscard]] static const std::shared_ptr<const Model>& standard();
  /// From the bytes of a matching.toml; the standard one itself when they are the same. What it does not name is as in `base`: for a house's file
  /// that is standard()->file(); without one the numbers are not the fitted ones, but stay as they are (for tests).
  static Result<std::shared_ptr<const Model>> read(const NamedBytes& file, const MatchingFile& base = {});

  [[nodiscard]] const Parameters& parameters() const { return file_.parameters; }
  [[nodiscard]] const Dictionary& dictionary() const { return dictionary_; }
  [[nodiscard]] const MatchingFile& file() const { return file_; }
  /// sha256:… of the file it was read from; empty when it was made otherwise.
  [[nodiscard]] const std::string& edition() const { return edition_; }
  /// Changes when names are read otherwise: by other tables, other weights or other words of the house. Compiled lists carry it.
  [[nodiscard]] std::uint64_t reading_fingerprint() const { return reading_fingerprint_; }

  /// For tools/fit_matching.cpp alone, which tries thousands of numbers: they may not change how names are read.
  void set_parameters_for_fitting(const Parameters& parameters) { file_.parameters = parameters; }

 private:
  MatchingFile file_;
  Dictionary dictionary_;
  std::string edition_;
  std::uint64_t reading_fingerprint_ = 0;
};

}  // namespace tamga::names
