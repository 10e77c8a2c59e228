/*
 * Tamga inside of SQLite:
 *
 *     .load ./tamga_sqlite
 *     SELECT tamga_open('/var/lib/tamga');
 *     SELECT name, tamga_score(name, 'Bank VTB') FROM customers;
 *     SELECT customers.name, hits.* FROM customers, tamga_screen(customers.name) AS hits;
 *
 * tamga_open(FOLDER)         where the store is; or options in JSON, as tamga_open() of tamga.h takes them. One for each connection; without it
 *                            $TAMGA_DATA or ~/.local/share/tamga.
 * tamga_score(A, B[, SCHEMA])  0 to 1; NULL where a name is NULL. By the matching that is built in, so that it is the same in every database.
 * tamga_screen(NAME[, SCHEMA[, THRESHOLD[, AS_OF]]])  a table: one row for each hit, the best first; none for a name that is NULL.
 * tamga_version()
 *
 * A name that cannot be compared with anything ("???") is an error, not an empty answer. NULL is what a database has for "nobody", and is none.
 */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include <string.h>

#include "tamga.h"

/* What the functions of one connection share. The last of them to go frees it. */
typedef struct Connection {
  int users;
  tamga_handle *tamga; /* NULL until it is needed */
} Connection;

static void leave(void *data) {
  Connection *connection = data;
  if (--connection->users > 0) return;
  tamga_close(connection->tamga);
  sqlite3_free(connection);
}

/* What stands for a zero character inside of a text would cut it there: half of a name would be screened. */
static int holds_zero(sqlite3_value *value) {
  const unsigned char *text = sqlite3_value_text(value);
  return text != NULL && strlen((const char *)text) != (size_t)sqlite3_value_bytes(value);
}

static void fail(sqlite3_context *context) { sqlite3_result_error(context, tamga_last_error(), -1); }

/* A text as a JSON string, for sqlite3_free(). NULL: no memory. */
static char *quoted(const char *text) {
  sqlite3_str *out = sqlite3_str_new(NULL);
  const unsigned char *c;
  sqlite3_str_appendchar(out, 1, '"');
  for (c = (const unsigned char *)text; *c != 0; ++c) {
    if (*c == '"' || *c == '\\') {
      sqlite3_str_appendf(out, "\\%c", *c);
    } else if (*c < 0x20) {
      sqlite3_str_appendf(out, "\\u%04x", *c);
    } else {
      sqlite3_str_appendchar(out, 1, (char)*c);
    }
  }
  sqlite3_str_appendchar(out, 1, '"');
  return sqlite3_str_finish(out);
}

static void score_function(sqlite3_context *context, int count, sqlite3_value **values) {
  const char *schema = NULL;
  int score, i;
  for (i = 0; i < count; ++i) {
    if (i < 2 && sqlite3_value_type(values[i]) == SQLITE_NULL) return;
    if (holds_zero(values[i])) {
      sqlite3_result_error(context, "tamga_score: a text holds a zero character", -1);
      return;
    }
  }
  if (count > 2) schema = (const char *)sqlite3_value_text(values[2]);
  score = tamga_score(NULL, (const char *)sqlite3_value_text(values[0]), (const char *)sqlite3_value_text(values[1]), schema);
  if (score < 0) {
    fail(context);
  } else {
    sqlite3_result_double(context, score / (double)TAMGA_SCORE_MAX);
  }
}

static void version_function(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  (void)values;
  sqlite3_result_text(context, tamga_version(), -1, SQLITE_TRANSIENT);
}

static void open_function(sqlite3_context *context, int count, sqlite3_value **values) {
  Connection *connection = sqlite3_user_data(context);
  const char *given = (const char *)sqlite3_value_text(values[0]);
  char *folder = NULL, *options = NULL;
  tamga_handle *opened;
  (void)count;
  if (given == NULL || holds_zero(values[0])) {
    sqlite3_result_error(context, "tamga_open: expected a folder, or options in JSON", -1);
    return;
  }
  if (given[strspn(given, " \t\r\n")] == '{') {
    options = sqlite3_mprintf("%s", given);
  } else {
    folder = quoted(given);
    options = folder == NULL ? NULL : sqlite3_mprintf("{\"data\":%s}", folder);
    sqlite3_free(folder);
  }
  if (options == NULL) {
    sqlite3_result_error_nomem(context);
    return;
  }
  opened = tamga_open(options);
  sqlite3_free(options);
  if (opened == NULL) {
    fail(context);
    return;
  }
  tamga_close(connection->tamga);
  connection->tamga = opened;
}

/* ---- the table of hits ---------------------------------------------------------------------------------------------------------------------- */

