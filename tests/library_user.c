/*
 * libtamga as a C program uses it: library_user DATA DEAL, where DATA holds the sample lists and the sample register. Says what it checked, and ends
 * with 1 at the first thing that is not as include/tamga.h says. Run by tests/library_test.py.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tamga.h"

#define AS_OF "\"as_of\": \"2026-11-23\""

static void check_failed(const char *condition, int line) {
  fprintf(stderr, "library_user.c:%d: not so: %s; last error: %s\n", line, condition, tamga_last_error());
  exit(1);
}
#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __LINE__))

static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = malloc(1 << 20);
  size_t size;
  CHECK(file != NULL && text != NULL);
  size = fread(text, 1, (1 << 20) - 1, file);
  text[size] = '\0';
  fclose(file);
  return text;
}

static tamga_handle *open_data(const char *data) {
  char options[4096];
  tamga_handle *tamga;
  snprintf(options, sizeof options, "{\"data\": \"%s\", \"threads\": 2}", data);
  tamga = tamga_open(options);
  CHECK(tamga != NULL);
  return tamga;
}

/* The last call failed for this reason, in one line. */
static void check_error(const void *result, int kind, const char *mentions) {
  CHECK(result == NULL);
  CHECK(tamga_last_error_kind() == kind);
  CHECK(strstr(tamga_last_error(), mentions) != NULL);
  CHECK(strchr(tamga_last_error(), '\n') == NULL);
}

static void scores(tamga_handle *tamga) {
  char *answer;
  CHECK(tamga_score(NULL, "Bank VTB", "Bank VTB", NULL) == TAMGA_SCORE_MAX);
  CHECK(tamga_score(NULL, "Vladimir Petrov", "Владимир Петров", "Person") > 9000);
  CHECK(tamga_score(NULL, "Vladimir Petrov", "Aigerim Sadykova", "Person") < 5000);
  CHECK(tamga_score(tamga, "Bank VTB", "Банк ВТБ", "") == tamga_score(NULL, "Bank VTB", "Банк ВТБ", "LegalEntity"));
  CHECK(tamga_score(NULL, "???", "Bank VTB", NULL) == -1);
  check_error(NULL, TAMGA_BAD_INPUT, "neither a letter nor a digit");
  CHECK(tamga_score(NULL, "a", "b", "Dragon") == -1);
  check_error(NULL, TAMGA_BAD_INPUT, "Dragon");
  CHECK(tamga_score(NULL, NULL, "b", NULL) == -1);
  check_error(NULL, TAMGA_BAD_INPUT, "NULL");
  answer = tamga_compare(NULL, "Bank VTB", "Банк ВТБ", "Company");
  CHECK(answer != NULL && strstr(answer, "\"how\":\"transliteration\"") != NULL);
  tamga_free(answer);
  puts("scores");
}

static void answers(tamga_handle *tamga, const char *deal) {
  char *answer = tamga_screen(tamga, "{\"name\": \"Банк ВТБ\", " AS_OF "}");
  CHECK(answer != NULL && strstr(answer, "\"id\":\"ofac-17013\"") != NULL);
  tamga_free(answer);
  answer = tamga_screen(tamga, "{\"entity\": {\"id\": \"x\", \"schema\": \"Company\", \"properties\": {\"name\": [\"Bank VTB\"]}}, " AS_OF "}");
  CHECK(answer != NULL && strstr(answer, "\"id\":\"ofac-17013\"") != NULL);
  tamga_free(answer);
  answer = tamga_clear(tamga, deal, "{" AS_OF "}", 0);
  CHECK(answer != NULL && strstr(answer, "\"outcome\":\"prohibited\"") != NULL && strstr(answer, "\"citation\":") != NULL);
  tamga_free(answer);
  answer = tamga_owners(tamga, "{\"party\": \"Sarmat Trading\", \"regime\": \"us\", " AS_OF "}");
  CHECK(answer != NULL && strstr(answer, "\"answer\":\"owned\"") != NULL);
  tamga_free(answer);
  answer = tamga_goods(tamga, "{\"code\": \"8542 31\", " AS_OF "}");
  CHECK(answer != NULL && strstr(answer, "\"list\":\"chpl.1\"") != NULL);
  tamga_free(answer);
  answer = tamga_goods(tamga, "{\"text\": \"подшипник шариковый\", \"limit\": 1}");
  CHECK(answer != NULL && strstr(answer, "\"code\":\"848210\"") != NULL);
  tamga_free(answer);
  answer = tamga_lists(tamga, NULL);
  CHECK(answer != NULL && strstr(answer, "\"list\":\"us_ofac_sdn\"") != NULL);
  tamga_free(answer);
  puts("answers");
}

