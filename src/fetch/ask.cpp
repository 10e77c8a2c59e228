#include "fetch/ask.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "fetch/curl.h"
#include "fetch/http.h"

namespace tamga::fetch {
namespace {

struct Taken {
  std::string body;
  std::uint64_t most = 0;
  bool too_much = false;
};

std::size_t take(char* bytes, std::size_t, std::size_t count, void* into) {
  auto& taken = *static_cast<Taken*>(into);
  if (taken.body.size() + count > taken.most) {
    taken.too_much = true;
    return 0;
  }
  taken.body.append(bytes, count);
  return count;
}

}  // namespace

Result<Answer> ask(const Question& question) {
  const std::string shown = shown_url(question.url);
  if (const auto refused = refuse_url(question.url, {}, Cleartext::loopback)) return bad_input(fmt::format("{}: {}", shown, *refused));
  if (!is_header_value(question.bearer)) return bad_input(fmt::format("{}: the token to show is none", shown));
  if (!curl_is_ready()) return failure("libcurl cannot be used on this machine");
  const std::unique_ptr<CURL, EasyCloser> easy(curl_easy_init());
  bool set = easy != nullptr;
  const auto option = [&](CURLoption which, auto value) { set = set && curl_easy_setopt(easy.get(), which, value) == CURLE_OK; };
  Taken taken;
  taken.most = question.bytes;
  std::array<char, CURL_ERROR_SIZE> detail{};
  option(CURLOPT_URL, question.url.c_str());
  option(CURLOPT_PROTOCOLS_STR, "http,https");
  option(CURLOPT_FOLLOWLOCATION, 0L);
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_SSL_VERIFYPEER, 1L);
  option(CURLOPT_SSL_VERIFYHOST, 2L);
  option(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!question.ca_file.empty()) {
    option(CURLOPT_CAINFO, question.ca_file.c_str());
    option(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  option(CURLOPT_USERAGENT, "tamga/" TAMGA_VERSION);
  option(CURLOPT_CONNECTTIMEOUT_MS, std::max<long>(1, question.connect.count()));
  option(CURLOPT_TIMEOUT_MS, std::max<long>(1, question.total.count()));
  option(CURLOPT_ERRORBUFFER, detail.data());
  option(CURLOPT_WRITEFUNCTION, &take);
  option(CURLOPT_WRITEDATA, static_cast<void*>(&taken));
  if (question.form) {
    option(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(question.form->size()));
    option(CURLOPT_POSTFIELDS, question.form->c_str());
  }
  if (!question.user.empty()) {
    option(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    option(CURLOPT_USERNAME, question.user.c_str());
    option(CURLOPT_PASSWORD, question.password.c_str());
  }
  std::unique_ptr<curl_slist, ListCloser> headers(curl_slist_append(nullptr, "Accept: application/json"));
  if (!question.bearer.empty() && headers != nullptr) {
    set = set && curl_slist_append(headers.get(), ("Authorization: Bearer " + question.bearer).c_str()) != nullptr;
  }
  option(CURLOPT_HTTPHEADER, headers.get());
  if (!set || headers == nullptr) return failure("libcurl does not take its options; 7.85 or newer is needed");
  const CURLcode code = curl_easy_perform(easy.get());
  if (taken.too_much) return failure(fmt::format("{}: answers with more than {} bytes", shown, question.bytes));
  if (code != CURLE_OK) return failure(fmt::format("{}: {}", shown, detail[0] != '\0' ? detail.data() : curl_easy_strerror(code)));
  Answer answer;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  answer.body = std::move(taken.body);
  return answer;
}

}  // namespace tamga::fetch
