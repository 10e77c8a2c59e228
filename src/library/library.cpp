// The C interface (include/tamga.h): texts to values and back, errors kept for tamga_last_error(), and no exception past this file.
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "match/screen.h"
#include "service/service.h"
#include "tamga.h"

struct tamga_handle {
  std::unique_ptr<tamga::service::Service> service;
};

namespace {

using tamga::Error;
using tamga::ErrorKind;
using tamga::Json;
using tamga::Result;
using tamga::service::Service;

struct LastError {
  int kind = TAMGA_NO_ERROR;
  std::string text;
  /// There was not even the memory to say what is wrong.
  bool out_of_memory = false;
};
thread_local LastError last_error;

void remember(const Error& error) {
  last_error.kind = error.kind == ErrorKind::failure ? TAMGA_FAILURE : TAMGA_BAD_INPUT;
  last_error.text = error.text();
  last_error.out_of_memory = false;
}

void remember_exception() noexcept {
  last_error.kind = TAMGA_FAILURE;
  last_error.out_of_memory = true;
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return;
  } catch (const std::exception& exception) {
    try {
      last_error.text = std::string("failed: ") + exception.what();
      last_error.out_of_memory = false;
    } catch (const std::bad_alloc&) {
      return;
    }
  } catch (...) {
    last_error.out_of_memory = true;
  }
}

/// The value of `work`, a Result, or `otherwise` with the error remembered.
template <typename Value, typename Work>
Value guarded(Value otherwise, Work&& work) noexcept {
  try {
    auto result = work();
    if (result) return *std::move(result);
    remember(result.error());
  } catch (...) {
    remember_exception();
  }
  return otherwise;
}

char* copied(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

std::unexpected<Error> missing(const char* what) { return tamga::bad_input(std::string(what) + " is NULL"); }

/// NULL and blanks are an object without members where `optional`.
Result<Json> question_of(const char* text, bool optional) {
  if (text == nullptr && !optional) return missing("the question");
  if (optional && (text == nullptr || std::string_view(text).find_first_not_of(" \t\r\n") == std::string_view::npos)) return Json::object();
  return tamga::parse_json(text);
}

enum class Need : std::uint8_t { question, optional };

char* asked(tamga_handle* tamga, const char* question, Need need, Result<Json> (Service::*ask)(const Json&)) noexcept {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    if (tamga == nullptr) return missing("the handle");
    TAMGA_TRY(const Json json, question_of(question, need == Need::optional));
    TAMGA_TRY(const Json answer, (tamga->service.get()->*ask)(json));
    return copied(answer.dump());
  });
}

/// For names that are compared without a handle: no folder of data, since comparing reads none. Lives until the process ends, since threads may still
/// use it when destructors run.
Service& built_in() {
  static auto* const service = new Service(tamga::app::Settings{});
  return *service;
}

Service& service_of(tamga_handle* tamga) { return tamga == nullptr ? built_in() : *tamga->service; }

std::string_view text_or_empty(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

}  // namespace

const char* tamga_version(void) { return TAMGA_VERSION; }

tamga_handle* tamga_open(const char* options) {
  return guarded<tamga_handle*>(nullptr, [&]() -> Result<tamga_handle*> {
    TAMGA_TRY(auto service, Service::open(text_or_empty(options)));
    auto handle = std::make_unique<tamga_handle>();
    handle->service = std::move(service);
    return handle.release();
  });
}

void tamga_close(tamga_handle* tamga) { delete tamga; }

char* tamga_screen(tamga_handle* tamga, const char* question) { return asked(tamga, question, Need::question, &Service::screen); }
char* tamga_owners(tamga_handle* tamga, const char* question) { return asked(tamga, question, Need::question, &Service::owners); }
char* tamga_goods(tamga_handle* tamga, const char* question) { return asked(tamga, question, Need::question, &Service::goods); }
char* tamga_lists(tamga_handle* tamga, const char* question) { return asked(tamga, question, Need::optional, &Service::lists); }

int tamga_score(tamga_handle* tamga, const char* name1, const char* name2, const char* schema) {
  return guarded<int>(-1, [&]() -> Result<int> {
    if (name1 == nullptr || name2 == nullptr) return missing("a name");
    TAMGA_TRY(const auto score, service_of(tamga).score(name1, name2, text_or_empty(schema)));
    return static_cast<int>(score);
  });
}

char* tamga_compare(tamga_handle* tamga, const char* name1, const char* name2, const char* schema) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    if (name1 == nullptr || name2 == nullptr) return missing("a name");
    TAMGA_TRY(const auto comparison, service_of(tamga).compare(name1, name2, text_or_empty(schema)));
    Json answer = Json::object();
    answer.set("score", Json::number_literal(tamga::match::score_text(comparison.score))).set("explain", tamga::match::to_json(comparison.explain));
    return copied(answer.dump());
  });
}

char* tamga_clear(tamga_handle* tamga, const char* deal, const char* options, int record) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    if (tamga == nullptr) return missing("the handle");
    if (deal == nullptr) return missing("the deal");
    TAMGA_TRY(const Json json, question_of(options, true));
    using tamga::service::Record;
    TAMGA_TRY(const Json answer, tamga->service->clear(deal, json, record != 0 ? Record::record : Record::leave));
    return copied(answer.dump());
  });
}

const char* tamga_last_error(void) { return last_error.out_of_memory ? "out of memory" : last_error.text.c_str(); }
int tamga_last_error_kind(void) { return last_error.kind; }

void tamga_free(char* text) { std::free(text); }
