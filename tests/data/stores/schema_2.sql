-- A store of schema version 2, made by the code of commit 2ec7f4a; sqlite3 .dump
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
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO head VALUES(1,6,'sha256:43d0d7756778bf34e203362160e8ff661143dc446a42ed3e2b574a5b0a0be185');
CREATE TABLE deltas(hash TEXT PRIMARY KEY, base TEXT NOT NULL REFERENCES blobs(hash), size INTEGER NOT NULL, packed BLOB NOT NULL)
                    STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_content BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_keep_rows BEFORE DELETE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER blobs_keep_content BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
CREATE TRIGGER deltas_keep_rows BEFORE DELETE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never removed'); END;
CREATE TRIGGER deltas_keep_content BEFORE UPDATE ON deltas BEGIN SELECT RAISE(ABORT, 'kept files are never changed'); END;
COMMIT;
PRAGMA user_version = 2;
