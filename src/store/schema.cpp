#include "store/schema.h"

// The schema holds each fact once, except that the editions table repeats what the ledger recorded, so that status needs no walk
// over the ledger; verify() holds the two against each other.
namespace tamga::store {

const std::array<const char*, kSchemaVersion> kSchema = {
    R"sql(
CREATE TABLE blobs(hash TEXT PRIMARY KEY, size INTEGER NOT NULL, packed BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE editions(number INTEGER PRIMARY KEY, list TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,
                      UNIQUE(list, part, id)) STRICT;
CREATE TABLE ledger(sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, recorded_at TEXT NOT NULL, payload TEXT NOT NULL,
                    hash TEXT NOT NULL, UNIQUE(kind, key)) STRICT;
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO head VALUES(1, 0, 'sha256:0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_content BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_keep_rows BEFORE DELETE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER blobs_keep_content BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
PRAGMA user_version = 1;
)sql",
    // Editions of one list differ little from day to day: a file is kept as its difference to one that is kept whole.
    R"sql(
CREATE TABLE deltas(hash TEXT PRIMARY KEY, base TEXT NOT NULL REFERENCES blobs(hash), size INTEGER NOT NULL, packed BLOB NOT NULL)
                    STRICT, WITHOUT ROWID;
CREATE TRIGGER deltas_keep_rows BEFORE DELETE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER deltas_keep_content BEFORE UPDATE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
PRAGMA user_version = 2;
)sql",
    // Derived from the ledger, so that a refused deal is found again without a walk over it.
    R"sql(
CREATE TABLE past_keys(key INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY(key, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE past_keys_made(one INTEGER PRIMARY KEY CHECK(one = 1), version INTEGER NOT NULL, up_to INTEGER NOT NULL) STRICT;
INSERT INTO past_keys_made VALUES(1, 0, 0);
PRAGMA user_version = 3;
)sql",
    // Four eyes, refused by the database itself: whoever goes round the program still cannot approve what they proposed.
    R"sql(
CREATE TABLE people(name TEXT PRIMARY KEY, roles TEXT NOT NULL, active INTEGER NOT NULL CHECK(active IN (0, 1))) STRICT, WITHOUT ROWID;
CREATE TABLE proposals(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, what TEXT NOT NULL, subject TEXT NOT NULL, proposed_by TEXT NOT NULL,
                       state TEXT NOT NULL CHECK(state IN ('open', 'approved', 'refused', 'withdrawn')), decided_by TEXT, decided INTEGER) STRICT,
                       WITHOUT ROWID;
CREATE INDEX proposals_by_subject ON proposals(what, subject);
CREATE TRIGGER proposals_begin_open BEFORE INSERT ON proposals WHEN NEW.state <> 'open' OR NEW.decided_by IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a proposal begins open'); END;
CREATE TRIGGER proposals_by_people BEFORE INSERT ON proposals
  WHEN NOT EXISTS(SELECT 1 FROM people WHERE name = NEW.proposed_by AND active = 1 AND (roles LIKE '%,analyst,%' OR roles LIKE '%,liaison,%'
                  OR roles LIKE '%,approver,%'))
  BEGIN SELECT RAISE(ABORT, 'only an analyst, a liaison or an approver may propose'); END;
CREATE TRIGGER proposals_keep_rows BEFORE DELETE ON proposals BEGIN SELECT RAISE(ABORT, 'proposals are never removed'); END;
CREATE TRIGGER proposals_keep_content BEFORE UPDATE ON proposals
  WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.what <> OLD.what OR NEW.subject <> OLD.subject
       OR NEW.proposed_by <> OLD.proposed_by OR NEW.state = 'open' OR NEW.decided_by IS NULL OR NEW.decided IS NULL
  BEGIN SELECT RAISE(ABORT, 'a proposal is decided once, and nothing else of it changes'); END;
CREATE TRIGGER proposals_four_eyes BEFORE UPDATE ON proposals WHEN NEW.state IN ('approved', 'refused') AND NEW.decided_by = OLD.proposed_by
  BEGIN SELECT RAISE(ABORT, 'nobody decides on what they proposed'); END;
CREATE TRIGGER proposals_by_approvers BEFORE UPDATE ON proposals WHEN NEW.state IN ('approved', 'refused') AND
       NOT EXISTS(SELECT 1 FROM people WHERE name = NEW.decided_by AND active = 1 AND roles LIKE '%,approver,%')
  BEGIN SELECT RAISE(ABORT, 'only an approver may decide'); END;
CREATE TRIGGER proposals_withdrawn BEFORE UPDATE ON proposals WHEN NEW.state = 'withdrawn' AND NEW.decided_by <> OLD.proposed_by
  BEGIN SELECT RAISE(ABORT, 'only who proposed may withdraw'); END;
PRAGMA user_version = 4;
)sql",
    // What is used of licences is added up by triggers, so that no two processes and no way round the program overdraw one.
    R"sql(
CREATE TABLE licences(number TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, amendments INTEGER NOT NULL CHECK(amendments >= 0),
                      valid_from TEXT NOT NULL, valid_to TEXT NOT NULL CHECK(valid_to >= valid_from),
                      state TEXT NOT NULL CHECK(state IN ('active', 'revoked')), record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE licence_caps(number TEXT NOT NULL REFERENCES licences(number), cap TEXT NOT NULL, most INTEGER NOT NULL CHECK(most >= 0),
                          used INTEGER NOT NULL CHECK(used >= 0), PRIMARY KEY(number, cap)) STRICT, WITHOUT ROWID;
CREATE TABLE licence_uses(sequence INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES licences(number), deal TEXT NOT NULL, decision TEXT NOT NULL,
                          state TEXT NOT NULL CHECK(state IN ('open', 'returned', 'reopened')), ended INTEGER) STRICT;
CREATE UNIQUE INDEX licence_uses_open ON licence_uses(number, deal) WHERE state = 'open';
CREATE INDEX licence_uses_of_deal ON licence_uses(deal, state);
CREATE INDEX licence_uses_of_licence ON licence_uses(number, state);
CREATE TABLE licence_draws(sequence INTEGER NOT NULL REFERENCES licence_uses(sequence), cap TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
                           PRIMARY KEY(sequence, cap)) STRICT, WITHOUT ROWID;
CREATE TRIGGER licences_keep_rows BEFORE DELETE ON licences BEGIN SELECT RAISE(ABORT, 'licences are never removed'); END;
CREATE TRIGGER licences_stay_revoked BEFORE UPDATE ON licences WHEN OLD.state = 'revoked' OR NEW.number <> OLD.number
  BEGIN SELECT RAISE(ABORT, 'a revoked licence does not change'); END;
CREATE TRIGGER licence_caps_begin_unused BEFORE INSERT ON licence_caps WHEN NEW.used <> 0
  BEGIN SELECT RAISE(ABORT, 'a cap begins unused'); END;
CREATE TRIGGER licence_caps_keep_rows BEFORE DELETE ON licence_caps WHEN EXISTS(SELECT 1 FROM licence_uses WHERE number = OLD.number)
  BEGIN SELECT RAISE(ABORT, 'the caps of a licence that was used stay'); END;
CREATE TRIGGER licence_caps_hold BEFORE UPDATE ON licence_caps WHEN NEW.used > OLD.used AND NEW.used > NEW.most
  BEGIN SELECT RAISE(ABORT, 'not enough is left of the licence'); END;
CREATE TRIGGER licence_caps_keep_names BEFORE UPDATE ON licence_caps WHEN NEW.number <> OLD.number OR NEW.cap <> OLD.cap
  BEGIN SELECT RAISE(ABORT, 'a cap keeps its name'); END;
CREATE TRIGGER licence_uses_begin BEFORE INSERT ON licence_uses
  WHEN NEW.state <> 'open' OR NEW.ended IS NOT NULL OR NOT EXISTS(SELECT 1 FROM licences WHERE number = NEW.number AND state = 'active')
  BEGIN SELECT RAISE(ABORT, 'only a licence in force is used'); END;
CREATE TRIGGER licence_uses_keep_rows BEFORE DELETE ON licence_uses BEGIN SELECT RAISE(ABORT, 'uses of licences are never removed'); END;
CREATE TRIGGER licence_uses_keep_content BEFORE UPDATE ON licence_uses
  WHEN OLD.state <> 'open' OR NEW.state = 'open' OR NEW.ended IS NULL OR NEW.sequence <> OLD.sequence OR NEW.number <> OLD.number
       OR NEW.deal <> OLD.deal OR NEW.decision <> OLD.decision
  BEGIN SELECT RAISE(ABORT, 'a use ends once, and nothing else of it changes'); END;
CREATE TRIGGER licence_uses_shipped BEFORE UPDATE ON licence_uses WHEN EXISTS(SELECT 1 FROM ledger WHERE kind = 'shipped' AND key = OLD.deal)
  BEGIN SELECT RAISE(ABORT, 'what was shipped is not given back'); END;
CREATE TRIGGER licence_uses_end AFTER UPDATE ON licence_uses
  BEGIN UPDATE licence_caps SET used = used - (SELECT amount FROM licence_draws d WHERE d.sequence = OLD.sequence AND d.cap = licence_caps.cap)
        WHERE number = OLD.number AND cap IN (SELECT cap FROM licence_draws WHERE sequence = OLD.sequence); END;
CREATE TRIGGER licence_draws_begin BEFORE INSERT ON licence_draws
  WHEN NOT EXISTS(SELECT 1 FROM licence_uses u JOIN licence_caps c ON c.number = u.number WHERE u.sequence = NEW.sequence AND u.state = 'open'
                  AND c.cap = NEW.cap)
  BEGIN SELECT RAISE(ABORT, 'a draw is of an open use and of a cap of its licence'); END;
CREATE TRIGGER licence_draws_count AFTER INSERT ON licence_draws
  BEGIN UPDATE licence_caps SET used = used + NEW.amount
        WHERE number = (SELECT number FROM licence_uses WHERE sequence = NEW.sequence) AND cap = NEW.cap; END;
CREATE TRIGGER licence_draws_keep_rows BEFORE DELETE ON licence_draws BEGIN SELECT RAISE(ABORT, 'draws are never removed'); END;
CREATE TRIGGER licence_draws_keep_content BEFORE UPDATE ON licence_draws BEGIN SELECT RAISE(ABORT, 'draws are never changed'); END;
PRAGMA user_version = 5;
)sql",
    // Alerts, marks of false hits, consultations. The database itself refuses what one person alone may not do, and what nobody may.
    R"sql(
CREATE TABLE alerts(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, grounds_at INTEGER NOT NULL, deal TEXT NOT NULL, rule TEXT NOT NULL,
                    about TEXT NOT NULL, outcome TEXT NOT NULL CHECK(outcome IN ('review', 'licence_required', 'prohibited')), grounds TEXT NOT NULL,
                    state TEXT NOT NULL CHECK(state IN ('open', 'assigned', 'escalated', 'closed')), assigned TEXT NOT NULL, deadline TEXT NOT NULL,
                    reason TEXT NOT NULL, closed_by TEXT NOT NULL, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_state ON alerts(state, sequence);
CREATE TABLE alert_hits(alert TEXT NOT NULL REFERENCES alerts(id), grounds TEXT NOT NULL, list TEXT NOT NULL, entity TEXT NOT NULL,
                        party TEXT NOT NULL, listed TEXT NOT NULL, how TEXT NOT NULL, certain INTEGER NOT NULL CHECK(certain IN (0, 1)),
                        PRIMARY KEY(alert, grounds, list, entity, party, listed)) STRICT, WITHOUT ROWID;
CREATE TABLE marks(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, alert TEXT NOT NULL REFERENCES alerts(id), list TEXT NOT NULL,
                   entity TEXT NOT NULL, party TEXT NOT NULL, listed TEXT NOT NULL, until TEXT NOT NULL, proposal TEXT NOT NULL,
                   fallen INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE consultations(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, state TEXT NOT NULL CHECK(state IN ('open', 'sent', 'answered')),
                           deadline TEXT NOT NULL, sent INTEGER, answered INTEGER) STRICT, WITHOUT ROWID;
CREATE TRIGGER alerts_begin_open BEFORE INSERT ON alerts WHEN NEW.state <> 'open' OR NEW.closed_by <> '' OR NEW.reason <> ''
  BEGIN SELECT RAISE(ABORT, 'an alert begins open'); END;
CREATE TRIGGER alerts_keep_rows BEFORE DELETE ON alerts BEGIN SELECT RAISE(ABORT, 'alerts are never removed'); END;
CREATE TRIGGER alerts_keep_content BEFORE UPDATE ON alerts
  WHEN NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.deal <> OLD.deal OR NEW.rule <> OLD.rule OR NEW.about <> OLD.about
       OR NEW.events <= OLD.events OR (OLD.state = 'closed' AND (NEW.state <> 'open' OR NEW.grounds = OLD.grounds))
  BEGIN SELECT RAISE(ABORT, 'an alert stays what it is about, and a closed one is opened only by other grounds'); END;
CREATE TRIGGER alerts_four_eyes BEFORE UPDATE ON alerts WHEN NEW.state = 'closed' AND (NEW.closed_by = OLD.closed_by OR
       NOT EXISTS(SELECT 1 FROM proposals WHERE id = NEW.closed_by AND subject = NEW.id AND what IN ('alert.close', 'alert.mark')
                  AND state = 'approved' AND decided_by <> proposed_by))
  BEGIN SELECT RAISE(ABORT, 'an alert is closed by two people'); END;
CREATE TRIGGER alerts_true_hits BEFORE UPDATE ON alerts WHEN NEW.state = 'closed' AND NEW.reason IN ('false_hit', 'information_received', 'no_risk')
       AND (OLD.outcome <> 'review' OR EXISTS(SELECT 1 FROM alert_hits WHERE alert = OLD.id AND grounds = OLD.grounds AND certain = 1))
  BEGIN SELECT RAISE(ABORT, 'a true hit is cleared by nobody'); END;
CREATE TRIGGER alert_hits_keep_rows BEFORE DELETE ON alert_hits BEGIN SELECT RAISE(ABORT, 'hits are never removed'); END;
CREATE TRIGGER alert_hits_keep_content BEFORE UPDATE ON alert_hits BEGIN SELECT RAISE(ABORT, 'hits are never changed'); END;
CREATE TRIGGER marks_four_eyes BEFORE INSERT ON marks WHEN NEW.fallen IS NOT NULL OR
       NOT EXISTS(SELECT 1 FROM proposals WHERE id = NEW.proposal AND subject = NEW.alert AND what = 'alert.mark' AND state = 'approved'
                  AND decided_by <> proposed_by)
  BEGIN SELECT RAISE(ABORT, 'a mark is set by two people'); END;
CREATE TRIGGER marks_possible_only BEFORE INSERT ON marks
  WHEN NOT EXISTS(SELECT 1 FROM alert_hits h JOIN alerts a ON a.id = h.alert AND a.grounds = h.grounds WHERE h.alert = NEW.alert AND
                  h.list = NEW.list AND h.entity = NEW.entity AND h.party = NEW.party AND h.listed = NEW.listed AND h.how = 'name' AND h.certain = 0)
  BEGIN SELECT RAISE(ABORT, 'only a possible hit by name can be marked as false'); END;
CREATE TRIGGER marks_keep_rows BEFORE DELETE ON marks BEGIN SELECT RAISE(ABORT, 'marks are never removed'); END;
CREATE TRIGGER marks_keep_content BEFORE UPDATE ON marks
  WHEN OLD.fallen IS NOT NULL OR NEW.fallen IS NULL OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.alert <> OLD.alert
       OR NEW.list <> OLD.list OR NEW.entity <> OLD.entity OR NEW.party <> OLD.party OR NEW.listed <> OLD.listed OR NEW.until <> OLD.until
       OR NEW.proposal <> OLD.proposal
  BEGIN SELECT RAISE(ABORT, 'a mark only falls'); END;
CREATE TRIGGER consultations_keep_rows BEFORE DELETE ON consultations BEGIN SELECT RAISE(ABORT, 'consultations are never removed'); END;
CREATE TRIGGER consultations_keep_content BEFORE UPDATE ON consultations
  WHEN OLD.state = 'answered' OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.state = 'open'
  BEGIN SELECT RAISE(ABORT, 'an answered consultation stays as it is'); END;
PRAGMA user_version = 6;
)sql",
    // The book that is watched. Its entries are kept files; the rest follows from them and the lists, and may be made anew.
    R"sql(
CREATE TABLE watch_segments(number INTEGER PRIMARY KEY, rows TEXT NOT NULL, entries INTEGER NOT NULL) STRICT;
CREATE TABLE watch_entries(id TEXT PRIMARY KEY, segment INTEGER NOT NULL, line INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE watch_hits(entry TEXT NOT NULL, list TEXT NOT NULL, part TEXT NOT NULL, entity TEXT NOT NULL, score INTEGER NOT NULL,
                        certain INTEGER NOT NULL CHECK(certain IN (0, 1)), how TEXT NOT NULL, caption TEXT NOT NULL,
                        PRIMARY KEY(entry, list, part, entity)) STRICT, WITHOUT ROWID;
CREATE INDEX watch_hits_on ON watch_hits(list, part, entity);
CREATE TABLE watch_deals(deal TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE watch_state(one INTEGER PRIMARY KEY CHECK(one = 1), basis TEXT NOT NULL, last INTEGER NOT NULL) STRICT;
INSERT INTO watch_state VALUES(1, '', 0);
PRAGMA user_version = 7;
)sql",
    // So that a clock that went back is noticed without a walk over the ledger.
    R"sql(
ALTER TABLE head ADD COLUMN latest TEXT NOT NULL DEFAULT '';
UPDATE head SET latest = coalesce((SELECT max(recorded_at) FROM ledger
                                   WHERE recorded_at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T??:??:??Z'), '');
PRAGMA user_version = 8;
)sql",
    // Who may call the server, and what it answered to requests that must not be done twice. What is used of a quota is a counter, not a record.
    R"sql(
CREATE TABLE tokens(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL CHECK(kind IN ('token', 'certificate')),
                    name TEXT NOT NULL, machine INTEGER NOT NULL CHECK(machine IN (0, 1)), hash TEXT NOT NULL, expires TEXT NOT NULL,
                    rate INTEGER NOT NULL CHECK(rate >= 0), quota INTEGER NOT NULL CHECK(quota >= 0), revoked INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE token_uses(id TEXT NOT NULL REFERENCES tokens(id), day TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY(id, day)) STRICT, WITHOUT ROWID;
CREATE TABLE answers(caller TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL,
                     day TEXT NOT NULL, PRIMARY KEY(caller, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_day ON answers(day);
CREATE TRIGGER tokens_keep_rows BEFORE DELETE ON tokens BEGIN SELECT RAISE(ABORT, 'tokens are never removed'); END;
CREATE TRIGGER tokens_keep_content BEFORE UPDATE ON tokens
  WHEN OLD.revoked IS NOT NULL OR NEW.revoked IS NULL OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.kind <> OLD.kind OR
       NEW.name <> OLD.name OR NEW.machine <> OLD.machine OR NEW.hash <> OLD.hash OR NEW.expires <> OLD.expires OR NEW.rate <> OLD.rate OR
       NEW.quota <> OLD.quota
  BEGIN SELECT RAISE(ABORT, 'a token is only revoked'); END;
PRAGMA user_version = 9;
)sql",
    // A kept answer says where its first said what it made is. The old ones go, and their bytes with them: secrets of new tokens stood among them.
    // Alerts are read page by page.
    R"sql(
PRAGMA secure_delete = ON;
DROP TABLE answers;
PRAGMA secure_delete = OFF;
CREATE TABLE answers(caller TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, type TEXT NOT NULL,
                     location TEXT NOT NULL, body BLOB NOT NULL, day TEXT NOT NULL, PRIMARY KEY(caller, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_day ON answers(day);
CREATE INDEX alerts_by_deadline ON alerts(deadline, sequence);
PRAGMA user_version = 10;
)sql",
    // Who is signed in in a browser, for every server of the store. Sealed with the session's own id, of which a hash stands here.
    R"sql(
CREATE TABLE sessions(id TEXT PRIMARY KEY, sealed BLOB NOT NULL, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions(ends);
PRAGMA user_version = 11;
)sql",
};

}  // namespace tamga::store