static void errors(tamga_handle *tamga) {
  check_error(tamga_open("{\"dta\": \"/tmp\"}"), TAMGA_BAD_INPUT, "\"dta\" is not known here");
  check_error(tamga_open("{\"threads\": 0}"), TAMGA_BAD_INPUT, "threads");
  check_error(tamga_open("["), TAMGA_BAD_INPUT, "JSON");
  check_error(tamga_screen(NULL, "{}"), TAMGA_BAD_INPUT, "handle is NULL");
  check_error(tamga_screen(tamga, NULL), TAMGA_BAD_INPUT, "question is NULL");
  check_error(tamga_screen(tamga, "{}"), TAMGA_BAD_INPUT, "neither a name");
  check_error(tamga_screen(tamga, "{\"name\": \"???\"}"), TAMGA_BAD_INPUT, "neither a letter nor a digit");
  check_error(tamga_screen(tamga, "{\"name\": \"a\", \"shema\": \"Person\"}"), TAMGA_BAD_INPUT, "shema");
  check_error(tamga_screen(tamga, "{\"name\": \"a\", \"threshold\": 2}"), TAMGA_BAD_INPUT, "threshold");
  check_error(tamga_screen(tamga, "{\"name\": \"a\", \"lists\": [\"no_such\"]}"), TAMGA_BAD_INPUT, "no_such");
  check_error(tamga_screen(tamga, "{\"name\": \"a\", \"as_of\": \"1999-01-01\"}"), TAMGA_BAD_INPUT, "1999-01-01");
  check_error(tamga_screen(tamga, "{\"name\": \"a\xff\"}"), TAMGA_BAD_INPUT, "JSON");
  check_error(tamga_clear(tamga, "{\"id\": \"1\"}", NULL, 0), TAMGA_BAD_INPUT, "parties");
  check_error(tamga_clear(tamga, NULL, NULL, 0), TAMGA_BAD_INPUT, "deal is NULL");
  check_error(tamga_owners(tamga, "{\"party\": \"Nobody At All\"}"), TAMGA_BAD_INPUT, "nobody is");
  check_error(tamga_goods(tamga, "{\"code\": \"12\"}"), TAMGA_BAD_INPUT, "not a goods code");
  tamga_free(NULL);
  tamga_close(NULL);
  puts("errors");
}

typedef struct Worker {
  tamga_handle *tamga;
  const char *expected;
  int number;
} Worker;

static void *work(void *data) {
  const Worker *worker = data;
  int i;
  for (i = 0; i < 200; ++i) {
    char *answer = tamga_screen(worker->tamga, "{\"name\": \"Банк ВТБ\", " AS_OF "}");
    CHECK(answer != NULL && strcmp(answer, worker->expected) == 0);
    tamga_free(answer);
    if (worker->number % 2 != 0) continue;
    /* An error of this thread is no other's. */
    CHECK(tamga_goods(worker->tamga, "{\"code\": \"12\"}") == NULL);
    CHECK(strstr(tamga_last_error(), "not a goods code") != NULL);
  }
  if (worker->number % 2 != 0) CHECK(tamga_last_error_kind() == TAMGA_NO_ERROR && tamga_last_error()[0] == '\0');
  return NULL;
}

static void threads(tamga_handle *tamga) {
  enum { COUNT = 4 };
  pthread_t running[COUNT];
  Worker workers[COUNT];
  char *expected = tamga_screen(tamga, "{\"name\": \"Банк ВТБ\", " AS_OF "}");
  int i;
  CHECK(expected != NULL);
  for (i = 0; i < COUNT; ++i) {
    workers[i].tamga = tamga;
    workers[i].expected = expected;
    workers[i].number = i;
    CHECK(pthread_create(&running[i], NULL, work, &workers[i]) == 0);
  }
  for (i = 0; i < COUNT; ++i) CHECK(pthread_join(running[i], NULL) == 0);
  tamga_free(expected);
  puts("threads");
}

int main(int count, char **arguments) {
  tamga_handle *tamga;
  char *deal;
  if (count != 3) {
    fputs("usage: library_user DATA DEAL\n", stderr);
    return 2;
  }
  CHECK(tamga_version()[0] != '\0');
  CHECK(tamga_last_error_kind() == TAMGA_NO_ERROR && tamga_last_error()[0] == '\0');
  deal = read_text(arguments[2]);
  tamga = open_data(arguments[1]);
  scores(tamga);
  answers(tamga, deal);
  errors(tamga);
  threads(tamga);
  /* Two handles at once, and a folder without a store. */
  {
    tamga_handle *other = open_data("/nonexistent/tamga");
    check_error(tamga_screen(other, "{\"name\": \"a\"}"), TAMGA_FAILURE, "no store here yet");
    tamga_close(other);
  }
  tamga_close(tamga);
  free(deal);
  puts("all as tamga.h says");
  return 0;
}