enum Column {
  COLUMN_SCORE,
  COLUMN_LIST,
  COLUMN_ID,
  COLUMN_CAPTION,
  COLUMN_MATCHED_NAME,
  COLUMN_SCHEMA,
  COLUMN_CERTAIN,
  COLUMN_PROGRAMS,
  COLUMN_SOURCE_URL,
  COLUMN_HIT,
  COLUMN_ASKED_NAME, /* hidden from here on: the arguments, by names that no table of customers has */
  COLUMN_ASKED_SCHEMA,
  COLUMN_ASKED_THRESHOLD,
  COLUMN_ASKED_AS_OF
};
#define ARGUMENTS 4

static const char TABLE[] =
    "CREATE TABLE hits(score REAL, list TEXT, id TEXT, caption TEXT, matched_name TEXT, schema TEXT, certain INTEGER, programs TEXT,"
    " source_url TEXT, hit TEXT, asked_name HIDDEN,"
    " asked_schema HIDDEN, asked_threshold HIDDEN, asked_as_of HIDDEN)";

/* SQLite takes the answer apart itself. The columns stand in the order of enum Column. */
static const char HITS[] =
    "SELECT value ->> '$.score', value ->> '$.list', value ->> '$.id', value ->> '$.caption', value ->> '$.matched_name', value ->> '$.schema',"
    " value ->> '$.certain', value -> '$.programs', value ->> '$.source_url', value FROM json_each(?1, '$.hits')";

typedef struct HitTable {
  sqlite3_vtab base;
  sqlite3 *db;
  Connection *connection;
} HitTable;

typedef struct HitCursor {
  sqlite3_vtab_cursor base;
  sqlite3_stmt *hits;
  sqlite3_value *arguments[ARGUMENTS];
  sqlite3_int64 row;
  int at_end;
} HitCursor;

