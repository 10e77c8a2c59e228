-- A store of schema version 10, made by the code of commit f1e5bec from that of version 9; sqlite3 .dump
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE blobs(hash TEXT PRIMARY KEY, size INTEGER NOT NULL, packed BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO blobs VALUES('sha256:602e35a92eec4bc0a2ec6ae113f07bfc6933322fb69fe8dee416e5a67217e2a2',12,X'28b52ffd200c6100007b2266696c6573223a5b5d7d');
INSERT INTO blobs VALUES('sha256:71dfbd39126ec82dd8214877c790bc0f1621ac15306a469773ba28836b81ab69',51,X'28b52ffd203399010033362c224145524f43415249424245414e204149524c494e4553220a3137332c22414e474c4f2d43415249424245414e220a32');
INSERT INTO blobs VALUES('sha256:76deee7ca9e02c464b22f7fe3d295836f56ed1c74592d2ea9cef96387cbf52f9',51,X'28b52ffd203399010033362c224145524f43415249424245414e204149524c494e4553220a3137332c22414e474c4f2d43415249424245414e220a31');
CREATE TABLE editions(number INTEGER PRIMARY KEY, list TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,
                      UNIQUE(list, part, id)) STRICT;
INSERT INTO editions VALUES(1,'us_ofac_sdn','sdn','sha256:a1','{"list":"us_ofac_sdn","part":"sdn","format":"ofac-sdn","id":"sha256:a1","published":"2026-11-21","dated_by":"option","imported_at":"2026-11-21T10:00:00Z","sample":false,"entities":2,"names":3,"warnings":[],"files":[{"name":"sdn.csv","hash":"sha256:76deee7ca9e02c464b22f7fe3d295836f56ed1c74592d2ea9cef96387cbf52f9","size":51}]}');
INSERT INTO editions VALUES(2,'us_ofac_sdn','sdn','sha256:a2','{"list":"us_ofac_sdn","part":"sdn","format":"ofac-sdn","id":"sha256:a2","published":"2026-11-22","dated_by":"option","imported_at":"2026-11-22T10:00:00Z","sample":false,"entities":2,"names":3,"warnings":[],"files":[{"name":"sdn.csv","hash":"sha256:71dfbd39126ec82dd8214877c790bc0f1621ac15306a469773ba28836b81ab69","size":51}]}');
CREATE TABLE ledger(sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, recorded_at TEXT NOT NULL, payload TEXT NOT NULL,
                    hash TEXT NOT NULL, UNIQUE(kind, key)) STRICT;
INSERT INTO ledger VALUES(1,'edition','us_ofac_sdn sdn sha256:a1','2026-11-21T10:00:00Z','{"list":"us_ofac_sdn","part":"sdn","format":"ofac-sdn","id":"sha256:a1","published":"2026-11-21","dated_by":"option","imported_at":"2026-11-21T10:00:00Z","sample":false,"entities":2,"names":3,"warnings":[],"files":[{"name":"sdn.csv","hash":"sha256:76deee7ca9e02c464b22f7fe3d295836f56ed1c74592d2ea9cef96387cbf52f9","size":51}]}','sha256:39982c79869ec6b396dcf02eeee1e4110e929ca817964d9f9778642b3a2d4dbe');
INSERT INTO ledger VALUES(2,'edition','us_ofac_sdn sdn sha256:a2','2026-11-22T10:00:00Z','{"list":"us_ofac_sdn","part":"sdn","format":"ofac-sdn","id":"sha256:a2","published":"2026-11-22","dated_by":"option","imported_at":"2026-11-22T10:00:00Z","sample":false,"entities":2,"names":3,"warnings":[],"files":[{"name":"sdn.csv","hash":"sha256:71dfbd39126ec82dd8214877c790bc0f1621ac15306a469773ba28836b81ab69","size":51}]}','sha256:8e161229f453a2dc098e9d04db57d1efaccb88ce4ed29d162477c84f741f8c55');
INSERT INTO ledger VALUES(3,'policy','sha256:602e35a92eec4bc0a2ec6ae113f07bfc6933322fb69fe8dee416e5a67217e2a2','2026-11-23T10:00:00Z','{"hash":"sha256:602e35a92eec4bc0a2ec6ae113f07bfc6933322fb69fe8dee416e5a67217e2a2","size":12}','sha256:1104f9a0aadf929b14d433f13a6dc1753d5e5ae04ad6966e0685f7cf72f82a35');
INSERT INTO ledger VALUES(4,'decision','dec-1','2026-11-23T10:00:01Z','{"decision":"{}","as_of":"2026-11-23"}','sha256:458c74f610cd3dbb6871880b0fec10faa7c2ef2dee8dae83c62f9540e73306fa');
INSERT INTO ledger VALUES(5,'decision','dec-2','2026-11-23T10:00:02Z','{"decision":"{}","as_of":"2026-11-23"}','sha256:617026ccc49af398a95e7e35a48377acdb3b71f58171dbedbb4c607fdd4d53d9');
INSERT INTO ledger VALUES(6,'decision','dec-3','2026-11-23T10:00:03Z','{"decision":"{}","as_of":"2026-11-23"}','sha256:43d0d7756778bf34e203362160e8ff661143dc446a42ed3e2b574a5b0a0be185');
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL, latest TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO head VALUES(1,6,'sha256:43d0d7756778bf34e203362160e8ff661143dc446a42ed3e2b574a5b0a0be185','2026-11-23T10:00:03Z');
CREATE TABLE deltas(hash TEXT PRIMARY KEY, base TEXT NOT NULL REFERENCES blobs(hash), size INTEGER NOT NULL, packed BLOB NOT NULL)
                    STRICT, WITHOUT ROWID;
CREATE TABLE past_keys(key INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY(key, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE past_keys_made(one INTEGER PRIMARY KEY CHECK(one = 1), version INTEGER NOT NULL, up_to INTEGER NOT NULL) STRICT;
INSERT INTO past_keys_made VALUES(1,0,0);
CREATE TABLE people(name TEXT PRIMARY KEY, roles TEXT NOT NULL, active INTEGER NOT NULL CHECK(active IN (0, 1))) STRICT, WITHOUT ROWID;
CREATE TABLE proposals(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, what TEXT NOT NULL, subject TEXT NOT NULL, proposed_by TEXT NOT NULL,
                       state TEXT NOT NULL CHECK(state IN ('open', 'approved', 'refused', 'withdrawn')), decided_by TEXT, decided INTEGER) STRICT,
                       WITHOUT ROWID;
CREATE TABLE licences(number TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, amendments INTEGER NOT NULL CHECK(amendments >= 0),
                      valid_from TEXT NOT NULL, valid_to TEXT NOT NULL CHECK(valid_to >= valid_from),
                      state TEXT NOT NULL CHECK(state IN ('active', 'revoked')), record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE licence_caps(number TEXT NOT NULL REFERENCES licences(number), cap TEXT NOT NULL, most INTEGER NOT NULL CHECK(most >= 0),
                          used INTEGER NOT NULL CHECK(used >= 0), PRIMARY KEY(number, cap)) STRICT, WITHOUT ROWID;
CREATE TABLE licence_uses(sequence INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES licences(number), deal TEXT NOT NULL, decision TEXT NOT NULL,
                          state TEXT NOT NULL CHECK(state IN ('open', 'returned', 'reopened')), ended INTEGER) STRICT;
CREATE TABLE licence_draws(sequence INTEGER NOT NULL REFERENCES licence_uses(sequence), cap TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
                           PRIMARY KEY(sequence, cap)) STRICT, WITHOUT ROWID;
CREATE TABLE alerts(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, grounds_at INTEGER NOT NULL, deal TEXT NOT NULL, rule TEXT NOT NULL,
                    about TEXT NOT NULL, outcome TEXT NOT NULL CHECK(outcome IN ('review', 'licence_required', 'prohibited')), grounds TEXT NOT NULL,
                    state TEXT NOT NULL CHECK(state IN ('open', 'assigned', 'escalated', 'closed')), assigned TEXT NOT NULL, deadline TEXT NOT NULL,
                    reason TEXT NOT NULL, closed_by TEXT NOT NULL, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert_hits(alert TEXT NOT NULL REFERENCES alerts(id), grounds TEXT NOT NULL, list TEXT NOT NULL, entity TEXT NOT NULL,
                        party TEXT NOT NULL, listed TEXT NOT NULL, how TEXT NOT NULL, certain INTEGER NOT NULL CHECK(certain IN (0, 1)),
                        PRIMARY KEY(alert, grounds, list, entity, party, listed)) STRICT, WITHOUT ROWID;
CREATE TABLE marks(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, alert TEXT NOT NULL REFERENCES alerts(id), list TEXT NOT NULL,
                   entity TEXT NOT NULL, party TEXT NOT NULL, listed TEXT NOT NULL, until TEXT NOT NULL, proposal TEXT NOT NULL,
                   fallen INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE consultations(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, state TEXT NOT NULL CHECK(state IN ('open', 'sent', 'answered')),
                           deadline TEXT NOT NULL, sent INTEGER, answered INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE watch_segments(number INTEGER PRIMARY KEY, rows TEXT NOT NULL, entries INTEGER NOT NULL) STRICT;
CREATE TABLE watch_entries(id TEXT PRIMARY KEY, segment INTEGER NOT NULL, line INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE watch_hits(entry TEXT NOT NULL, list TEXT NOT NULL, part TEXT NOT NULL, entity TEXT NOT NULL, score INTEGER NOT NULL,
                        certain INTEGER NOT NULL CHECK(certain IN (0, 1)), how TEXT NOT NULL, caption TEXT NOT NULL,
                        PRIMARY KEY(entry, list, part, entity)) STRICT, WITHOUT ROWID;
CREATE TABLE watch_deals(deal TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE watch_state(one INTEGER PRIMARY KEY CHECK(one = 1), basis TEXT NOT NULL, last INTEGER NOT NULL) STRICT;
INSERT INTO watch_state VALUES(1,'',0);
CREATE TABLE tokens(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL CHECK(kind IN ('token', 'certificate')),
                    name TEXT NOT NULL, machine INTEGER NOT NULL CHECK(machine IN (0, 1)), hash TEXT NOT NULL, expires TEXT NOT NULL,
                    rate INTEGER NOT NULL CHECK(rate >= 0), quota INTEGER NOT NULL CHECK(quota >= 0), revoked INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE token_uses(id TEXT NOT NULL REFERENCES tokens(id), day TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY(id, day)) STRICT, WITHOUT ROWID;
CREATE TABLE answers(caller TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, type TEXT NOT NULL,
                     location TEXT NOT NULL, body BLOB NOT NULL, day TEXT NOT NULL, PRIMARY KEY(caller, key)) STRICT, WITHOUT ROWID;
INSERT INTO answers VALUES('tok-000000000001','k-1','sha256:0',201,'application/json','/v1/deals/D-1',X'7b7d','2026-11-25');
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_content BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_keep_rows BEFORE DELETE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER blobs_keep_content BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
CREATE TRIGGER deltas_keep_rows BEFORE DELETE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER deltas_keep_content BEFORE UPDATE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
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
CREATE UNIQUE INDEX licence_uses_open ON licence_uses(number, deal) WHERE state = 'open';
CREATE INDEX licence_uses_of_deal ON licence_uses(deal, state);
CREATE INDEX licence_uses_of_licence ON licence_uses(number, state);
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
CREATE INDEX alerts_by_state ON alerts(state, sequence);
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
CREATE INDEX watch_hits_on ON watch_hits(list, part, entity);
CREATE TRIGGER tokens_keep_rows BEFORE DELETE ON tokens BEGIN SELECT RAISE(ABORT, 'tokens are never removed'); END;
CREATE TRIGGER tokens_keep_content BEFORE UPDATE ON tokens
  WHEN OLD.revoked IS NOT NULL OR NEW.revoked IS NULL OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.kind <> OLD.kind OR
       NEW.name <> OLD.name OR NEW.machine <> OLD.machine OR NEW.hash <> OLD.hash OR NEW.expires <> OLD.expires OR NEW.rate <> OLD.rate OR
       NEW.quota <> OLD.quota
  BEGIN SELECT RAISE(ABORT, 'a token is only revoked'); END;
CREATE INDEX answers_by_day ON answers(day);
CREATE INDEX alerts_by_deadline ON alerts(deadline, sequence);
COMMIT;
PRAGMA user_version = 10;
