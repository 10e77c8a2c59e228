#pragma once

#include <string_view>
#include <vector>

#include "api/endpoint.h"
#include "language/catalogue.h"

/// In which language a caller is answered. What is recorded is English and stays so: sentences are translated when they are shown.
namespace tamga::api {

/// Of Accept-Language (RFC 9110, section 12.5.4): the one of ours that weighs most, of equals the first; English where none is named.
[[nodiscard]] language::Language preferred_language(std::string_view accept_language);
/// By the parameter "lang", else by Accept-Language: of what nobody keeps, as problems.
[[nodiscard]] language::Language language_of(const Request& request);
/// By the parameter "lang" alone: of what is recorded, whose bytes must not differ by what a browser sends unasked.
[[nodiscard]] language::Language asked_language(const Request& request);

/// "lang", for endpoints whose documents hold sentences.
[[nodiscard]] Parameter language_parameter();

/// A document's sentences: what stands as "because", as "title" of a flag, and as "what" and "whom" of a permission.
void translate(Json& document, language::Language language);
/// The document as a response, translated where the caller asked for it.
[[nodiscard]] Response ok_in(const Request& request, Json document, int status = 200);

/// Puts a problem document into the language of the request; leaves any other response as it is.
void translate_problem(const Request& request, Response& response);

}  // namespace tamga::api
