#pragma once

#include <string>

#include "base/json.h"
#include "policy/trace.h"

/// The evaluation of a deal for a person's eyes, after the card of its decision.
namespace tamga::cli {

[[nodiscard]] std::string evaluation_text(const policy::Trace& trace);
/// {"decision": …, "evaluation": …}
[[nodiscard]] Json with_evaluation(Json decision, const policy::Trace& trace);

}  // namespace tamga::cli
