// Any bytes as a list file of each format, the format known by content as for a user: an error of one line, or entities that have an id and
// a name, compile into an index, and are read the same from what the store would keep.
#include <cstdint>
#include <string>

#include "index/index.h"
#include "lists/lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tamga::lists::ReadOptions;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto editions = tamga::lists::read_editions({{"list_2026-11-20", bytes}}, ReadOptions{"fuzz", {}});
  if (!editions) {
    TAMGA_CHECK(editions.error().message.find('\n') == std::string::npos);
    return 0;
  }
  for (const auto& edition : *editions) {
    const auto again = tamga::lists::reread(edition.format, edition.files);
    TAMGA_CHECK(again.has_value());
    TAMGA_CHECK(again->entities.size() == edition.entities.size());
    for (const auto& entity : edition.entities) TAMGA_CHECK(!entity.id.empty());
    TAMGA_CHECK(tamga::index::Index::from_bytes(
                    tamga::index::build(edition.entities, edition.id, *tamga::names::Model::standard(), edition.relations), edition.id)
                    .has_value());
  }
  return 0;
}
