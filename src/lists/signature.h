#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lists/lists.h"

namespace tamga::lists {

/// Checks a signature made by minisign (https://jedisct1.github.io/minisign/, "Signature format" and "Public key format"): Ed25519 over the
/// bytes, or over their BLAKE2b-512 digest, and over the trusted comment. Gives the owner of the key that made it. An error when the
/// signature is of another key than those given, does not fit the bytes, or is not a minisign signature.
Result<std::string> check_signature(std::string_view bytes, std::string_view signature, std::span<const TrustedKey> keys);

}  // namespace tamga::lists
