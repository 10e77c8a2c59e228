#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

/// Random numbers that are the same on every machine, and cheap to begin anew for each query.
namespace tamga::reference {

/// splitmix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(std::initializer_list<std::uint64_t> seeds) {
    for (const std::uint64_t seed : seeds) state_ = next() ^ seed;
  }
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  /// Below `end`, which is not 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  bool one_in(std::size_t times) { return below(times) == 0; }
  template <typename Container>
  const auto& of(const Container& container) {
    return container[below(std::size(container))];
  }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace tamga::reference
