#!/usr/bin/env python3
"""libtamga as other programs meet it: a C program, what the library shows, installed files, and that it answers what the program answers.

Run by ctest, which names the program in $TAMGA and the build folder in $TAMGA_BUILD. Sample lists only, so it runs in any clone.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from cli_test import AS_OF, DEALS, ROOT, WithSamples, import_register, store_digest, tamga

BUILD = os.environ.get("TAMGA_BUILD", os.path.join(ROOT, "build", "release"))
PRELOAD = os.environ.get("TAMGA_PRELOAD", "")
LIBRARY = os.path.join(BUILD, "libtamga.so.0")
PROHIBITED = os.path.join(DEALS, "07-listed-vessel.json")
HEADER = os.path.join(ROOT, "include", "tamga.h")


def clean_environment(**more):
    """What a user's program gets: nothing of ours; with the run time of the sanitizers, where the library needs it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
    if PRELOAD:
        environment.update(LD_PRELOAD=PRELOAD, ASAN_OPTIONS="detect_leaks=0")
    environment.update(more)
    return environment


def run(*arguments, env=None, status=0, cwd=None):
    done = subprocess.run(arguments, capture_output=True, env=env or clean_environment(), timeout=300, cwd=cwd, check=False)
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{out}\n{err}"
    return out


def declared():
    with open(HEADER, encoding="utf-8") as file:
        return sorted(re.findall(r"^TAMGA_API [\w *]*?\b(tamga_\w+)\(", file.read(), re.M))


class WithRegister(WithSamples):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import_register(cls.data)


