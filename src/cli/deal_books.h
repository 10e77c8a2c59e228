#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/deal_book.h"
#include "cli/commands.h"

/// What the commands on books of deals, exposure and scenario, say alike.
namespace tamga::cli {

/// A line while it runs, on a terminal only.
[[nodiscard]] app::DealBookProgress deal_book_progress(const Common& common);
/// A line on standard error for each deal that was left out.
void report_rejected(const std::vector<app::RejectedDeal>& rejected);
/// "123 deals of the record as of 2026-11-26: 1 000 EUR".
[[nodiscard]] std::string book_line(std::int64_t deals, Date as_of, std::string_view source, const exposure::Amounts& value,
                                    const language::Catalogue& say);

}  // namespace tamga::cli
