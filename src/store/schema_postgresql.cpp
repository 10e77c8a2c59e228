#include "store/schema.h"

// The tables of schema.cpp in PostgreSQL's words. Texts are compared and sorted by their bytes (COLLATE "C"), as SQLite does, whatever the
// database's own order is. Each trigger has the name, the condition and the words of SQLite's; what only PostgreSQL has, TRUNCATE, is refused too.
// Functions look for tables where the store is and nowhere else, whatever search_path is set by who goes round the program.
namespace tamga::store {

const std::array<SchemaStep, 2> kPostgresqlSchema = {{
    {10, R"sql(
CREATE TABLE schema_version(one bigint PRIMARY KEY CHECK(one = 1), version bigint NOT NULL);
INSERT INTO schema_version VALUES(1, 0);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TABLE blobs(hash text COLLATE "C" PRIMARY KEY, size bigint NOT NULL, packed bytea NOT NULL);
CREATE TABLE deltas(hash text COLLATE "C" PRIMARY KEY, base text COLLATE "C" NOT NULL REFERENCES blobs(hash), size bigint NOT NULL,
                    packed bytea NOT NULL);
-- What is packed already is not packed again.
ALTER TABLE blobs ALTER COLUMN packed SET STORAGE EXTERNAL;
ALTER TABLE deltas ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE TABLE editions(number bigint PRIMARY KEY, list text COLLATE "C" NOT NULL, part text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,
                      record text COLLATE "C" NOT NULL,
                      UNIQUE(list, part, id));
-- A payload may be any bytes, and text here is UTF-8 without the byte 0.
CREATE TABLE ledger(sequence bigint PRIMARY KEY, kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
                    recorded_at text COLLATE "C" NOT NULL,
                    payload bytea NOT NULL, hash text COLLATE "C" NOT NULL, UNIQUE(kind, key));
CREATE INDEX ledger_by_kind ON ledger(kind, sequence);
CREATE TABLE head(one bigint PRIMARY KEY CHECK(one = 1), sequence bigint NOT NULL, hash text COLLATE "C" NOT NULL,
                  latest text COLLATE "C" NOT NULL DEFAULT '');
INSERT INTO head VALUES(1, 0, 'sha256:0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse('the ledger is append-only');
CREATE TRIGGER ledger_keeps_rows_all BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse('the ledger is append-only');
CREATE TRIGGER ledger_keeps_content BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse('the ledger is append-only');
CREATE TRIGGER blobs_keep_rows BEFORE DELETE ON blobs FOR EACH ROW EXECUTE FUNCTION refuse('kept files are never removed');
CREATE TRIGGER blobs_keep_rows_all BEFORE TRUNCATE ON blobs FOR EACH STATEMENT EXECUTE FUNCTION refuse('kept files are never removed');
CREATE TRIGGER blobs_keep_content BEFORE UPDATE ON blobs FOR EACH ROW EXECUTE FUNCTION refuse('kept files are never changed');
CREATE TRIGGER deltas_keep_rows BEFORE DELETE ON deltas FOR EACH ROW EXECUTE FUNCTION refuse('kept files are never removed');
CREATE TRIGGER deltas_keep_rows_all BEFORE TRUNCATE ON deltas FOR EACH STATEMENT EXECUTE FUNCTION refuse('kept files are never removed');
CREATE TRIGGER deltas_keep_content BEFORE UPDATE ON deltas FOR EACH ROW EXECUTE FUNCTION refuse('kept files are never changed');
CREATE TABLE past_keys(key bigint NOT NULL, sequence bigint NOT NULL, PRIMARY KEY(key, sequence));
CREATE TABLE past_keys_made(one bigint PRIMARY KEY CHECK(one = 1), version bigint NOT NULL, up_to bigint NOT NULL);
INSERT INTO past_keys_made VALUES(1, 0, 0);
CREATE TABLE people(name text COLLATE "C" PRIMARY KEY, roles text COLLATE "C" NOT NULL, active bigint NOT NULL CHECK(active IN (0, 1)));
CREATE TABLE proposals(id text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE, what text COLLATE "C" NOT NULL,
                       subject text COLLATE "C" NOT NULL,
                       proposed_by text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL CHECK(state IN ('open', 'approved', 'refused',
                       'withdrawn')),
                       decided_by text COLLATE "C", decided bigint);
CREATE INDEX proposals_by_subject ON proposals(what, subject);
CREATE TRIGGER proposals_begin_open BEFORE INSERT ON proposals FOR EACH ROW
  WHEN (NEW.state <> 'open' OR NEW.decided_by IS NOT NULL)
  EXECUTE FUNCTION refuse('a proposal begins open');
CREATE FUNCTION proposals_by_people() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM people WHERE name = NEW.proposed_by AND active = 1 AND (roles LIKE '%,analyst,%' OR roles LIKE '%,liaison,%'
                OR roles LIKE '%,approver,%')) THEN
    RAISE EXCEPTION 'only an analyst, a liaison or an approver may propose';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposals_by_people BEFORE INSERT ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_by_people();
CREATE TRIGGER proposals_keep_rows BEFORE DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION refuse('proposals are never removed');
CREATE TRIGGER proposals_keep_rows_all BEFORE TRUNCATE ON proposals FOR EACH STATEMENT EXECUTE FUNCTION refuse('proposals are never removed');
CREATE TRIGGER proposals_keep_content BEFORE UPDATE ON proposals FOR EACH ROW
  WHEN (OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.what <> OLD.what OR NEW.subject <> OLD.subject
        OR NEW.proposed_by <> OLD.proposed_by OR NEW.state = 'open' OR NEW.decided_by IS NULL OR NEW.decided IS NULL)
  EXECUTE FUNCTION refuse('a proposal is decided once, and nothing else of it changes');
CREATE TRIGGER proposals_four_eyes BEFORE UPDATE ON proposals FOR EACH ROW
  WHEN (NEW.state IN ('approved', 'refused') AND NEW.decided_by = OLD.proposed_by)
  EXECUTE FUNCTION refuse('nobody decides on what they proposed');
CREATE FUNCTION proposals_by_approvers() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.state IN ('approved', 'refused') AND
     NOT EXISTS(SELECT 1 FROM people WHERE name = NEW.decided_by AND active = 1 AND roles LIKE '%,approver,%') THEN
    RAISE EXCEPTION 'only an approver may decide';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposals_by_approvers BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_by_approvers();
CREATE TRIGGER proposals_withdrawn BEFORE UPDATE ON proposals FOR EACH ROW
  WHEN (NEW.state = 'withdrawn' AND NEW.decided_by <> OLD.proposed_by)
  EXECUTE FUNCTION refuse('only who proposed may withdraw');
CREATE TABLE licences(number text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE, amendments bigint NOT NULL CHECK(amendments >= 0),
                      valid_from text COLLATE "C" NOT NULL, valid_to text COLLATE "C" NOT NULL CHECK(valid_to >= valid_from),
                      state text COLLATE "C" NOT NULL CHECK(state IN ('active', 'revoked')), record text COLLATE "C" NOT NULL);
CREATE TABLE licence_caps(number text COLLATE "C" NOT NULL REFERENCES licences(number), cap text COLLATE "C" NOT NULL,
                          most bigint NOT NULL CHECK(most >= 0), used bigint NOT NULL CHECK(used >= 0), PRIMARY KEY(number, cap));
CREATE TABLE licence_uses(sequence bigint PRIMARY KEY, number text COLLATE "C" NOT NULL REFERENCES licences(number),
                          deal text COLLATE "C" NOT NULL,
                          decision text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL CHECK(state IN ('open', 'returned', 'reopened')),
                          ended bigint);
CREATE UNIQUE INDEX licence_uses_open ON licence_uses(number, deal) WHERE state = 'open';
CREATE INDEX licence_uses_of_deal ON licence_uses(deal, state);
CREATE INDEX licence_uses_of_licence ON licence_uses(number, state);
CREATE TABLE licence_draws(sequence bigint NOT NULL REFERENCES licence_uses(sequence), cap text COLLATE "C" NOT NULL,
                           amount bigint NOT NULL CHECK(amount > 0), PRIMARY KEY(sequence, cap));
CREATE TRIGGER licences_keep_rows BEFORE DELETE ON licences FOR EACH ROW EXECUTE FUNCTION refuse('licences are never removed');
CREATE TRIGGER licences_keep_rows_all BEFORE TRUNCATE ON licences FOR EACH STATEMENT EXECUTE FUNCTION refuse('licences are never removed');
CREATE TRIGGER licences_stay_revoked BEFORE UPDATE ON licences FOR EACH ROW
  WHEN (OLD.state = 'revoked' OR NEW.number <> OLD.number)
  EXECUTE FUNCTION refuse('a revoked licence does not change');
CREATE TRIGGER licence_caps_begin_unused BEFORE INSERT ON licence_caps FOR EACH ROW
  WHEN (NEW.used <> 0)
  EXECUTE FUNCTION refuse('a cap begins unused');
CREATE FUNCTION licence_caps_keep_rows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS(SELECT 1 FROM licence_uses WHERE number = OLD.number) THEN
    RAISE EXCEPTION 'the caps of a licence that was used stay';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER licence_caps_keep_rows BEFORE DELETE ON licence_caps FOR EACH ROW EXECUTE FUNCTION licence_caps_keep_rows();
CREATE TRIGGER licence_caps_keep_rows_all BEFORE TRUNCATE ON licence_caps FOR EACH STATEMENT
  EXECUTE FUNCTION refuse('the caps of a licence that was used stay');
CREATE TRIGGER licence_caps_hold BEFORE UPDATE ON licence_caps FOR EACH ROW
  WHEN (NEW.used > OLD.used AND NEW.used > NEW.most)
  EXECUTE FUNCTION refuse('not enough is left of the licence');
CREATE TRIGGER licence_caps_keep_names BEFORE UPDATE ON licence_caps FOR EACH ROW
  WHEN (NEW.number <> OLD.number OR NEW.cap <> OLD.cap)
  EXECUTE FUNCTION refuse('a cap keeps its name');
CREATE FUNCTION licence_uses_begin() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- Nobody revokes it meanwhile.
  PERFORM 1 FROM licences WHERE number = NEW.number AND state = 'active' FOR SHARE;
  IF NOT FOUND OR NEW.state <> 'open' OR NEW.ended IS NOT NULL THEN
    RAISE EXCEPTION 'only a licence in force is used';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licence_uses_begin BEFORE INSERT ON licence_uses FOR EACH ROW EXECUTE FUNCTION licence_uses_begin();
CREATE TRIGGER licence_uses_keep_rows BEFORE DELETE ON licence_uses FOR EACH ROW EXECUTE FUNCTION refuse('uses of licences are never removed');
CREATE TRIGGER licence_uses_keep_rows_all BEFORE TRUNCATE ON licence_uses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('uses of licences are never removed');
CREATE TRIGGER licence_uses_keep_content BEFORE UPDATE ON licence_uses FOR EACH ROW
  WHEN (OLD.state <> 'open' OR NEW.state = 'open' OR NEW.ended IS NULL OR NEW.sequence <> OLD.sequence OR NEW.number <> OLD.number
        OR NEW.deal <> OLD.deal OR NEW.decision <> OLD.decision)
  EXECUTE FUNCTION refuse('a use ends once, and nothing else of it changes');
CREATE FUNCTION licence_uses_shipped() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS(SELECT 1 FROM ledger WHERE kind = 'shipped' AND key = OLD.deal) THEN
    RAISE EXCEPTION 'what was shipped is not given back';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licence_uses_shipped BEFORE UPDATE ON licence_uses FOR EACH ROW EXECUTE FUNCTION licence_uses_shipped();
CREATE FUNCTION licence_uses_end() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE licence_caps SET used = used - (SELECT amount FROM licence_draws d WHERE d.sequence = OLD.sequence AND d.cap = licence_caps.cap)
    WHERE number = OLD.number AND cap IN (SELECT cap FROM licence_draws WHERE sequence = OLD.sequence);
  RETURN NULL;
END $$;
CREATE TRIGGER licence_uses_end AFTER UPDATE ON licence_uses FOR EACH ROW EXECUTE FUNCTION licence_uses_end();
CREATE FUNCTION licence_draws_begin() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM licence_uses u JOIN licence_caps c ON c.number = u.number WHERE u.sequence = NEW.sequence AND u.state = 'open'
                AND c.cap = NEW.cap) THEN
    RAISE EXCEPTION 'a draw is of an open use and of a cap of its licence';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licence_draws_begin BEFORE INSERT ON licence_draws FOR EACH ROW EXECUTE FUNCTION licence_draws_begin();
CREATE FUNCTION licence_draws_count() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE licence_caps SET used = used + NEW.amount
    WHERE number = (SELECT number FROM licence_uses WHERE sequence = NEW.sequence) AND cap = NEW.cap;
  RETURN NULL;
END $$;
CREATE TRIGGER licence_draws_count AFTER INSERT ON licence_draws FOR EACH ROW EXECUTE FUNCTION licence_draws_count();
CREATE TRIGGER licence_draws_keep_rows BEFORE DELETE ON licence_draws FOR EACH ROW EXECUTE FUNCTION refuse('draws are never removed');
CREATE TRIGGER licence_draws_keep_rows_all BEFORE TRUNCATE ON licence_draws FOR EACH STATEMENT EXECUTE FUNCTION refuse('draws are never removed');
CREATE TRIGGER licence_draws_keep_content BEFORE UPDATE ON licence_draws FOR EACH ROW EXECUTE FUNCTION refuse('draws are never changed');
CREATE TABLE alerts(id text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE, grounds_at bigint NOT NULL, deal text COLLATE "C" NOT NULL,
                    rule text COLLATE "C" NOT NULL, about text COLLATE "C" NOT NULL,
                    outcome text COLLATE "C" NOT NULL CHECK(outcome IN ('review', 'licence_required', 'prohibited')),
                    grounds text COLLATE "C" NOT NULL,
                    state text COLLATE "C" NOT NULL CHECK(state IN ('open', 'assigned', 'escalated', 'closed')),
                    assigned text COLLATE "C" NOT NULL,
                    deadline text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, closed_by text COLLATE "C" NOT NULL,
                    events bigint NOT NULL);
CREATE INDEX alerts_by_state ON alerts(state, sequence);
CREATE TABLE alert_hits(alert text COLLATE "C" NOT NULL REFERENCES alerts(id), grounds text COLLATE "C" NOT NULL, list text COLLATE "C" NOT NULL,
                        entity text COLLATE "C" NOT NULL, party text COLLATE "C" NOT NULL, listed text COLLATE "C" NOT NULL,
                        how text COLLATE "C" NOT NULL,
                        certain bigint NOT NULL CHECK(certain IN (0, 1)), PRIMARY KEY(alert, grounds, list, entity, party, listed));
CREATE TABLE marks(id text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE, alert text COLLATE "C" NOT NULL REFERENCES alerts(id),
                   list text COLLATE "C" NOT NULL, entity text COLLATE "C" NOT NULL, party text COLLATE "C" NOT NULL,
                   listed text COLLATE "C" NOT NULL, until text COLLATE "C" NOT NULL,
                   proposal text COLLATE "C" NOT NULL, fallen bigint);
CREATE TABLE consultations(id text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE,
                           state text COLLATE "C" NOT NULL CHECK(state IN ('open', 'sent', 'answered')), deadline text COLLATE "C" NOT NULL,
                           sent bigint, answered bigint);
CREATE TRIGGER alerts_begin_open BEFORE INSERT ON alerts FOR EACH ROW
  WHEN (NEW.state <> 'open' OR NEW.closed_by <> '' OR NEW.reason <> '')
  EXECUTE FUNCTION refuse('an alert begins open');
CREATE TRIGGER alerts_keep_rows BEFORE DELETE ON alerts FOR EACH ROW EXECUTE FUNCTION refuse('alerts are never removed');
CREATE TRIGGER alerts_keep_rows_all BEFORE TRUNCATE ON alerts FOR EACH STATEMENT EXECUTE FUNCTION refuse('alerts are never removed');
CREATE TRIGGER alerts_keep_content BEFORE UPDATE ON alerts FOR EACH ROW
  WHEN (NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.deal <> OLD.deal OR NEW.rule <> OLD.rule OR NEW.about <> OLD.about
        OR NEW.events <= OLD.events OR (OLD.state = 'closed' AND (NEW.state <> 'open' OR NEW.grounds = OLD.grounds)))
  EXECUTE FUNCTION refuse('an alert stays what it is about, and a closed one is opened only by other grounds');
CREATE FUNCTION alerts_four_eyes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.state = 'closed' AND (NEW.closed_by = OLD.closed_by OR
     NOT EXISTS(SELECT 1 FROM proposals WHERE id = NEW.closed_by AND subject = NEW.id AND what IN ('alert.close', 'alert.mark')
                AND state = 'approved' AND decided_by <> proposed_by)) THEN
    RAISE EXCEPTION 'an alert is closed by two people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER alerts_four_eyes BEFORE UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION alerts_four_eyes();
CREATE FUNCTION alerts_true_hits() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.state = 'closed' AND NEW.reason IN ('false_hit', 'information_received', 'no_risk')
     AND (OLD.outcome <> 'review' OR EXISTS(SELECT 1 FROM alert_hits WHERE alert = OLD.id AND grounds = OLD.grounds AND certain = 1)) THEN
    RAISE EXCEPTION 'a true hit is cleared by nobody';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER alerts_true_hits BEFORE UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION alerts_true_hits();
CREATE TRIGGER alert_hits_keep_rows BEFORE DELETE ON alert_hits FOR EACH ROW EXECUTE FUNCTION refuse('hits are never removed');
CREATE TRIGGER alert_hits_keep_rows_all BEFORE TRUNCATE ON alert_hits FOR EACH STATEMENT EXECUTE FUNCTION refuse('hits are never removed');
CREATE TRIGGER alert_hits_keep_content BEFORE UPDATE ON alert_hits FOR EACH ROW EXECUTE FUNCTION refuse('hits are never changed');
CREATE FUNCTION marks_four_eyes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.fallen IS NOT NULL OR
     NOT EXISTS(SELECT 1 FROM proposals WHERE id = NEW.proposal AND subject = NEW.alert AND what = 'alert.mark' AND state = 'approved'
                AND decided_by <> proposed_by) THEN
    RAISE EXCEPTION 'a mark is set by two people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER marks_four_eyes BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION marks_four_eyes();
CREATE FUNCTION marks_possible_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM alert_hits h JOIN alerts a ON a.id = h.alert AND a.grounds = h.grounds WHERE h.alert = NEW.alert AND
                h.list = NEW.list AND h.entity = NEW.entity AND h.party = NEW.party AND h.listed = NEW.listed AND h.how = 'name'
                AND h.certain = 0) THEN
    RAISE EXCEPTION 'only a possible hit by name can be marked as false';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER marks_possible_only BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION marks_possible_only();
CREATE TRIGGER marks_keep_rows BEFORE DELETE ON marks FOR EACH ROW EXECUTE FUNCTION refuse('marks are never removed');
CREATE TRIGGER marks_keep_rows_all BEFORE TRUNCATE ON marks FOR EACH STATEMENT EXECUTE FUNCTION refuse('marks are never removed');
CREATE TRIGGER marks_keep_content BEFORE UPDATE ON marks FOR EACH ROW
  WHEN (OLD.fallen IS NOT NULL OR NEW.fallen IS NULL OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.alert <> OLD.alert
        OR NEW.list <> OLD.list OR NEW.entity <> OLD.entity OR NEW.party <> OLD.party OR NEW.listed <> OLD.listed OR NEW.until <> OLD.until
        OR NEW.proposal <> OLD.proposal)
  EXECUTE FUNCTION refuse('a mark only falls');
CREATE TRIGGER consultations_keep_rows BEFORE DELETE ON consultations FOR EACH ROW EXECUTE FUNCTION refuse('consultations are never removed');
CREATE TRIGGER consultations_keep_rows_all BEFORE TRUNCATE ON consultations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('consultations are never removed');
CREATE TRIGGER consultations_keep_content BEFORE UPDATE ON consultations FOR EACH ROW
  WHEN (OLD.state = 'answered' OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.state = 'open')
  EXECUTE FUNCTION refuse('an answered consultation stays as it is');
CREATE TABLE watch_segments(number bigint PRIMARY KEY, rows text COLLATE "C" NOT NULL, entries bigint NOT NULL);
CREATE TABLE watch_entries(id text COLLATE "C" PRIMARY KEY, segment bigint NOT NULL, line bigint NOT NULL);
CREATE TABLE watch_hits(entry text COLLATE "C" NOT NULL, list text COLLATE "C" NOT NULL, part text COLLATE "C" NOT NULL,
                        entity text COLLATE "C" NOT NULL,
                        score bigint NOT NULL, certain bigint NOT NULL CHECK(certain IN (0, 1)), how text COLLATE "C" NOT NULL,
                        caption text COLLATE "C" NOT NULL, PRIMARY KEY(entry, list, part, entity));
CREATE INDEX watch_hits_on ON watch_hits(list, part, entity);
CREATE TABLE watch_deals(deal text COLLATE "C" PRIMARY KEY);
CREATE TABLE watch_state(one bigint PRIMARY KEY CHECK(one = 1), basis text COLLATE "C" NOT NULL, last bigint NOT NULL);
INSERT INTO watch_state VALUES(1, '', 0);
CREATE TABLE tokens(id text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL UNIQUE,
                    kind text COLLATE "C" NOT NULL CHECK(kind IN ('token', 'certificate')), name text COLLATE "C" NOT NULL,
                    machine bigint NOT NULL CHECK(machine IN (0, 1)), hash text COLLATE "C" NOT NULL, expires text COLLATE "C" NOT NULL,
                    rate bigint NOT NULL CHECK(rate >= 0), quota bigint NOT NULL CHECK(quota >= 0), revoked bigint);
CREATE TABLE token_uses(id text COLLATE "C" NOT NULL REFERENCES tokens(id), day text COLLATE "C" NOT NULL, used bigint NOT NULL,
                        PRIMARY KEY(id, day));
CREATE TABLE answers(caller text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, request text COLLATE "C" NOT NULL,
                     status bigint NOT NULL, type text COLLATE "C" NOT NULL, location text COLLATE "C" NOT NULL,
                     body bytea NOT NULL, day text COLLATE "C" NOT NULL, PRIMARY KEY(caller, key));
CREATE INDEX answers_by_day ON answers(day);
CREATE INDEX alerts_by_deadline ON alerts(deadline, sequence);
CREATE TRIGGER tokens_keep_rows BEFORE DELETE ON tokens FOR EACH ROW EXECUTE FUNCTION refuse('tokens are never removed');
CREATE TRIGGER tokens_keep_rows_all BEFORE TRUNCATE ON tokens FOR EACH STATEMENT EXECUTE FUNCTION refuse('tokens are never removed');
CREATE TRIGGER tokens_keep_content BEFORE UPDATE ON tokens FOR EACH ROW
  WHEN (OLD.revoked IS NOT NULL OR NEW.revoked IS NULL OR NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence OR NEW.kind <> OLD.kind OR
        NEW.name <> OLD.name OR NEW.machine <> OLD.machine OR NEW.hash <> OLD.hash OR NEW.expires <> OLD.expires OR NEW.rate <> OLD.rate OR
        NEW.quota <> OLD.quota)
  EXECUTE FUNCTION refuse('a token is only revoked');
)sql"},
    {11, R"sql(
CREATE TABLE sessions(id text COLLATE "C" PRIMARY KEY, sealed bytea NOT NULL, ends bigint NOT NULL);
CREATE INDEX sessions_by_end ON sessions(ends);
)sql"},
}};

}  // namespace tamga::store
