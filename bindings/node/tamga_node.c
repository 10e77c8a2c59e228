/*
 * libtamga for Node.js, by Node-API: the same binary for every Node from 18 on. Texts in, texts out; index.js makes objects of them.
 *
 * open(options) → handle; close(handle); call(handle, method, texts, flag, promised) → text, or a promise of it; score(handle, a, b, schema) → 0..10000;
 * version(). A promised call runs on a thread of libuv. A handle that is closed while such calls run is given back after the last of them.
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include <stdlib.h>
#include <string.h>

#include "tamga.h"

#define TEXTS 3

/* Only the thread of JavaScript changes these fields, so that no lock is needed. */
typedef struct Handle {
  tamga_handle *tamga;
  size_t calls;  /* that run on other threads */
  int closed;    /* for new calls */
  int collected; /* JavaScript holds it no more */
} Handle;

enum Method { METHOD_SCREEN, METHOD_COMPARE, METHOD_CLEAR, METHOD_OWNERS, METHOD_GOODS, METHOD_LISTS, METHOD_COUNT };

typedef struct Call {
  Handle *handle;
  enum Method method;
  char *texts[TEXTS]; /* NULL: not given */
  int flag;
  char *answer; /* or NULL, and then why: */
  char *error;
  int error_kind;
  napi_async_work work;
  napi_deferred deferred;
} Call;

/* Ours, told apart from Tamga's by having no kind. */
static napi_value misuse(napi_env env, const char *why) {
  napi_throw_type_error(env, NULL, why);
  return NULL;
}

static char *copied(const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}

/* An Error with the code "TAMGA_BAD_INPUT" or "TAMGA_FAILURE". */
static napi_value error_of(napi_env env, int kind, const char *why) {
  napi_value code, message, error;
  napi_create_string_utf8(env, kind == TAMGA_BAD_INPUT ? "TAMGA_BAD_INPUT" : "TAMGA_FAILURE", NAPI_AUTO_LENGTH, &code);
  if (napi_create_string_utf8(env, why == NULL ? "out of memory" : why, NAPI_AUTO_LENGTH, &message) != napi_ok ||
      napi_create_error(env, code, message, &error) != napi_ok) {
    return NULL;
  }
  return error;
}

static void throw_last_error(napi_env env) {
  const napi_value error = error_of(env, tamga_last_error_kind(), tamga_last_error());
  if (error != NULL) napi_throw(env, error);
}

/* The text of a value, for free(). 0 and an exception where it is none, or holds a zero character, which would cut it there. */
static int take_text(napi_env env, napi_value value, char **text) {
  size_t size = 0, written = 0;
  *text = NULL;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &size) != napi_ok) {
    misuse(env, "expected a string");
    return 0;
  }
  *text = malloc(size + 1);
  if (*text == NULL) {
    misuse(env, "out of memory");
    return 0;
  }
  napi_get_value_string_utf8(env, value, *text, size + 1, &written);
  if (strlen(*text) != written) {
    free(*text);
    *text = NULL;
    misuse(env, "a text holds a zero character");
    return 0;
  }
  return 1;
}

static void give_back(Handle *handle) {
  if (handle->calls > 0) return;
  if (handle->closed || handle->collected) {
    tamga_close(handle->tamga);
    handle->tamga = NULL;
  }
  if (handle->collected) free(handle);
}

static void collected(napi_env env, void *data, void *hint) {
  Handle *handle = data;
  (void)env;
  (void)hint;
  handle->collected = 1;
  give_back(handle);
}

static Handle *handle_of(napi_env env, napi_value value) {
  napi_valuetype type;
  void *data = NULL;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external || napi_get_value_external(env, value, &data) != napi_ok) {
    misuse(env, "expected a handle");
    return NULL;
  }
  if (((Handle *)data)->closed) {
    misuse(env, "this Tamga is closed");
    return NULL;
  }
  return data;
}

static napi_value open_function(napi_env env, napi_callback_info info) {
  napi_value arguments[1], result;
  size_t count = 1;
  char *options;
  Handle *handle;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 1) return misuse(env, "open: expected options");
  if (!take_text(env, arguments[0], &options)) return NULL;
  handle = calloc(1, sizeof *handle);
  if (handle == NULL) {
    free(options);
    return misuse(env, "out of memory");
  }
  handle->tamga = tamga_open(options);
  free(options);
  if (handle->tamga == NULL) {
    free(handle);
    throw_last_error(env);
    return NULL;
  }
  if (napi_create_external(env, handle, collected, NULL, &result) != napi_ok) {
    tamga_close(handle->tamga);
    free(handle);
    return misuse(env, "open: Node refused");
  }
  return result;
}

static napi_value close_function(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  size_t count = 1;
  void *data = NULL;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 1 ||
      napi_get_value_external(env, arguments[0], &data) != napi_ok) {
    return misuse(env, "close: expected a handle");
  }
  ((Handle *)data)->closed = 1;
  give_back(data);
  return NULL;
}

/* May run on any thread: touches no JavaScript and no Handle field but the library's. */
static void run(Call *call) {
  tamga_handle *tamga = call->handle->tamga;
  switch (call->method) {
    case METHOD_SCREEN: call->answer = tamga_screen(tamga, call->texts[0]); break;
    case METHOD_COMPARE: call->answer = tamga_compare(tamga, call->texts[0], call->texts[1], call->texts[2]); break;
    case METHOD_CLEAR: call->answer = tamga_clear(tamga, call->texts[0], call->texts[1], call->flag); break;
    case METHOD_OWNERS: call->answer = tamga_owners(tamga, call->texts[0]); break;
    case METHOD_GOODS: call->answer = tamga_goods(tamga, call->texts[0]); break;
    case METHOD_LISTS: call->answer = tamga_lists(tamga, call->texts[0]); break;
    case METHOD_COUNT: break;
  }
  if (call->answer != NULL) return;
  /* The last error is this thread's. */
  call->error_kind = tamga_last_error_kind();
  call->error = copied(tamga_last_error());
}

