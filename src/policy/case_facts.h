#pragma once

#include "base/json.h"
#include "base/result.h"
#include "policy/facts.h"

namespace tamga::policy {

/// The facts of a rule's test case in their compact notation (docs/policy-vocabulary.md, "Facts of a case").
Result<Facts> read_case_facts(const Json& table, Date as_of);

}  // namespace tamga::policy
