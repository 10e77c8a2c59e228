#pragma once

#include <cstdint>
#include <string_view>

#include "names/name.h"

namespace tamga::match {

/// A number that two writings of a firm's name share when they differ only in script, case, accents, word order and legal form: of the sorted keys of
/// its words. 0 for a name without a word that says something. Equal far more often than the names are the same, so it finds and does not decide.
[[nodiscard]] std::uint64_t name_key(std::string_view name, names::Reader& reader);

}  // namespace tamga::match