static void free_call(Call *call) {
  int i;
  for (i = 0; i < TEXTS; ++i) free(call->texts[i]);
  tamga_free(call->answer);
  free(call->error);
  free(call);
}

static void execute(napi_env env, void *data) {
  (void)env;
  run(data);
}

static void complete(napi_env env, napi_status status, void *data) {
  Call *call = data;
  napi_value value = NULL;
  --call->handle->calls;
  give_back(call->handle);
  if (status == napi_ok && call->answer != NULL) napi_create_string_utf8(env, call->answer, NAPI_AUTO_LENGTH, &value);
  if (value != NULL) {
    napi_resolve_deferred(env, call->deferred, value);
  } else {
    /* Also an answer that is longer than a string of JavaScript may be. */
    value = error_of(env, call->answer == NULL ? call->error_kind : TAMGA_FAILURE,
                     call->answer == NULL ? call->error : "the answer is too long for a string");
    if (value != NULL) napi_reject_deferred(env, call->deferred, value);
  }
  napi_delete_async_work(env, call->work);
  free_call(call);
}

static napi_value promised(napi_env env, Call *call) {
  napi_value promise, name;
  if (napi_create_string_utf8(env, "tamga", NAPI_AUTO_LENGTH, &name) != napi_ok || napi_create_promise(env, &call->deferred, &promise) != napi_ok ||
      napi_create_async_work(env, NULL, name, execute, complete, call, &call->work) != napi_ok) {
    free_call(call);
    return misuse(env, "call: Node refused");
  }
  if (napi_queue_async_work(env, call->work) != napi_ok) {
    napi_delete_async_work(env, call->work);
    free_call(call);
    return misuse(env, "call: Node refused");
  }
  ++call->handle->calls;
  return promise;
}

static napi_value call_function(napi_env env, napi_callback_info info) {
  napi_value arguments[5], item, result = NULL;
  size_t count = 5;
  uint32_t method = METHOD_COUNT, length = 0, i;
  bool flag = false, promise = false, is_array = false;
  Handle *handle;
  Call *call;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 5) return misuse(env, "call: expected five arguments");
  handle = handle_of(env, arguments[0]);
  if (handle == NULL) return NULL;
  if (napi_get_value_uint32(env, arguments[1], &method) != napi_ok || method >= METHOD_COUNT) return misuse(env, "call: no such method");
  if (napi_is_array(env, arguments[2], &is_array) != napi_ok || !is_array || napi_get_array_length(env, arguments[2], &length) != napi_ok ||
      length > TEXTS) {
    return misuse(env, "call: expected an array of texts");
  }
  napi_get_value_bool(env, arguments[3], &flag);
  napi_get_value_bool(env, arguments[4], &promise);
  call = calloc(1, sizeof *call);
  if (call == NULL) return misuse(env, "out of memory");
  call->handle = handle;
  call->method = (enum Method)method;
  call->flag = flag;
  for (i = 0; i < length; ++i) {
    if (napi_get_element(env, arguments[2], i, &item) != napi_ok || !take_text(env, item, &call->texts[i])) {
      free_call(call);
      return NULL;
    }
  }
  if (promise) return promised(env, call);
  run(call);
  if (call->answer == NULL) {
    const napi_value error = error_of(env, call->error_kind, call->error);
    if (error != NULL) napi_throw(env, error);
  } else if (napi_create_string_utf8(env, call->answer, NAPI_AUTO_LENGTH, &result) != napi_ok) {
    misuse(env, "the answer is too long for a string");
    result = NULL;
  }
  free_call(call);
  return result;
}

static napi_value score_function(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result = NULL;
  napi_valuetype type;
  size_t count = 4, i;
  char *texts[TEXTS] = {NULL, NULL, NULL};
  Handle *handle = NULL;
  int score;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 4) return misuse(env, "score: expected four arguments");
  if (napi_typeof(env, arguments[0], &type) != napi_ok) return misuse(env, "score: expected a handle or null");
  if (type != napi_null) {
    handle = handle_of(env, arguments[0]);
    if (handle == NULL) return NULL;
  }
  for (i = 0; i < TEXTS; ++i) {
    if (!take_text(env, arguments[i + 1], &texts[i])) break;
  }
  if (i == TEXTS) {
    score = tamga_score(handle == NULL ? NULL : handle->tamga, texts[0], texts[1], texts[2]);
    if (score < 0) {
      throw_last_error(env);
    } else {
      napi_create_int32(env, score, &result);
    }
  }
  for (i = 0; i < TEXTS; ++i) free(texts[i]);
  return result;
}

static napi_value version_function(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  (void)info;
  napi_create_string_utf8(env, tamga_version(), NAPI_AUTO_LENGTH, &result);
  return result;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {{"open", open_function}, {"close", close_function}, {"call", call_function}, {"score", score_function}, {"version", version_function}};
  size_t i;
  for (i = 0; i < sizeof functions / sizeof functions[0]; ++i) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, function) != napi_ok) {
      return NULL;
    }
  }
  return exports;
}
