// Writes an invented network of owners as plain CSV, for `tamga owners import` at any size, and prints what is in it.
//
//   make_network PARTIES SEED OUT
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "ownership_network.h"

namespace tamga {
namespace {

template <typename Number>
bool parse(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

/// The row of the histogram that a share belongs to.
std::size_t bucket(const bench::NetworkHolding& row) {
  const ownership::Range& share = row.share;
  if (share.exact())
    return share.low * std::uint64_t{4} <= ownership::kWhole   ? 0
           : share.low * std::uint64_t{2} <= ownership::kWhole ? 1
           : share.low == ownership::kWhole                    ? 3
                                                               : 2;
  if (share == ownership::Range{}) return 9;
  if (share.low_open) return 8;
  return 4 + share.low / (ownership::kWhole / 4);
}
constexpr std::array<std::string_view, 10> kBuckets = {
    "exact, up to 25", "exact, over 25 up to 50", "exact, over 50 below 100", "exact, 100", "0-25", "25-50", "50-75", "75-100", ">25, >50",
    "unknown"};

void count(const bench::OwnershipNetwork& network) {
  std::array<std::size_t, ownership::kKinds> kinds{};
  std::array<std::size_t, kBuckets.size()> shares{};
  std::size_t indirect = 0;
  std::size_t own = 0;
  std::size_t ended = 0;
  std::size_t later = 0;
  std::size_t rows = 0;
  std::vector<std::uint32_t> out(network.parties());
  std::vector<std::uint32_t> in(network.parties());
  network.each([&](const bench::NetworkHolding& row) {
    ++rows;
    ++kinds[static_cast<std::size_t>(row.kind)];
    if (row.kind == ownership::Kind::shares && !row.indirect) ++shares[bucket(row)];
    indirect += row.indirect ? 1 : 0;
    own += row.owner == row.asset ? 1 : 0;
    ended += row.to <= bench::kNetworkDay ? 1 : 0;
    later += row.from > bench::kNetworkDay ? 1 : 0;
    ++out[row.owner];
    ++in[row.asset];
  });
  const auto share = [](std::size_t part, std::size_t whole) { return 100.0 * static_cast<double>(part) / static_cast<double>(whole); };
  const auto print = [&](std::string_view what, std::size_t number) { fmt::print("{:<36}{:>10}  {:6.2f} %\n", what, number, share(number, rows)); };
  std::size_t there = 0;
  for (std::uint32_t i = 0; i < network.parties(); ++i) there += out[i] + in[i] > 0 ? 1 : 0;
  fmt::print("{} parties, of them {} companies and {} hubs; {} have a holding; {} holdings, {:.2f} a party\n", network.parties(), network.companies(),
             network.hubs(), there, rows, static_cast<double>(rows) / static_cast<double>(network.parties()));
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] > 0) print(ownership::kind_name(static_cast<ownership::Kind>(i)), kinds[i]);
  }
  print("indirect", indirect);
  print("in itself", own);
  print("ended", ended);
  print("begins later", later);
  const std::size_t direct = kinds[0] - indirect;
  for (std::size_t i = 0; i < kBuckets.size(); ++i)
    fmt::print("  shares {:<27}{:>10}  {:6.2f} % of direct shares\n", kBuckets[i], shares[i], share(shares[i], direct));
  const auto degrees = [](std::string_view what, const std::vector<std::uint32_t>& of) {
    std::size_t from = 1;
    for (const std::size_t to : {1U, 2U, 4U, 10U, 100U, 1000U, 10'000U, 1'000'000'000U}) {
      std::size_t parties = 0;
      std::uint32_t most = 0;
      for (const std::uint32_t degree : of) {
        parties += degree >= from && degree <= to ? 1 : 0;
        most = std::max(most, degree);
      }
      if (to < 1'000'000'000U) {
        fmt::print("  {} {} to {}: {} parties\n", what, from, to, parties);
      } else {
        fmt::print("  {} over {}: {} parties; the most {}\n", what, from - 1, parties, most);
      }
      from = to + 1;
    }
  };
  degrees("rows as owner", out);
  degrees("rows as asset", in);
}

int run(std::span<char*> arguments) {
  std::uint32_t parties = 0;
  std::uint64_t seed = 0;
  if (arguments.size() != 4 || !parse(arguments[1], parties) || !parse(arguments[2], seed)) {
    fmt::print(stderr, "usage: make_network PARTIES SEED OUT\n");
    return 2;
  }
  const bench::OwnershipNetwork network(parties, seed);
  std::ofstream file(arguments[3], std::ios::binary);
  std::string buffer;
  network.write_csv([&](std::string_view line) {
    buffer += line;
    if (buffer.size() < (1U << 20U)) return;
    file.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.clear();
  });
  file.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  file.close();
  if (!file) {
    fmt::print(stderr, "{}: cannot be written\n", arguments[3]);
    return 1;
  }
  count(network);
  return 0;
}

}  // namespace
}  // namespace tamga

int main(int count, char** arguments) { return tamga::run({arguments, static_cast<std::size_t>(count)}); }
