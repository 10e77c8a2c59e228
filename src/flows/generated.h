#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

/// Invented trade for tests, the same on every machine: std::normal_distribution differs between libraries.
namespace tamga::flows {

class Generated {
 public:
  explicit Generated(std::uint64_t seed) : state_(seed) {}
  /// Within 0 and 1, neither of them. SplitMix64 (Steele, Lea and Flood 2014).
  double uniform() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    return (static_cast<double>(z >> 11U) + 0.5) / 9007199254740992.0;
  }
  /// Box and Muller.
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }

 private:
  std::uint64_t state_;
};

}  // namespace tamga::flows
