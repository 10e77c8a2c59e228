#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pdf/picture.h"

/// The drawings of a report, each as wide as a page's text. They are read without colours too: what is coloured is named as well. Pure.
namespace tamga::report {

inline constexpr pdf::Colour kInk = 0x1c1e21;
inline constexpr pdf::Colour kSoft = 0x666b72;
inline constexpr pdf::Colour kHair = 0xd9dadd;
inline constexpr pdf::Colour kBefore = 0x9aa3ad;
inline constexpr pdf::Colour kAfter = 0x1f4e79;
inline constexpr pdf::Colour kMark = 0xa8612a;

/// A value of each period, and a break between two of them.
struct TimeSeries {
  struct Bar {
    std::string period;  ///< "2022-03", "2022"
    double value = 0;
  };
  std::string title;
  std::string unit;
  std::vector<Bar> bars;
  std::string at;          ///< the first period after the break
  std::string break_word;  ///< how the line there is called
};
[[nodiscard]] pdf::Picture time_series(const TimeSeries& of);

/// Ranges one below the other, with a line where nothing would have changed.
struct Ranges {
  struct Row {
    std::string name;
    double low = 0;
    double high = 0;
    std::optional<double> point;
    std::string words;  ///< what stands at the right
  };
  std::string title;
  std::vector<Row> rows;
  double zero = 0;
  std::string zero_word;
};
[[nodiscard]] pdf::Picture ranges(const Ranges& of);

/// Countries shaded by their share of the largest value.
struct Shaded {
  std::string country;  ///< two letters
  double value = 0;
  std::string words;  ///< what stands in it
};
/// Countries without an outline (small ones) are added to `missing`.
[[nodiscard]] pdf::Picture map(const std::string& title, const std::vector<Shaded>& countries, std::vector<std::string>& missing);

}  // namespace tamga::report
