#!/usr/bin/env python3
"""Check the house rules that a compiler does not: banned calls, headers, long lines, large files.

usage: check_style.py [FILE...]    check the work tree this script is in, or only these files of it
       check_style.py --self-test  break every rule once in a made-up tree, and see that each is found, and nothing else

Prints FILE:LINE: what is wrong, and what was expected. Exit status: 0 clean, 1 findings.
A line that has a good reason says so: a comment "style-ok: REASON" on it lets it pass.
"""
import os
import re
import subprocess
import sys
import tempfile

COLUMNS = 150
BLOB_KIB = 500
CPP = (".h", ".cpp")
# Sample lists and fuzz seeds keep the odd bytes of the published files they imitate.
TEXT = CPP + (".py", ".sh", ".cmake", ".md", ".toml", ".yml", ".json")
AS_PUBLISHED = ("samples/", "fuzz/corpus/", "fuzz/canary/corpus/")
LONG_LINES_CHECKED = CPP + (".py", ".sh", ".cmake")

LIBRARY, PRODUCT, EVERYWHERE = "library modules", "src", "src fuzz bench tests"


def call(*names):
    """A call of one of these free functions, with or without std:: in front; not a method, nor foo::name."""
    return re.compile(r"(?:(?<![\w.>:])(?:std::|::)?|(?<=\bstd::))\b(?:" + "|".join(names) + r")\s*\(")


def name(*names):
    return re.compile(r"(?<![\w.>])(?:" + "|".join(names) + r")\b")


# (where, pattern, what to say). Patterns are looked for in code only: comments and literals are blanked before.
BANNED = [
    (EVERYWHERE, call("strtod", "strtof", "strtold", "stod", "stof", "stold", "atof"),
     "depends on the locale; read numbers with std::from_chars, or Decimal"),
    (PRODUCT, call("atoi", "atol", "atoll", "stoi", "stol", "stoll", "stoul", "stoull"),
     "takes rubbish behind the number or throws; use std::from_chars"),
    (EVERYWHERE, call("tolower", "toupper", "isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower", "ispunct", "isxdigit", "isprint"),
     "depends on the locale; compare with the characters meant, or use text/"),
    (EVERYWHERE, call("setlocale", "strftime", "strptime", "localtime", "gmtime", "mktime", "strcoll"),
     "depends on the locale or the time zone; use base/date.h"),
    (EVERYWHERE, name(r"std::locale", r"std::regex\w*", r"std::w?smatch"), "is slow and depends on the locale; write the few lines of scanner"),
    (EVERYWHERE, re.compile(r"#\s*include\s*<(?:regex|locale|format|print)>"), "is banned, or missing in g++ 12"),
    (EVERYWHERE, call("rand", "srand"), "is not ours to replay; pass a seeded generator in"),
    (EVERYWHERE, call("system", "popen"), "runs a shell"),
    (EVERYWHERE, call("sprintf", "vsprintf", "gets", "strcpy", "strcat", "strtok"), "has no bound or hidden state; use fmt::format"),
    (PRODUCT, re.compile(r"\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)|\bsystem_clock\b(?=\s*::\s*now)|\b(?:gettimeofday|clock_gettime)\s*\("),
     "reads the clock; only base/date.cpp may, pass the time in"),
    (LIBRARY, name(r"std::(?:cout|cerr|clog)", "stdout", "stderr"), "library code does not print; return it, only src/cli talks"),
    (LIBRARY, call("printf", "fprintf", "puts", "fputs", "putchar", "perror"), "library code does not print; return it, only src/cli talks"),
    (LIBRARY, re.compile(r"\bfmt::print(?:ln)?\s*\("), "library code does not print; return it, only src/cli talks"),
    (LIBRARY, re.compile(r"#\s*include\s*<iostream>"), "library code does not print; return it, only src/cli talks"),
    (LIBRARY, call("exit", "_exit", "quick_exit"), "library code does not exit; return an error"),
]
# The one place for each thing that the rest asks for: the clock, and the last words of a CHECK that failed.
EXEMPT = {"src/base/date.cpp": "reads the clock", "src/base/result.cpp": "does not print"}

RAW_STRING = re.compile(r'R"([^()\\\s]{0,16})\(')


