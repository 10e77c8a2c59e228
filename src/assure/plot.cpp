#include "assure/plot.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/markup.h"

namespace tamga::assure {
namespace {

constexpr std::array<std::string_view, kGroups> kClasses = {"p", "o", "v"};
constexpr std::array<std::string_view, kGroups> kPlurals = {"persons", "organisations", "vessels"};

/// A coordinate in tenths of a pixel.
std::string px(std::int64_t tenths) { return tenths % 10 == 0 ? fmt::format("{}", tenths / 10) : fmt::format("{}.{}", tenths / 10, tenths % 10); }

std::string text_at(std::int64_t x, std::int64_t y, std::string_view anchor, std::string_view css, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>", px(x), px(y), anchor,
                     css.empty() ? std::string() : fmt::format(" class=\"{}\"", css), escaped(text));
}

std::string line(std::int64_t x1, std::int64_t y1, std::int64_t x2, std::int64_t y2, std::string_view css) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>", px(x1), px(y1), px(x2), px(y2), css);
}

/// Circle, square, diamond.
std::string mark(std::size_t group, std::int64_t x, std::int64_t y) {
  const auto css = kClasses[group];
  if (group == 0) return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3.4\" class=\"{}\"/>", px(x), px(y), css);
  if (group == 1) return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"6\" height=\"6\" class=\"{}\"/>", px(x - 30), px(y - 30), css);
  return fmt::format("<path d=\"M{} {}l4.2 4.2l-4.2 4.2l-4.2 -4.2z\" class=\"{}\"/>", px(x), px(y - 42), css);
}

std::string open(std::int64_t width, std::int64_t height, std::string_view label) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"{}\">\n", px(width), px(height), px(width),
                     px(height), escaped(label));
}

/// The first tick of a scale of shares that shows `least`: a multiple of 10 %, at most 90 %.
std::int64_t first_tick(std::int64_t least) { return std::clamp<std::int64_t>(least / 1000 * 1000, 0, 9000); }

/// A share on a scale from `first` to all.
std::int64_t placed(std::int64_t share, std::int64_t first, std::int64_t from, std::int64_t to) {
  return from + (to - from) * (std::max(share, first) - first) / (10'000 - first);
}

std::int64_t tick_step(std::int64_t first) { return 10'000 - first > 5'000 ? 2'000 : 1'000; }

/// A scale of shares across the top, with its lines.
std::string share_scale(std::int64_t first, std::int64_t left, std::int64_t right, std::int64_t top, std::int64_t bottom) {
  std::string svg;
  const std::int64_t step = tick_step(first);
  for (std::int64_t tick = 10'000; tick >= first; tick -= step) {
    const std::int64_t x = placed(tick, first, left, right);
    svg += line(x, top, x, bottom, "grid") + text_at(x, top - 60, "middle", "tick", fmt::format("{} %", tick / 100));
  }
  return svg;
}

}  // namespace

std::string groups_legend(const Report& report) {
  const Tally tally = detection(report);
  std::string html;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (tally.groups[group].of == 0) continue;
    html += fmt::format("<span class=\"key\"><svg width=\"12\" height=\"12\">{}</svg>{}</span> ", mark(group, 60, 60), kPlurals[group]);
  }
  return html;
}

