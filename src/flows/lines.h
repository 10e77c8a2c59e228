#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tamga::flows {

/// The lines of a text that comes in blocks, without their ends and without a byte order mark before the first one. A line of more than kLineMost
/// bytes is cut off there: each(line, number, cut), which gives a Status. Numbers begin with 1.
class Lines {
 public:
  static constexpr std::size_t kLineMost = std::size_t{1} << 20U;

  template <typename Each>
  Status take(std::string_view block, Each&& each) {
    while (!block.empty()) {
      const auto* end = static_cast<const char*>(std::memchr(block.data(), '\n', block.size()));
      if (end == nullptr) {
        keep(block);
        return {};
      }
      const auto size = static_cast<std::size_t>(end - block.data());
      if (kept_.empty() && !cut_ && size <= kLineMost) {
        TAMGA_TRY_STATUS(give(block.substr(0, size), each));
      } else {
        keep(block.substr(0, size));
        TAMGA_TRY_STATUS(give(kept_, each));
        kept_.clear();
        cut_ = false;
      }
      block.remove_prefix(size + 1);
    }
    return {};
  }

  /// The last line may have no end.
  template <typename Each>
  Status finish(Each&& each) {
    if (kept_.empty()) return {};
    const auto last = std::move(kept_);
    kept_.clear();
    return give(last, each);
  }

 private:
  void keep(std::string_view part) {
    const auto room = kLineMost - kept_.size();
    cut_ = cut_ || part.size() > room;
    kept_ += part.substr(0, room);
  }
  template <typename Each>
  Status give(std::string_view line, Each& each) {
    if (number_ == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return each(line, ++number_, cut_);
  }

  std::string kept_;
  std::uint64_t number_ = 0;
  bool cut_ = false;
};

}  // namespace tamga::flows
