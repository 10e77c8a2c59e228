#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string_view>

extern "C" {
extern const char tamga_report_outlines[];
extern const char tamga_report_outlines_end[];
}

namespace tamga::report {
namespace {

using pdf::Picture;
using pdf::Shape;
using pdf::Spot;

constexpr double kWide = 480;

void words(Picture& in, double x, double y, std::string text, Shape::Anchor anchor, double size = 7, pdf::Colour colour = kSoft) {
  Shape shape;
  shape.kind = Shape::Kind::words;
  shape.spots = {{x, y}};
  shape.fill = colour;
  shape.words = std::move(text);
  shape.size = size;
  shape.anchor = anchor;
  in.shapes.push_back(std::move(shape));
}

void line(Picture& in, std::vector<Spot> spots, pdf::Colour colour, double width = 0.6, bool dashed = false) {
  Shape shape;
  shape.spots = std::move(spots);
  shape.stroke = colour;
  shape.width = width;
  shape.dashed = dashed;
  in.shapes.push_back(std::move(shape));
}

void area(Picture& in, std::vector<Spot> spots, pdf::Colour fill, pdf::Colour stroke = pdf::kNone) {
  Shape shape;
  shape.kind = Shape::Kind::area;
  shape.spots = std::move(spots);
  shape.fill = fill;
  shape.stroke = stroke;
  shape.width = 0.4;
  in.shapes.push_back(std::move(shape));
}

/// The least of 1, 2, 5, 10, 20 … that is not below.
double round_up(double value) {
  double step = 1;
  while (step < value) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (step * factor >= value) return step * factor;
    }
    step *= 10;
  }
  while (step / 10 >= value && value > 0) step /= 10;
  for (const double factor : {0.1, 0.2, 0.5, 1.0}) {
    if (step * factor >= value) return step * factor;
  }
  return step;
}

std::string short_number(double value) {
  if (value >= 1e9) return fmt::format("{:g}·10⁹", value / 1e9);
  if (value >= 1e6) return fmt::format("{:g}·10⁶", value / 1e6);
  if (value >= 1e3) return fmt::format("{:g}·10³", value / 1e3);
  return fmt::format("{:g}", value);
}

struct Outline {
  std::string_view country;
  std::vector<Spot> ring;  ///< x: longitude, y: latitude
  double west = 1000, east = -1000, south = 1000, north = -1000;
};

std::vector<Outline> read_outlines() {
  std::string_view text(tamga_report_outlines, static_cast<std::size_t>(tamga_report_outlines_end - tamga_report_outlines));
  std::vector<Outline> found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto comma = row.find(',');
    if (row.starts_with('#') || row.starts_with("country,") || comma == std::string_view::npos) continue;
    Outline outline;
    outline.country = row.substr(0, comma);
    int x = 0;
    int y = 0;
    std::vector<int> steps;
    bool negative = false;
    int number = 0;
    for (const char c : std::string(row.substr(comma + 1)) + " ") {
      if (c == '-') {
        negative = true;
      } else if (c >= '0' && c <= '9') {
        number = number * 10 + (c - '0');
      } else {
        steps.push_back(negative ? -number : number);
        negative = false;
        number = 0;
      }
    }
    for (std::size_t i = 0; i + 1 < steps.size(); i += 2) {
      x += steps[i];
      y += steps[i + 1];
      const Spot spot{x / 10.0, y / 10.0};
      outline.ring.push_back(spot);
      outline.west = std::min(outline.west, spot.x);
      outline.east = std::max(outline.east, spot.x);
      outline.south = std::min(outline.south, spot.y);
      outline.north = std::max(outline.north, spot.y);
    }
    found.push_back(std::move(outline));
  }
  return found;
}

/// As the outline begins in the middle of the picture when it is cut at its edges: what lies outside is pressed onto the edge.
Spot pressed(Spot spot, double wide, double high) { return {std::clamp(spot.x, 0.0, wide), std::clamp(spot.y, 0.0, high)}; }

}  // namespace

