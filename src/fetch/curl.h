#pragma once

#include <curl/curl.h>

/// What every user of libcurl here needs.
namespace tamga::fetch {

/// libcurl wants to be set up once, before other threads use it; it stays until the process ends.
inline bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace tamga::fetch
