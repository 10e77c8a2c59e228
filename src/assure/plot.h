#pragma once

#include <string>

#include "assure/report.h"

/// The plots of the report as inline SVG. Coordinates are whole tenths of a pixel, so that every machine writes the same text. Groups are told apart
/// by shape as well as colour: the page is printed in black and white.
namespace tamga::assure {

/// Detection by kind of change: a mark for each group with its 95 % interval.
[[nodiscard]] std::string kinds_plot(const Report& report);
/// Detection and false alarms over the threshold, one above the other.
[[nodiscard]] std::string curve_plot(const Report& report);
/// Detection by kind now and then.
[[nodiscard]] std::string comparison_plot(const Report& report);
/// The three marks and what they stand for, of the groups that have cases.
[[nodiscard]] std::string groups_legend(const Report& report);

}  // namespace tamga::assure