def code_only(text):
    """The text with the insides of comments and literals blanked, its lines kept. Includes keep their <name>."""
    out, i, size = [], 0, len(text)

    def blank(until):
        nonlocal i
        out.append("".join(c if c == "\n" else " " for c in text[i:until]))
        i = until

    while i < size:
        two = text[i:i + 2]
        if two == "//":
            end = text.find("\n", i)
            blank(size if end < 0 else end)
        elif two == "/*":
            end = text.find("*/", i + 2)
            blank(size if end < 0 else end + 2)
        elif text[i] == '"' and i > 0 and text[i - 1] == "R" and (raw := RAW_STRING.match(text, i - 1)):
            end = text.find(")" + raw.group(1) + '"', i)
            blank(size if end < 0 else end + len(raw.group(1)) + 2)
        elif text[i] == '"' or (text[i] == "'" and not (i > 0 and (text[i - 1].isalnum() and text[i + 1:i + 2].isalnum()
                                                                   and not text[i - 1] in "uUL"))):
            end = i + 1  # a ' between digits only groups them
            while end < size and text[end] not in (text[i], "\n"):
                end += 2 if text[end] == "\\" else 1
            blank(min(end + 1, size) if text[end:end + 1] != "\n" else end)
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def applies(where, path):
    if where == EVERYWHERE:
        return path.startswith(("src/", "fuzz/", "bench/", "tests/"))
    if not path.startswith("src/") or path.endswith("_test.cpp"):
        return False
    return where == PRODUCT or not path.startswith("src/cli/")


def check_cpp(path, text, lines):
    code = code_only(text).split("\n")
    for number, line in enumerate(code, 1):
        if number <= len(lines) and "style-ok: " in lines[number - 1]:
            continue
        for where, pattern, why in BANNED:
            if applies(where, path) and (match := pattern.search(line)):
                if path in EXEMPT and EXEMPT[path] in why:
                    continue
                yield number, f"{match.group(0).strip().rstrip('(').strip()}: {why}"
        if path.endswith(".h") and re.search(r"\busing\s+namespace\b", line):
            yield number, "using namespace in a header; name what is used"
    if path.endswith(".h"):
        first = next((n for n, line in enumerate(code, 1) if line.strip()), 1)
        if not re.match(r"\s*#\s*pragma\s+once\b", code[first - 1]):
            yield first, "a header begins with #pragma once"


def check_file(path, content):
    """Findings (line number, sentence) of one file; path is relative to the root, with slashes."""
    if len(content) > BLOB_KIB * 1024:
        yield 1, f"{len(content) // 1024} KiB; files over {BLOB_KIB} kB do not belong into the repository"
        return
    extension = os.path.splitext(path)[1]
    if os.path.basename(path) == "CMakeLists.txt":
        extension = ".cmake"
    if path.startswith(AS_PUBLISHED) or (extension not in TEXT and os.path.basename(path) != "Makefile"):
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield content.count(b"\n", 0, error.start) + 1, "not UTF-8"
        return
    lines = text.split("\n")
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end of the file"
    for number, line in enumerate(lines, 1):
        if "\t" in line and os.path.basename(path) != "Makefile":
            yield number, "a tab; use spaces"
        if line.endswith("\r"):
            yield number, "a carriage return; lines end with a newline alone"
        if extension in LONG_LINES_CHECKED and len(line) > COLUMNS and "style-ok: " not in line:
            yield number, f"{len(line)} columns; at most {COLUMNS}"
    if extension in CPP:
        yield from check_cpp(path, text, lines)


def files_of(root):
    """What git would have in the repository: tracked, or new and not ignored. Without git, every file."""
    try:
        listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, check=True).stdout.decode("utf-8").split("\0")
        return sorted({path for path in listed if path and os.path.isfile(os.path.join(root, path))})
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, names, files in os.walk(root):
            names[:] = [n for n in names if n not in (".git", "build", "__pycache__")]
            found += [os.path.relpath(os.path.join(folder, f), root) for f in files]
        return sorted(found)


def check_tree(root, only=()):
    """(number of files, findings as (path, line number, sentence))."""
    findings, paths = [], list(only) or files_of(root)
    for path in paths:
        with open(os.path.join(root, path), "rb") as file:
            content = file.read()
        findings += [(path, number, why) for number, why in check_file(path, content)]
    return len(paths), findings


