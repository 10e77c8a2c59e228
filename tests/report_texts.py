"""The texts that a C++ source says: literals given to say(), heading(), pair() and made(). Used by tests that ask whether all are translated."""
import json
import re

LITERAL = r'"(?:[^"\\]|\\.)*"'
CALLS = re.compile(r'\b(?:say|heading|pair)\(\s*(' + LITERAL + r'(?:\s*' + LITERAL + r')*)|\bmade\([\w.]+,\s*(' + LITERAL + r')')


def texts(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    found = []
    for match in CALLS.finditer(source):
        pieces = re.findall(LITERAL, next(group for group in match.groups() if group))
        text = "".join(json.loads(piece) for piece in pieces)
        if text:
            found.append(text)
    return sorted(set(found))
