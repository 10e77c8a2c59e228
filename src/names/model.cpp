#include "names/model.h"

#include <fmt/format.h>

#include "base/result.h"
#include "base/sha256.h"

// policy/matching.toml as it was at build time (cmake/embed.cmake).
extern "C" const char tamga_matching_toml[];
extern "C" const char tamga_matching_toml_end[];

namespace tamga::names {
namespace {

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(const MatchingFile& file, std::uint64_t tables) {
  std::string text = fmt::format("{:016x} {}", tables, fmt::join(reading_weights(file.parameters), " "));
  for (const auto& word : file.house_words) text += fmt::format("\n{}\n{}", word.written, word.read_as);
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::read(const NamedBytes& file, const MatchingFile& base) {
  if (file.bytes == std::string_view(tamga_matching_toml, tamga_matching_toml_end)) return standard();
  TAMGA_TRY(auto matching, read_matching(file, base));
  return std::make_shared<const Model>(std::move(matching), content_address(file.bytes));
}

Model::Model(MatchingFile file, std::string edition)
    : file_(std::move(file)),
      dictionary_(file_.parameters, file_.house_words),
      edition_(std::move(edition)),
      reading_fingerprint_(fingerprint(file_, dictionary_.tables_fingerprint())) {}

const std::shared_ptr<const Model>& Model::standard() {
  static const auto model = [] {
    const NamedBytes bytes{"matching.toml", std::string(tamga_matching_toml, tamga_matching_toml_end)};
    auto file = read_matching(bytes);
    TAMGA_CHECK(file.has_value());
    return std::make_shared<const Model>(*std::move(file), content_address(bytes.bytes));
  }();
  return model;
}

}  // namespace tamga::names
