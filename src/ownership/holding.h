#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The words of ownership that its readers, its graph and its rules share.
namespace tamga::ownership {

/// What ties an owner (the first) to an asset (the second). The first two carry a share, the others none.
enum class Kind : std::uint8_t {
  shares,     ///< proprietary rights: shares, units, rights to surplus assets
  votes,      ///< voting rights
  control,    ///< control that the source states as a fact: appoints the majority of the board, consolidates the accounts, "controlled by"
  influence,  ///< what may be control: other influence, trustee, settlor, protector, nominee, senior managing official, "linked to"
  joint,      ///< the two hold by a joint arrangement, or one acts for the other (SI 2019/855 schedule 1); both directions
  director,   ///< a seat on the board, an officer
  staff,      ///< employment
  family,     ///< both directions
};
inline constexpr std::size_t kKinds = 8;
/// "shares", "votes", …
[[nodiscard]] std::string_view kind_name(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from_name(std::string_view name);

/// Whether the holding is the owner's own, or through others. The chain of an indirect one may be in the graph as well, so its share must never be
/// added to direct ones as if it were another.
enum class Directness : std::uint8_t { direct, indirect };

/// No party, where a party's number would stand.
inline constexpr std::uint32_t kNobody = UINT32_MAX;

}  // namespace tamga::ownership
