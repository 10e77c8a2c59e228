#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A drawing of lines, areas and words, which pdf.h prints and other writers can as well. Pure data.
namespace tamga::pdf {

/// 0xRRGGBB, or kNone.
using Colour = std::uint32_t;
inline constexpr Colour kNone = 0xFFFF'FFFFU;

struct Spot {
  double x = 0;
  double y = 0;
};

struct Shape {
  enum class Kind : std::uint8_t { line, area, words };
  enum class Anchor : std::uint8_t { start, middle, end };
  Kind kind = Kind::line;
  std::vector<Spot> spots;  ///< of a line or the edge of an area; of words: one, at their foot line
  Colour fill = kNone;      ///< of an area or of words
  Colour stroke = kNone;
  double width = 1;  ///< of the stroke
  bool dashed = false;
  std::string words{};
  double size = 8;  ///< of words
  Anchor anchor = Anchor::start;
};

/// From the upper left corner, y downwards, in points as on paper.
struct Picture {
  double width = 0;
  double height = 0;
  std::string title;  ///< what it shows, for who does not see it
  std::vector<Shape> shapes;
};

}  // namespace tamga::pdf