Picture time_series(const TimeSeries& of) {
  Picture made{kWide, 118, of.title, {}};
  constexpr double kLeft = 46;
  constexpr double kRight = 6;
  constexpr double kTop = 24;
  constexpr double kFoot = 100;
  words(made, 0, 9, of.title, Shape::Anchor::start, 8, kInk);
  double most = 0;
  for (const auto& bar : of.bars) most = std::max(most, bar.value);
  const double top = round_up(most > 0 ? most : 1);
  for (const double share : {0.0, 0.5, 1.0}) {
    const double y = kFoot - (kFoot - kTop) * share;
    line(made, {{kLeft, y}, {kWide - kRight, y}}, kHair, 0.5);
    words(made, kLeft - 4, y + 2.5, short_number(top * share), Shape::Anchor::end, 6.5);
  }
  words(made, kLeft - 4, kTop - 7, of.unit, Shape::Anchor::end, 6.5);
  if (of.bars.empty()) return made;
  const double step = (kWide - kLeft - kRight) / static_cast<double>(of.bars.size());
  std::string year;
  std::optional<double> at;
  for (std::size_t i = 0; i < of.bars.size(); ++i) {
    const auto& bar = of.bars[i];
    const double x = kLeft + step * static_cast<double>(i);
    const bool after = bar.period >= of.at;
    if (after && !at) at = x;
    const double y = kFoot - (kFoot - kTop) * std::max(0.0, bar.value) / top;
    if (bar.value > 0)
      area(made, {{x + step * 0.12, kFoot}, {x + step * 0.12, y}, {x + step * 0.88, y}, {x + step * 0.88, kFoot}}, after ? kAfter : kBefore);
    const auto its_year = bar.period.substr(0, 4);
    if (its_year == year) continue;
    year = its_year;
    line(made, {{x, kFoot}, {x, kFoot + 4}}, kSoft, 0.5);
    if (kWide - kRight - x > 18) words(made, x + 2, kFoot + 11, year, Shape::Anchor::start, 6.5);
  }
  if (at) {
    line(made, {{*at, kTop - 8}, {*at, kFoot}}, kMark, 0.9, true);
    const bool late = *at > kWide * 0.75;
    words(made, *at + (late ? -3 : 3), kTop - 5, of.break_word, late ? Shape::Anchor::end : Shape::Anchor::start, 6.5, kMark);
  }
  return made;
}

Picture ranges(const Ranges& of) {
  constexpr double kLeft = 130;
  constexpr double kRight = 105;
  constexpr double kTop = 26;
  constexpr double kRow = 13;
  const double foot = kTop + kRow * static_cast<double>(of.rows.size());
  Picture made{kWide, foot + 16, of.title, {}};
  words(made, 0, 9, of.title, Shape::Anchor::start, 8, kInk);
  double low = of.zero;
  double high = of.zero;
  for (const auto& row : of.rows) {
    low = std::min(low, row.low);
    high = std::max(high, row.high);
  }
  if (high - low < 1e-9) high = low + 1;
  const double margin = (high - low) * 0.04;
  const auto x_of = [&](double value) { return kLeft + (kWide - kLeft - kRight) * (value - low + margin) / (high - low + 2 * margin); };
  line(made, {{x_of(of.zero), kTop - 6}, {x_of(of.zero), foot}}, kMark, 0.8, true);
  words(made, x_of(of.zero), foot + 9, of.zero_word, Shape::Anchor::middle, 6.5, kMark);
  double y = kTop + kRow / 2;
  for (const auto& row : of.rows) {
    words(made, kLeft - 6, y + 2.5, row.name, Shape::Anchor::end, 6.5, kInk);
    line(made, {{x_of(row.low), y}, {x_of(row.high), y}}, kAfter, 2);
    for (const double end : {row.low, row.high}) line(made, {{x_of(end), y - 3}, {x_of(end), y + 3}}, kAfter, 1);
    if (row.point) {
      const double x = x_of(*row.point);
      area(made, {{x - 2.5, y}, {x, y - 2.5}, {x + 2.5, y}, {x, y + 2.5}}, kInk);
    }
    words(made, kWide - kRight + 6, y + 2.5, row.words, Shape::Anchor::start, 6.5);
    y += kRow;
  }
  return made;
}

