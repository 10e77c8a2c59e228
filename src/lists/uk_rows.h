#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lists/lists.h"

namespace tamga::lists {

/// One row of the UK Sanctions List by the names of its CSV columns: {"Unique ID", "RUS0251"}. Its XML, and OFSI's closed list in both forms, are
/// put into such rows too, so that all of them give the same entity. Only columns that are not empty need be there.
struct UkRow {
  std::vector<std::pair<std::string_view, std::string>> columns;
  std::uint64_t line = 0;

  [[nodiscard]] std::string_view at(std::string_view column) const;
  void set(std::string_view column, std::string_view value);
};

/// OFSI's closed list holds its targets together by this number; a row that has it needs no Unique ID.
inline constexpr std::string_view kUkNumber = "Group ID";

/// The columns of the CSV, in its order.
[[nodiscard]] std::span<const std::string_view> uk_columns();
/// The columns that a row may have; others are kept as notes under their names.
[[nodiscard]] bool is_uk_column(std::string_view column);

/// Puts rows together to entities: one designation takes many (names times addresses), held together by its number.
class UkEntities {
 public:
  /// `prefix` of the ids: "gb-fcdo-"; `dataset`: the list.
  UkEntities(std::string_view prefix, std::string_view dataset, std::string_view url) : prefix_(prefix), dataset_(dataset), url_(url) {}
  Status add(const UkRow& row);
  /// An error when there is none, or one has no name. Adds relations that the texts on owners, parents and subsidiaries tell.
  Result<ReadList> finish();

 private:
  std::string_view prefix_;
  std::string_view dataset_;
  std::string_view url_;
  ReadList list_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

}  // namespace tamga::lists
