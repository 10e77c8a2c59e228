/*
 * libtamga: screening of names and clearance of trade deals against sanctions and export controls, for other programs.
 *
 * Tamga serves compliance. It has no function that looks for a way round a rule.
 *
 *     tamga_handle *tamga = tamga_open("{\"data\": \"/var/lib/tamga\"}");
 *     char *answer = tamga == NULL ? NULL : tamga_screen(tamga, "{\"name\": \"Bank VTB\"}");
 *     if (answer == NULL) fprintf(stderr, "%s\n", tamga_last_error());
 *     else puts(answer);
 *     tamga_free(answer);
 *     tamga_close(tamga);
 *
 * Texts. All texts are UTF-8 and end with a zero byte. Questions and answers are JSON; answers have the shapes of `tamga COMMAND --json`
 * (docs/bindings.md). A member of a question that is not known is an error, never ignored.
 *
 * Ownership. What a function returns as `char *` belongs to the caller, who gives it to tamga_free(). What it returns as `const char *` belongs to
 * the library. Arguments are read during the call and not kept.
 *
 * Errors. A function that returns a pointer gives NULL, one that returns a number gives a negative one. tamga_last_error() then has one sentence for
 * a person: what is wrong and what was expected; tamga_last_error_kind() says whose fault it was. An answer that says "prohibited" or has hits is no
 * error. No C++ exception leaves the library. It does not print and does not end the process, except with a message and abort() where it finds a bug
 * in itself.
 *
 * Threads. All functions may be called from several threads at once, also with one handle; tamga_close() only when no other call uses the handle.
 * The last error is each thread's own. After fork() a handle is used in one of the two processes only.
 *
 * Freshness. The rules are read when they are first needed and then stay; lists and registers that another process imports count from the next
 * question on. "Today" is the day in UTC.
 *
 * Stability. Within libtamga.so.0 functions are only added. In answers members are only added: readers must ignore what they do not know.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TAMGA_API __attribute__((visibility("default")))
#else
#define TAMGA_API
#endif

/* Lists and rules that stay open between questions. */
typedef struct tamga_handle tamga_handle;

/* What tamga_last_error_kind() returns. */
enum {
  TAMGA_NO_ERROR = 0,
  TAMGA_FAILURE = 1,  /* disk, database, permission, memory, a damaged store */
  TAMGA_BAD_INPUT = 2 /* a question, deal or option is wrong */
};

/* The scale of scores: 10000 is "the same". */
#define TAMGA_SCORE_MAX 10000

/* "0.1.0". */
TAMGA_API const char *tamga_version(void);

/*
 * Opens what questions stand on. `options` is NULL, "" or a JSON object; all members may be absent:
 *   "data"          folder of the store and the compiled lists; default $TAMGA_DATA, else $XDG_DATA_HOME/tamga, else ~/.local/share/tamga
 *   "policy"        folder of rule files; default: $TAMGA_POLICY, else the rules built in
 *   "store"         address of a store on PostgreSQL (docs/store.md); default $TAMGA_STORE, else the store is in the folder
 *   "max_list_age"  days after which a list counts as stale; default 7, 0: never
 *   "threads"       1 to 256; default: the processors, at most $TAMGA_THREADS
 * A folder without a store is no error here, since some questions need none; those that do say so.
 */
TAMGA_API tamga_handle *tamga_open(const char *options);

/* Gives the handle back. NULL is allowed. */
TAMGA_API void tamga_close(tamga_handle *tamga);

/*
 * Screens a party against the lists. Members of `question`:
 *   "name" or "names"  a text or an array of texts; several are names of one party, and identifiers in them are looked up
 *   "schema"           what is looked for: Person, Company, Vessel, …; default: anything
 *   "birth_date"       YYYY, YYYY-MM or YYYY-MM-DD
 *   "country"          two letters, or an array
 *   "address"          a text or an array
 *   "identifier"       "inn 7702070139", "imo 9524451", … or an array
 *   "entity"           a FollowTheMoney entity instead of all of these
 *   "threshold"        least score of a hit, above 0 and up to 1; default: the policy's
 *   "lists"            only these lists; an array
 *   "as_of"            with the lists of this day, YYYY-MM-DD; default: today
 *   "exhaustive"       score every listed name; the answer is the same, only slower
 * Answer: {"query": …, "basis": …, "hits": [ … ]}, the best hit first.
 */
TAMGA_API char *tamga_screen(tamga_handle *tamga, const char *question);

/*
 * How much two names are the same: 0 to TAMGA_SCORE_MAX, or -1 for an error. `schema` says what they name; NULL or "": LegalEntity.
 * `tamga` may be NULL: then the matching that is built in is used, without any store or folder.
 */
TAMGA_API int tamga_score(tamga_handle *tamga, const char *name1, const char *name2, const char *schema);

/* The same with the reasons: {"score": 0.9312, "explain": [ … ]}. */
TAMGA_API char *tamga_compare(tamga_handle *tamga, const char *name1, const char *name2, const char *schema);

/*
 * Decides on a deal. `deal` is a deal in JSON (docs/deal.md) or a payment message (docs/payments.md); `options` is NULL, "" or {"as_of": day}.
 * `record` not 0: the decision goes into the ledger before it is returned, and opens alerts, as `tamga clear` does. 0: nothing is recorded.
 * Answer: the decision; for a message of several transactions {"decisions": [ … ]}.
 */
TAMGA_API char *tamga_clear(tamga_handle *tamga, const char *deal, const char *options, int record);

/*
 * Who owns and controls a party, under each authority's rule: {"party": …, "regime": "us" | "eu" | "uk" | "un" | "ch", "as_of": …}, of which only
 * "party" must be there: an id of a register, an identifier, the id of a listed entity, or a name.
 */
TAMGA_API char *tamga_owners(tamga_handle *tamga, const char *question);

/*
 * Control lists that name a goods code: {"code": "8542 31", "as_of": …}; or codes for a description: {"text": …, "limit": 10,
 * "language": "en" | "ru" | "kk", "as_of": …}. Nomenclatures that were imported are read once for each handle.
 */
TAMGA_API char *tamga_goods(tamga_handle *tamga, const char *question);

/* Every list edition with its date and age: `question` is NULL, "" or {"as_of": …}. */
TAMGA_API char *tamga_lists(tamga_handle *tamga, const char *question);

/* Of this thread's last call that failed; "" when none has. Valid until this thread's next call of the library. */
TAMGA_API const char *tamga_last_error(void);
TAMGA_API int tamga_last_error_kind(void);

/* Frees a text that the library returned. NULL is allowed. */
TAMGA_API void tamga_free(char *text);

#ifdef __cplusplus
}
#endif