Picture map(const std::string& title, const std::vector<Shaded>& countries, std::vector<std::string>& missing) {
  static const std::vector<Outline> kOutlines = read_outlines();
  constexpr double kHigh = 260;
  Picture made{kWide, kHigh, title, {}};
  std::map<std::string, const Shaded*, std::less<>> wanted;
  double most = 0;
  for (const auto& country : countries) {
    wanted[country.country] = &country;
    most = std::max(most, country.value);
  }
  // The largest ring of each is what it is known by; the picture holds all of these.
  std::map<std::string, const Outline*, std::less<>> main;
  for (const auto& outline : kOutlines) {
    if (!wanted.contains(outline.country)) continue;
    auto& at = main[std::string(outline.country)];
    const auto size = [](const Outline& of) { return (of.east - of.west) * (of.north - of.south); };
    if (at == nullptr || size(outline) > size(*at)) at = &outline;
  }
  for (const auto& country : countries) {
    if (!main.contains(country.country)) missing.push_back(country.country);
  }
  if (main.empty()) return made;
  double west = 1000, east = -1000, south = 1000, north = -1000;
  for (const auto& [name, outline] : main) {
    west = std::min(west, outline->west - 6);
    east = std::max(east, outline->east + 6);
    south = std::min(south, outline->south - 4);
    north = std::max(north, outline->north + 4);
  }
  // One country alone would fill the picture, and nobody would see where it lies.
  const auto widen = [](double& low, double& high, double least) {
    const double more = std::max(0.0, least - (high - low)) / 2;
    low -= more;
    high += more;
  };
  widen(west, east, 80);
  widen(south, north, 32);
  north = std::min(north, 84.0);
  south = std::max(south, -58.0);
  // Degrees of longitude are shorter than those of latitude away from the equator; the picture is not stretched at its middle.
  const double squeeze = std::max(0.3, std::cos((south + north) / 2 * 3.14159265358979323846 / 180));
  const double scale = std::min(kWide / ((east - west) * squeeze), kHigh / (north - south));
  const double left = (kWide - (east - west) * squeeze * scale) / 2;
  const double above = (kHigh - (north - south) * scale) / 2;
  const auto place = [&](const Spot& spot) { return Spot{left + (spot.x - west) * squeeze * scale, above + (north - spot.y) * scale}; };
  const auto mixed = [](double share) {
    // From a light grey blue to the colour of what came after the break.
    const auto part = [&](unsigned shift) {
      const double from = 0xdfe6ee >> shift & 0xFF;
      const double to = kAfter >> shift & 0xFF;
      return static_cast<pdf::Colour>(std::lround(from + (to - from) * share)) << shift;
    };
    return part(16) | part(8) | part(0);
  };
  area(made, {{0, 0}, {kWide, 0}, {kWide, kHigh}, {0, kHigh}}, 0xf6f8fa);
  for (const auto& outline : kOutlines) {
    std::vector<Spot> spots;
    bool inside = false;
    for (const auto& spot : outline.ring) {
      const auto at = place(spot);
      const auto on = pressed(at, kWide, kHigh);
      inside = inside || (on.x == at.x && on.y == at.y);
      spots.push_back(on);
    }
    if (!inside) continue;
    const auto found = wanted.find(outline.country);
    const auto fill = found == wanted.end() ? 0xecebe6U : mixed(most > 0 ? std::sqrt(std::max(0.0, found->second->value) / most) : 0);
    area(made, std::move(spots), fill, 0xffffff);
  }
  for (const auto& [name, outline] : main) {
    const auto middle = pressed(place({(outline->west + outline->east) / 2, (outline->south + outline->north) / 2}), kWide, kHigh);
    const auto* shaded = wanted.find(name)->second;
    const bool dark = most > 0 && std::sqrt(std::max(0.0, shaded->value) / most) > 0.55;
    words(made, middle.x, middle.y + 2.5, shaded->words, Shape::Anchor::middle, 7, dark ? 0xffffff : kInk);
  }
  return made;
}

}  // namespace tamga::report
