#pragma once

#include <rapidcheck.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "names/model.h"

/// Names and models drawn at random, for properties.
namespace tamga::reference {

/// Words out of few letters, so that likenesses of every kind are common, and words that the tables know.
rc::Gen<std::string> words();
/// Up to a dozen words.
rc::Gen<std::string> names();
/// Up to four.
rc::Gen<std::string> short_names();
/// Models with any numbers that a file may have: what is proved must hold for all of them.
rc::Gen<std::shared_ptr<const names::Model>> models();

/// A name with one or two of the changes that people and machines make; deterministic in `seed`.
[[nodiscard]] std::string changed(std::string_view name, std::uint64_t seed);

}  // namespace tamga::reference