static int table_connect(sqlite3 *db, void *data, int count, const char *const *words, sqlite3_vtab **table, char **error) {
  HitTable *made;
  int code = sqlite3_declare_vtab(db, TABLE);
  (void)count;
  (void)words;
  (void)error;
  if (code != SQLITE_OK) return code;
  made = sqlite3_malloc(sizeof *made);
  if (made == NULL) return SQLITE_NOMEM;
  memset(made, 0, sizeof *made);
  made->db = db;
  made->connection = data;
  /* It reads files of its own: a view or a trigger of a strange database must not make it. */
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *table = &made->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

/* idxNum: which of the arguments are given, bit 0 the name. They reach table_filter() in this order. */
static int table_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  int of_argument[ARGUMENTS] = {-1, -1, -1, -1};
  int i, given = 0;
  for (i = 0; i < info->nConstraint; ++i) {
    const int argument = info->aConstraint[i].iColumn - COLUMN_ASKED_NAME;
    if (argument < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    /* An argument that another table of the join has yet to give: this order of the tables cannot be. */
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    if (of_argument[argument] < 0) of_argument[argument] = i;
  }
  if (of_argument[0] < 0) {
    table->zErrMsg = sqlite3_mprintf("tamga_screen needs a name: SELECT * FROM tamga_screen('NAME')");
    return SQLITE_ERROR;
  }
  for (i = 0; i < ARGUMENTS; ++i) {
    if (of_argument[i] < 0) continue;
    info->aConstraintUsage[of_argument[i]].argvIndex = ++given;
    info->aConstraintUsage[of_argument[i]].omit = 1;
    info->idxNum |= 1 << i;
  }
  info->estimatedCost = 1000;
  info->estimatedRows = 3;
  return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  HitCursor *made = sqlite3_malloc(sizeof *made);
  (void)table;
  if (made == NULL) return SQLITE_NOMEM;
  memset(made, 0, sizeof *made);
  made->at_end = 1;
  *cursor = &made->base;
  return SQLITE_OK;
}

static void cursor_clear(HitCursor *cursor) {
  int i;
  sqlite3_finalize(cursor->hits);
  cursor->hits = NULL;
  for (i = 0; i < ARGUMENTS; ++i) {
    sqlite3_value_free(cursor->arguments[i]);
    cursor->arguments[i] = NULL;
  }
  cursor->row = 0;
  cursor->at_end = 1;
}

static int cursor_close(sqlite3_vtab_cursor *base) {
  cursor_clear((HitCursor *)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *base) {
  HitCursor *cursor = (HitCursor *)base;
  const int code = sqlite3_step(cursor->hits);
  cursor->at_end = code != SQLITE_ROW;
  ++cursor->row;
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The question in JSON; NULL: no memory. */
static char *question_of(HitCursor *cursor) {
  static const char *const keys[ARGUMENTS] = {"name", "schema", "threshold", "as_of"};
  sqlite3_str *out = sqlite3_str_new(NULL);
  int i;
  for (i = 0; i < ARGUMENTS; ++i) {
    sqlite3_value *value = cursor->arguments[i];
    const int type = value == NULL ? SQLITE_NULL : sqlite3_value_type(value);
    const char *text = type == SQLITE_NULL ? NULL : (const char *)sqlite3_value_text(value);
    if (text == NULL) continue;
    sqlite3_str_appendf(out, "%s\"%s\":", sqlite3_str_length(out) == 0 ? "{" : ",", keys[i]);
    if (i == COLUMN_ASKED_THRESHOLD - COLUMN_ASKED_NAME && type != SQLITE_TEXT) {
      sqlite3_str_appendall(out, text);
    } else {
      char *json = quoted(text);
      sqlite3_str_appendall(out, json == NULL ? "null" : json);
      sqlite3_free(json);
    }
  }
  sqlite3_str_appendchar(out, 1, '}');
  return sqlite3_str_finish(out);
}

static int refused(sqlite3_vtab *table, const char *why) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("tamga_screen: %s", why);
  return SQLITE_ERROR;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int given, const char *unused, int count, sqlite3_value **values) {
  HitCursor *cursor = (HitCursor *)base;
  HitTable *table = (HitTable *)base->pVtab;
  char *question, *answer;
  int code, i, next = 0;
  (void)unused;
  (void)count;
  cursor_clear(cursor);
  for (i = 0; i < ARGUMENTS; ++i) {
    if ((given & 1 << i) == 0) continue;
    if (holds_zero(values[next])) return refused(base->pVtab, "a text holds a zero character");
    cursor->arguments[i] = sqlite3_value_dup(values[next++]);
    if (cursor->arguments[i] == NULL) return SQLITE_NOMEM;
  }
  if (sqlite3_value_type(cursor->arguments[0]) == SQLITE_NULL) return SQLITE_OK;
  if (table->connection->tamga == NULL) table->connection->tamga = tamga_open(NULL);
  if (table->connection->tamga == NULL) return refused(base->pVtab, tamga_last_error());
  question = question_of(cursor);
  if (question == NULL) return SQLITE_NOMEM;
  answer = tamga_screen(table->connection->tamga, question);
  sqlite3_free(question);
  if (answer == NULL) return refused(base->pVtab, tamga_last_error());
  code = sqlite3_prepare_v2(table->db, HITS, -1, &cursor->hits, NULL);
  if (code != SQLITE_OK) {
    tamga_free(answer);
    return refused(base->pVtab, sqlite3_errmsg(table->db));
  }
  code = sqlite3_bind_text(cursor->hits, 1, answer, -1, (void (*)(void *))tamga_free);
  if (code != SQLITE_OK) return code;
  code = cursor_next(base);
  cursor->row = 1;
  return code;
}

static int cursor_eof(sqlite3_vtab_cursor *base) { return ((HitCursor *)base)->at_end; }

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  HitCursor *cursor = (HitCursor *)base;
  if (column < COLUMN_ASKED_NAME) {
    sqlite3_result_value(context, sqlite3_column_value(cursor->hits, column));
  } else if (cursor->arguments[column - COLUMN_ASKED_NAME] != NULL) {
    sqlite3_result_value(context, cursor->arguments[column - COLUMN_ASKED_NAME]);
  }
  return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *row) {
  *row = ((HitCursor *)base)->row;
  return SQLITE_OK;
}

/* No xCreate: the table is there by itself, and CREATE VIRTUAL TABLE cannot make another. */
static const sqlite3_module HIT_TABLE = {
    .iVersion = 0,
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

TAMGA_API int sqlite3_tamgasqlite_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_tamgasqlite_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  const int anywhere = SQLITE_UTF8 | SQLITE_INNOCUOUS;
  Connection *connection;
  int code;
  (void)error;
  SQLITE_EXTENSION_INIT2(api);
  connection = sqlite3_malloc(sizeof *connection);
  if (connection == NULL) return SQLITE_NOMEM;
  memset(connection, 0, sizeof *connection);
  connection->users = 1; /* this function, until the others hold on to it */
  /* SQLite calls leave() also where it refuses. */
  ++connection->users;
  code = sqlite3_create_function_v2(db, "tamga_open", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, connection, open_function, NULL, NULL, leave);
  if (code == SQLITE_OK) {
    ++connection->users;
    code = sqlite3_create_module_v2(db, "tamga_screen", &HIT_TABLE, connection, leave);
  }
  leave(connection);
  if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "tamga_score", 2, anywhere, NULL, score_function, NULL, NULL, NULL);
  if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "tamga_score", 3, anywhere, NULL, score_function, NULL, NULL, NULL);
  if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "tamga_version", 0, anywhere, NULL, version_function, NULL, NULL, NULL);
  return code;
}
