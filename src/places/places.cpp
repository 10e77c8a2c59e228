#include "places/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/decimal.h"

namespace tamga::places {
namespace {

constexpr std::string_view kColumns = "code,name,functions,latitude,longitude";
constexpr std::size_t kPlacesMax = 200'000;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_code(std::string_view text) {
  return text.size() == 5 && is_letter(text[0]) && is_letter(text[1]) &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return is_letter(c) || (c >= '2' && c <= '9'); });
}

bool is_degrees(std::string_view text, int limit) {
  const auto value = Decimal::parse(text);
  return value && value->scale <= 1 && *value <= Decimal::whole(limit) && *value >= Decimal::whole(-limit);
}

Result<Place> read_place(std::string_view line, std::uint64_t number) {
  std::array<std::string_view, 5> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto comma = std::min(line.find(','), line.size());
    if (i + 1 < fields.size() && comma == line.size()) return bad_input(fmt::format("{} fields, expected {}", i + 1, kColumns), number);
    fields[i] = line.substr(0, comma);
    line.remove_prefix(std::min(comma + 1, line.size()));
  }
  if (!line.empty()) return bad_input(fmt::format("more fields than {}", kColumns), number);
  const auto& [code, name, functions, latitude, longitude] = fields;
  if (!is_code(code)) return bad_input(fmt::format("`{}` is not a UN/LOCODE such as KZALA", code), number);
  if (name.empty()) return bad_input(fmt::format("{} has no name", code), number);
  if (functions.empty() || functions.find_first_not_of("1234567B") != std::string_view::npos) {
    return bad_input(fmt::format("`{}` are not the functions of a place: 1 port, 2 rail, 3 road, 4 airport, 5 to 7, B border crossing", functions),
                     number);
  }
  const bool located = !latitude.empty() || !longitude.empty();
  if (located && (!is_degrees(latitude, 90) || !is_degrees(longitude, 180))) {
    return bad_input(fmt::format("`{}` and `{}` are no degrees to one decimal", latitude, longitude), number);
  }
  return Place{std::string(code), std::string(name), std::string(functions), std::string(latitude), std::string(longitude)};
}

Status read_file(std::string_view bytes, std::vector<Place>& into, std::set<std::string, std::less<>>& codes) {
  std::uint64_t number = 0;
  bool columns_read = false;
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (!columns_read && line.starts_with('#'))) continue;
    if (!columns_read) {
      if (line != kColumns) return bad_input(fmt::format("expected the columns {}", kColumns), number);
      columns_read = true;
      continue;
    }
    if (into.size() >= kPlacesMax) return bad_input(fmt::format("more than {} places", kPlacesMax), number);
    TAMGA_TRY(Place place, read_place(line, number));
    if (!codes.insert(place.code).second) return bad_input(fmt::format("the place {} stands twice", place.code), number);
    into.push_back(std::move(place));
  }
  if (!columns_read) return bad_input(fmt::format("expected the columns {}", kColumns), number);
  return {};
}

}  // namespace

Result<Places> Places::read(std::span<const NamedBytes> files) {
  auto table = std::make_shared<std::vector<Place>>();
  std::set<std::string, std::less<>> codes;
  for (const auto& file : files) {
    if (auto status = read_file(file.bytes, *table, codes); !status) return std::unexpected(status.error().in_file(file.name));
  }
  std::sort(table->begin(), table->end(), [](const Place& a, const Place& b) { return a.code < b.code; });
  Places out;
  out.table_ = std::move(table);
  return out;
}

const Place* Places::find(std::string_view code) const {
  if (table_ == nullptr) return nullptr;
  const auto at =
      std::lower_bound(table_->begin(), table_->end(), code, [](const Place& place, std::string_view asked) { return place.code < asked; });
  return at != table_->end() && at->code == code ? &*at : nullptr;
}

std::span<const Place> Places::all() const { return table_ == nullptr ? std::span<const Place>() : std::span<const Place>(*table_); }

}  // namespace tamga::places
