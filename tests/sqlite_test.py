#!/usr/bin/env python3
"""The SQLite extension, as a user loads it: by the sqlite3 shell's .load. Sample lists only, so it runs in any clone."""
import json
import os
import subprocess
import tempfile
import unittest

from library_test import AS_OF, BUILD, WithRegister, clean_environment

EXTENSION = os.path.join(BUILD, "bindings", "tamga_sqlite")


class Sqlite(WithRegister):
    def shell(self, script, status=0, opened=True, database=":memory:"):
        first = f".load {EXTENSION}\n" + (f"SELECT 1 WHERE tamga_open('{self.data}') IS NOT NULL;\n" if opened else "")
        done = subprocess.run(["sqlite3", "-batch", "-bail", "-json", database], input=(first + script).encode(), capture_output=True, timeout=300,
                              env=clean_environment(TAMGA_DATA=self.data, HOME="/nonexistent"), check=False)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, status, out + err)
        if status != 0:
            return err
        # The shell writes a document for each statement that gives rows; the last one is asked for.
        rows, rest = [], out.strip()
        while rest:
            rows, end = json.JSONDecoder().raw_decode(rest)
            rest = rest[end:].strip()
        return rows

    def test_score(self):
        row = self.shell("SELECT tamga_score('Bank VTB', 'Bank VTB') AS same, tamga_score('Vladimir Petrov', 'Владимир Петров', 'Person') AS alike,"
                        " tamga_score('Vladimir Petrov', 'Aigerim Sadykova', 'Person') AS other, tamga_score(NULL, 'a') AS nobody;")[0]
        self.assertEqual((row["same"], row["nobody"]), (1.0, None))
        self.assertGreater(row["alike"], 0.9)
        self.assertLess(row["other"], 0.5)

    def test_a_name_that_cannot_be_compared_is_an_error(self):
        self.assertIn("neither a letter nor a digit", self.shell("SELECT tamga_score('???', 'a');", status=1))
        self.assertIn("neither a letter nor a digit", self.shell("SELECT * FROM tamga_screen('???');", status=1))
        self.assertIn("Dragon", self.shell("SELECT tamga_score('a', 'b', 'Dragon');", status=1))
        self.assertIn("zero character", self.shell("SELECT tamga_score('a' || char(0) || 'b', 'a');", status=1))

    def test_screen_is_a_table(self):
        rows = self.shell(f"SELECT *, asked_name FROM tamga_screen('Банк ВТБ', NULL, NULL, '{AS_OF}');")
        best = next(row for row in rows if row["id"] == "ofac-17013")
        self.assertEqual((best["score"], best["list"], best["asked_name"]), (1.0, "us_ofac_sdn", "Банк ВТБ"))
        self.assertEqual(best["schema"], json.loads(best["hit"])["schema"])
        self.assertEqual(json.loads(best["hit"])["caption"], best["caption"])
        self.assertIn("RUSSIA-EO14024", json.loads(best["programs"]))
        self.assertEqual([row["score"] for row in rows], sorted((row["score"] for row in rows), reverse=True))
        self.assertIn(best["certain"], (0, 1))

    def test_arguments_by_name_and_by_place(self):
        by_place = self.shell(f"SELECT id FROM tamga_screen('VTB Bank', 'Company', 0.95, '{AS_OF}');")
        by_name = self.shell(f"SELECT id FROM tamga_screen WHERE asked_as_of = '{AS_OF}' AND asked_threshold = 0.95 AND asked_name = 'VTB Bank'"
                             " AND asked_schema = 'Company';")
        self.assertTrue(by_place)
        self.assertEqual(by_place, by_name)
        more = self.shell(f"SELECT id FROM tamga_screen('VTB Bank', 'Company', 0.3, '{AS_OF}');")
        self.assertGreater(len(more), len(by_place))

    def test_joins_with_a_table_of_customers(self):
        script = f"""CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO customers(name) VALUES ('Банк ВТБ'), ('Aigerim Sadykova'), (NULL), ('Viktor Feliksovich Vekselberg');
SELECT customers.id AS customer, hits.id AS id, hits.score FROM customers, tamga_screen(customers.name, NULL, 0.9, '{AS_OF}') AS hits
 WHERE hits.list = 'us_ofac_sdn' ORDER BY customers.id, score DESC;"""
        rows = self.shell(script)
        self.assertEqual({row["customer"] for row in rows}, {1, 4})
        self.assertEqual(rows[0]["id"], "ofac-17013")
        count = self.shell(script.rsplit("SELECT", 1)[0] + f"SELECT count(*) AS n FROM customers LEFT JOIN tamga_screen(name, NULL, 0.9, '{AS_OF}');")
        self.assertGreaterEqual(count[0]["n"], 4)

    def test_a_name_is_needed(self):
        self.assertIn("tamga_screen needs a name", self.shell("SELECT * FROM tamga_screen;", status=1))
        self.assertEqual(self.shell("SELECT * FROM tamga_screen(NULL);"), [])

    def test_options_and_their_errors(self):
        self.assertIn("\"dta\" is not known here", self.shell("SELECT tamga_open('{\"dta\": 1}');", status=1))
        self.assertIn("no store here yet", self.shell("SELECT tamga_open('/nonexistent/a \"b\"'); SELECT * FROM tamga_screen('a');", status=1))
        rows = self.shell(f"SELECT id FROM tamga_screen('Банк ВТБ', NULL, NULL, '{AS_OF}') WHERE id = 'ofac-17013';", opened=False)
        self.assertEqual(rows, [{"id": "ofac-17013"}])  # $TAMGA_DATA
        options = json.dumps({"data": self.data, "max_list_age": 0})
        self.assertTrue(self.shell(f"SELECT tamga_open('{options}'); SELECT id FROM tamga_screen('Банк ВТБ', NULL, NULL, '{AS_OF}');", opened=False))

    def test_a_strange_database_cannot_make_it_read_files(self):
        with tempfile.TemporaryDirectory() as folder:
            database = os.path.join(folder, "strange.db")
            self.shell("CREATE VIEW trap AS SELECT * FROM tamga_screen('Банк ВТБ'); CREATE VIEW other AS SELECT tamga_open('/etc');",
                       database=database)
            self.assertIn("unsafe use of virtual table", self.shell("SELECT * FROM trap;", status=1, database=database))
            self.assertIn("unsafe use of tamga_open", self.shell("SELECT * FROM other;", status=1, database=database))

    def test_python_loads_it_too(self):
        python = next((path for path in ("python3", "/usr/bin/python3") if self.loads_extensions(path)), None)
        if python is None:
            self.skipTest("no Python here was built with loadable extensions of SQLite")
        code = ("import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.enable_load_extension(True)\n"
                f"db.load_extension({EXTENSION!r})\n"
                "rows = db.execute('SELECT id FROM tamga_screen(?, NULL, NULL, ?)', "
                f"('Банк ВТБ', {AS_OF!r})).fetchall()\nprint(('ofac-17013',) in rows)\ndb.close()\n")
        done = subprocess.run([python, "-c", code], capture_output=True, timeout=300, env=clean_environment(TAMGA_DATA=self.data), check=False)
        self.assertEqual((done.returncode, done.stdout.decode().strip()), (0, "True"), done.stderr.decode())

    @staticmethod
    def loads_extensions(python):
        code = "import sqlite3; sqlite3.connect(':memory:').enable_load_extension(True)"
        try:
            return subprocess.run([python, "-c", code], capture_output=True, timeout=60, check=False).returncode == 0
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