class Library(WithRegister):
    def test_a_c_program_finds_everything_as_the_header_says(self):
        out = run(os.path.join(BUILD, "tests", "library_user"), self.data, PROHIBITED)
        self.assertEqual(out.splitlines(), ["scores", "answers", "errors", "threads", "all as tamga.h says"])

    def test_the_library_shows_what_the_header_declares_and_nothing_else(self):
        out = run("nm", "-D", "--defined-only", LIBRARY)
        shown = sorted(line.split()[2].split("@")[0] for line in out.splitlines() if line.split()[1] != "A")
        self.assertEqual(shown, declared())
        self.assertGreater(len(shown), 10)

    def test_the_header_is_c11_and_cpp(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, compiler, standard in (("a.c", "gcc", "-std=c11"), ("b.cpp", "g++", "-std=c++11")):
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8") as file:
                    file.write('#include <tamga.h>\nint main(void) { return tamga_last_error_kind(); }\n')
                run(compiler, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", os.path.join(ROOT, "include"), path)

    def test_installed_files_build_and_run_a_program(self):
        with tempfile.TemporaryDirectory() as folder:
            prefix, source = os.path.join(folder, "prefix"), os.path.join(folder, "use.c")
            run("cmake", "--install", BUILD, "--prefix", prefix)
            lib = os.path.dirname(next(path for path in self.files(prefix) if path.endswith("/libtamga.so.0")))
            with open(source, "w", encoding="utf-8") as file:
                file.write('#include <stdio.h>\n#include <tamga.h>\n'
                           'int main(void) { printf("%s %d\\n", tamga_version(), tamga_score(NULL, "Bank VTB", "Bank VTB", NULL)); return 0; }\n')
            flags = run("pkg-config", "--cflags", "--libs", "tamga", env=clean_environment(PKG_CONFIG_PATH=os.path.join(lib, "pkgconfig"))).split()
            program = os.path.join(folder, "use")
            run("gcc", "-std=c11", "-Wall", "-Werror", source, "-o", program, *flags)
            version = run(os.path.join(prefix, "bin", "tamga"), "--version").split()[1]
            self.assertEqual(run(program, env=clean_environment(LD_LIBRARY_PATH=lib)), f"{version} 10000\n")
            # Python finds the library from where it stands, as Node.js and SQLite do.
            python = clean_environment(PYTHONPATH=os.path.join(lib, "tamga", "python"))
            loaded = run("python3", "-c", "import tamga; print(tamga.version())", env=python)
            self.assertEqual(loaded, f"{version}\n")
            with open(os.path.join(prefix, "share", "man", "man1", "tamga.1"), encoding="utf-8") as page:
                self.assertIn(f"tamga {version}", page.read())
            # What is installed must not lean on the build folder.
            for path in self.files(prefix):
                if path.endswith((".so", ".so.0", ".node")) or path.endswith("/bin/tamga"):
                    self.assertNotIn(os.path.realpath(BUILD), run("readelf", "-d", path), path)

    @staticmethod
    def files(folder):
        return [os.path.join(top, name) for top, _, names in os.walk(folder) for name in names]


class InPython(WithRegister):
    """The same questions to the library and to the program."""

    def ask(self, code, data=None):
        environment = clean_environment(TAMGA_LIBRARY=LIBRARY, PYTHONPATH=os.path.join(ROOT, "bindings", "python"))
        out = run("python3", "-c", f"import json, tamga\nt = tamga.Tamga({(data or self.data)!r})\n{code}", env=environment)
        return json.loads(out)

    def told(self, *arguments):
        _, out, err = tamga(self.data, *arguments, "--json")
        self.assertNotEqual(out, "", err)
        return json.loads(out)

    def test_answers_are_those_of_the_program(self):
        with open(PROHIBITED, encoding="utf-8") as file:
            deal = json.load(file)
        for code, arguments in (
                (f't.screen("Банк ВТБ", as_of={AS_OF!r})', ["screen", "Банк ВТБ", "--as-of", AS_OF]),
                (f't.screen("Vekselberg", schema="Person", country="ru", lists=["us_ofac_sdn"], threshold=0.5, as_of={AS_OF!r})',
                 ["screen", "Vekselberg", "--schema", "Person", "--country", "ru", "--lists", "us_ofac_sdn", "--threshold", "0.5", "--as-of",
                  AS_OF]),
                (f't.screen("IMO 9524451", exhaustive=True, as_of={AS_OF!r})', ["screen", "IMO 9524451", "--exhaustive", "--as-of", AS_OF]),
                ('t.compare("Bank VTB", "Банк ВТБ", "Company")', ["compare", "Bank VTB", "Банк ВТБ", "--schema", "Company"]),
                (f't.owners("Sarmat Trading", as_of={AS_OF!r})', ["owners", "show", "Sarmat Trading", "--as-of", AS_OF]),
                (f't.owners("Sarmat Trading", regime="eu", as_of={AS_OF!r})',
                 ["owners", "show", "Sarmat Trading", "--regime", "eu", "--as-of", AS_OF]),
                (f't.goods("8457 10", as_of={AS_OF!r})', ["goods", "8457 10", "--as-of", AS_OF]),
                (f't.goods(text="ball bearing", limit=3, as_of={AS_OF!r})', ["goods", "--text", "ball bearing", "--limit", "3", "--as-of", AS_OF]),
                (f't.lists(as_of={AS_OF!r})', ["lists", "status", "--as-of", AS_OF])):
            with self.subTest(code):
                self.assertEqual(self.ask(f"print(json.dumps({code}))"), self.told(*arguments))
        by_library = self.ask(f"print(json.dumps(t.clear({deal!r}, as_of={AS_OF!r}, record=False)))")
        by_program = self.told("clear", PROHIBITED, "--as-of", AS_OF, "--no-record")
        for decision in (by_library, by_program):
            # The time, and the id, which holds it.
            del decision["decided_at"], decision["id"]
        self.assertEqual(by_library, by_program)

    def test_what_is_not_to_be_recorded_leaves_the_store_as_it_was_and_what_is_can_be_replayed(self):
        data = tempfile.mkdtemp(prefix="tamga-library-")
        try:
            shutil.copytree(self.data, data, dirs_exist_ok=True)
            before = store_digest(data)
            code = f"deal = open({PROHIBITED!r}).read()\nprint(json.dumps(t.clear(deal, as_of={AS_OF!r}, record=%s)))"
            self.ask(code % "False", data)
            self.assertEqual(store_digest(data), before)
            decision = self.ask(code % "True", data)
            self.assertEqual(tamga(data, "replay", decision["id"])[0], 0)
            self.assertEqual(tamga(data, "audit", "verify")[0], 0)
        finally:
            shutil.rmtree(data)


if __name__ == "__main__":
    unittest.main()