std::string kinds_plot(const Report& report) {
  const auto kinds = by_kind(report);
  std::int64_t least = 10'000;
  for (const auto& kind : kinds) {
    for (const auto& rate : kind.now.groups) {
      if (rate.of > 0) least = std::min(least, wilson(rate).low);
    }
  }
  constexpr std::int64_t kRow = 260;
  constexpr std::int64_t kLeft = 1'600;
  constexpr std::int64_t kRight = 7'300;
  constexpr std::int64_t kTop = 220;
  const std::int64_t bottom = kTop + kRow * static_cast<std::int64_t>(kinds.size());
  const std::int64_t first = first_tick(least);
  std::string svg = open(7'600, bottom + 60, "Detection by kind of change");
  svg += share_scale(first, kLeft, kRight, kTop, bottom);
  for (std::size_t row = 0; row < kinds.size(); ++row) {
    const std::int64_t middle = kTop + kRow * static_cast<std::int64_t>(row) + kRow / 2;
    if (row > 0) svg += line(0, middle - kRow / 2, kRight, middle - kRow / 2, "hair");
    svg += text_at(0, middle + 40, "start", "", kind_of(kinds[row].change).title);
    std::int64_t there = 0;
    for (const auto& rate : kinds[row].now.groups) there += rate.of > 0 ? 1 : 0;
    std::int64_t number = 0;
    for (std::size_t group = 0; group < kGroups; ++group) {
      const Rate rate = kinds[row].now.groups[group];
      if (rate.of == 0) continue;
      const std::int64_t y = middle + (2 * number++ - (there - 1)) * 38;
      const auto interval = wilson(rate);
      svg += line(placed(interval.low, first, kLeft, kRight), y, placed(interval.high, first, kLeft, kRight), y,
                  fmt::format("whisker {}", kClasses[group]));
      svg += mark(group, placed(share(rate), first, kLeft, kRight), y);
    }
    svg += "\n";
  }
  return svg + "</svg>";
}

std::string curve_plot(const Report& report) {
  const auto points = curve(report);
  constexpr std::int64_t kLeft = 560;
  constexpr std::int64_t kRight = 7'300;
  constexpr std::int64_t kTop = 200;
  constexpr std::int64_t kFoot = 2'400;  // of the upper plot
  constexpr std::int64_t kTop2 = 2'900;
  constexpr std::int64_t kFoot2 = 4'300;
  const auto x_of = [&](Score threshold) { return kLeft + (kRight - kLeft) * (threshold - kFloor) / (10'000 - kFloor); };
  std::int64_t most = 0;
  for (const auto& point : points) most = std::max(most, share(point.alarmed));
  // The alarms' scale ends at a round number of a thousand.
  std::int64_t end = 50;
  for (const std::int64_t candidate : {100, 200, 500, 1'000, 2'000, 5'000, 10'000}) {
    if (end < most) end = candidate;
  }
  std::string svg = open(7'600, 4'800, "Detection and false alarms over the threshold");
  svg += text_at(0, 110, "start", "head", "Changed names found");
  for (std::int64_t tick = 0; tick <= 10'000; tick += 2'500) {
    const std::int64_t y = kFoot - (kFoot - kTop) * tick / 10'000;
    svg += line(kLeft, y, kRight, y, "grid") + text_at(kLeft - 80, y + 40, "end", "tick", fmt::format("{} %", tick / 100));
  }
  svg += text_at(0, kTop2 - 100, "start", "head", "Clean names with a hit, per thousand");
  for (std::int64_t part = 0; part <= 4; ++part) {
    const std::int64_t y = kFoot2 - (kFoot2 - kTop2) * part / 4;
    const std::int64_t value = end * part / 4;
    svg += line(kLeft, y, kRight, y, "grid");
    svg += text_at(kLeft - 80, y + 40, "end", "tick", value % 10 == 0 ? fmt::format("{}", value / 10) : per_thousand(value));
  }
  for (Score threshold = kFloor; threshold <= 10'000; threshold += 500) {
    svg += line(x_of(threshold), kFoot, x_of(threshold), kFoot + 50, "axis");
    svg += line(x_of(threshold), kFoot2, x_of(threshold), kFoot2 + 50, "axis");
    svg += text_at(x_of(threshold), kFoot2 + 190, "middle", "tick", fmt::format("{}.{:02}", threshold / 10'000, threshold / 100 % 100));
  }
  svg += text_at((kLeft + kRight) / 2, kFoot2 + 400, "middle", "tick", "threshold");
  const auto at_threshold = [&](Score threshold, std::string_view css, std::string_view label, std::int64_t lower) {
    if (threshold < kFloor) return;
    const std::int64_t x = x_of(threshold);
    svg += line(x, kTop, x, kFoot, css) + line(x, kTop2, x, kFoot2, css);
    svg += text_at(x + 60, kFoot - 60 - lower, "start", "note", fmt::format("{} {}", label, score_text(threshold)));
  };
  const bool both = report.compares && report.then.threshold != report.policy.threshold;
  at_threshold(report.policy.threshold, "now", both ? "now" : "threshold", 0);
  if (both) at_threshold(report.then.threshold, "then", "then", 160);
  const auto path = [&](std::string_view css, const auto& value_of, std::int64_t top, std::int64_t foot, std::int64_t full) {
    std::string steps;
    for (const auto& point : points) {
      const std::int64_t y = foot - (foot - top) * std::min(value_of(point), full) / full;
      steps += fmt::format("{}{} {}", steps.empty() ? "M" : "L", px(x_of(point.threshold)), px(y));
    }
    return fmt::format("<path d=\"{}\" class=\"{}\"/>\n", steps, css);
  };
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (points.front().found.groups[group].of == 0) continue;
    svg += path(
        fmt::format("curve {}", kClasses[group]), [&](const CurvePoint& point) { return share(point.found.groups[group]); }, kTop, kFoot, 10'000);
    // A mark at each tenth, so that lines are told apart on paper.
    for (const auto& point : points) {
      if (point.threshold % 1'000 == 0) svg += mark(group, x_of(point.threshold), kFoot - (kFoot - kTop) * share(point.found.groups[group]) / 10'000);
    }
  }
  if (points.front().alarmed.of > 0) {
    std::string band;
    for (const auto& point : points)
      band += fmt::format("{}{} {}", band.empty() ? "M" : "L", px(x_of(point.threshold)),
                          px(kFoot2 - (kFoot2 - kTop2) * std::min(wilson(point.alarmed).high, end) / end));
    for (auto point = points.rbegin(); point != points.rend(); ++point)
      band += fmt::format("L{} {}", px(x_of(point->threshold)), px(kFoot2 - (kFoot2 - kTop2) * std::min(wilson(point->alarmed).low, end) / end));
    svg += fmt::format("<path d=\"{}z\" class=\"band\"/>\n", band);
    svg += path("curve alarm", [](const CurvePoint& point) { return share(point.alarmed); }, kTop2, kFoot2, end);
  }
  return svg + "</svg>";
}

std::string comparison_plot(const Report& report) {
  const auto kinds = by_kind(report);
  std::int64_t least = 10'000;
  for (const auto& kind : kinds) least = std::min({least, share(kind.now.all), share(kind.then.all)});
  constexpr std::int64_t kRow = 200;
  constexpr std::int64_t kLeft = 1'600;
  constexpr std::int64_t kRight = 6'500;
  constexpr std::int64_t kTop = 220;
  const std::int64_t bottom = kTop + kRow * static_cast<std::int64_t>(kinds.size());
  const std::int64_t first = first_tick(least);
  std::string svg = open(7'600, bottom + 60, "Detection by kind of change, now and then");
  svg += share_scale(first, kLeft, kRight, kTop, bottom);
  for (std::size_t row = 0; row < kinds.size(); ++row) {
    const std::int64_t y = kTop + kRow * static_cast<std::int64_t>(row) + kRow / 2;
    const std::int64_t now = share(kinds[row].now.all);
    const std::int64_t then = share(kinds[row].then.all);
    const std::int64_t x1 = placed(now, first, kLeft, kRight);
    const std::int64_t x2 = placed(then, first, kLeft, kRight);
    svg += text_at(0, y + 40, "start", "", kind_of(kinds[row].change).title) + line(x1, y, x2, y, then < now ? "worse" : "better");
    svg += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3.4\" class=\"dot\"/><circle cx=\"{}\" cy=\"{}\" r=\"3.4\" class=\"ring\"/>", px(x1), px(y),
                       px(x2), px(y));
    const std::int64_t change = then - now;
    svg += text_at(7'500, y + 40, "end", "tick",
                   change == 0 ? "±0.0" : fmt::format("{}{}.{}", change < 0 ? "−" : "+", std::abs(change) / 100, std::abs(change) / 10 % 10));
    svg += "\n";
  }
  return svg + "</svg>";
}

}  // namespace tamga::assure