CLEAN = {
    "src/base/good.h": '// Says why.\n#pragma once\n\n#include <string>\n\nnamespace tamga {\nint strtod_of(int);\n}\n',
    # Each line looks like a broken rule and is none.
    "src/base/good.cpp": '#include "base/good.h"\n'
                         '// std::cout << time(nullptr); system("x")\n'
                         '/* strtod(a, b)\n   using namespace std; */\n'
                         'const char* a = "std::cout << rand() // not a comment";\n'
                         'const char* b = R"x(tolower(" printf()x";\n'
                         "char c = '\"'; int n = 1'000'000; char d = '\\''; wchar_t w = L'x';\n"
                         'int e = text.system(1) + my::tolower(2) + p->rand() + my_sprintf(3) + isdigit_ascii(4);\n'
                         'using Day = std::chrono::time_point<std::chrono::system_clock>;\n'
                         'fflush(stdout);  // style-ok: a made-up reason\n',
    "src/base/date.cpp": "auto now = std::chrono::system_clock::now();\n",
    "src/base/result.cpp": 'void check_failed() { fmt::print(stderr, "x"); }\n',
    "src/base/good_test.cpp": 'void f() { std::cout << 1; printf("x"); exit(1); }\n',
    "src/cli/main.cpp": 'int main() { fmt::print("x"); std::cout << 1; std::exit(1); }\n',
    "bench/good_bench.cpp": "auto begin = std::chrono::system_clock::now();\n",
    "samples/list.csv": "as\tpublished\r\n\x1a",
    "Makefile": "all:\n\techo\n",
    "docs/long.md": "word " * 60 + "\n",
}
# path, content, line of the finding, a word of it
BROKEN = [
    ("src/base/a.cpp", "int a;\ndouble x = std::strtod(s, nullptr);\n", 2, "strtod"),
    ("src/base/b.cpp", "double x = stod(s);\n", 1, "stod"),
    ("src/base/c.cpp", "int x = ::atoi(s);\n", 1, "atoi"),
    ("src/base/d.cpp", "char x = std::tolower(c);\n", 1, "tolower"),
    ("src/base/d2.cpp", "using std::toupper;\nchar x = !isdigit(c);\n", 2, "isdigit"),
    ("src/base/e.cpp", 'setlocale(LC_ALL, "");\n', 1, "setlocale"),
    ("src/base/f.cpp", "std::regex r;\n", 1, "regex"),
    ("src/base/f2.cpp", "#include <regex>\n", 1, "banned"),
    ("src/base/g.cpp", "int x = rand();\n", 1, "rand"),
    ("src/cli/h.cpp", 'int x = std::system("ls");\n', 1, "shell"),
    ("src/base/i.cpp", 'sprintf(a, "x");\n', 1, "bound"),
    ("fuzz/i2.cpp", "gets(a);\n", 1, "bound"),
    ("src/base/j.cpp", '/* x */ std::cout << "x";\n', 1, "print"),
    ("src/base/j2.cpp", 'fmt::print("x");\n', 1, "print"),
    ("src/base/j3.cpp", 'printf("x");\n', 1, "print"),
    ("src/base/j4.cpp", 'const char* a = R"(\n)"; fprintf(stderr, "x");\n', 2, "print"),
    ("src/base/k.cpp", "long t = time(nullptr);\n", 1, "clock"),
    ("src/cli/k2.cpp", "auto t = std::chrono::system_clock::now();\n", 1, "clock"),
    ("src/base/l.cpp", "std::exit(1);\n", 1, "exit"),
    ("src/base/m.h", "#pragma once\nusing namespace std;\n", 2, "using namespace"),
    ("src/base/n.h", "// why\n#include <string>\n#pragma once\n", 2, "#pragma once"),
    ("src/base/o.cpp", "int a;\n\tint b;\n", 2, "tab"),
    ("src/base/p.cpp", "int a;\n// " + "x" * COLUMNS + "\n", 2, "columns"),
    ("src/base/q.cpp", "int a;", 1, "newline"),
    ("docs/q.md", "text", 1, "newline"),
    ("scripts/r.sh", "echo\r\n", 1, "carriage"),
    ("docs/s.md", b"\n\xff\n", 2, "UTF-8"),
    ("samples/t.json", "x" * (BLOB_KIB * 1024 + 1), 1, "kB"),
]


def self_test():
    with tempfile.TemporaryDirectory() as root:
        for path, content in list(CLEAN.items()) + [(path, content) for path, content, _, _ in BROKEN]:
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        files, findings = check_tree(root)
    wrong = []
    if files != len(CLEAN) + len(BROKEN):
        wrong.append(f"{files} files read, expected {len(CLEAN) + len(BROKEN)}")
    for path, _, line, word in BROKEN:
        here = [(number, why) for found, number, why in findings if found == path]
        if not any(number == line and word in why for number, why in here):
            wrong.append(f"{path}: expected a finding with '{word}' in line {line}, got {here}")
        wrong += [f"{path}:{number}: found besides: {why}" for number, why in here if number != line]
    wrong += [f"{path}:{number}: nothing is wrong here, but was found: {why}" for path, number, why in findings if path in CLEAN]
    for line in wrong:
        print(f"self-test: {line}")
    print(f"check_style.py --self-test: {len(BROKEN)} broken and {len(CLEAN)} clean files, {len(wrong)} mistake(s)", file=sys.stderr)
    return 1 if wrong else 0


def main(arguments):
    if "--self-test" in arguments:
        return self_test()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    only = [os.path.relpath(os.path.abspath(path), root) for path in arguments]
    files, findings = check_tree(root, only)
    for path, number, why in findings:
        print(f"{path}:{number}: {why}")
    print(f"check_style.py: {files} files, {len(findings)} finding(s)", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
