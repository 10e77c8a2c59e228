"""Tamga in Python: screening of names and clearance of trade deals against sanctions and export controls.

    import tamga

    with tamga.Tamga(data="/var/lib/tamga") as desk:
        for hit in desk.screen("Bank VTB")["hits"]:
            print(hit["score"], hit["list"], hit["caption"])
        decision = desk.clear(deal, record=False)

    tamga.score("Vladimir Petrov", "Владимир Петров", schema="Person")    # needs no lists

Answers are dictionaries of the shapes of `tamga COMMAND --json`. The library is looked for in $TAMGA_LIBRARY, beside this file, and then where the
system looks for libtamga.so.0. Needs Python 3.9 and nothing else.

Tamga serves compliance. It has no function that looks for a way round a rule.
"""
from __future__ import annotations

import ctypes
import json
import os
import threading
from types import TracebackType
from typing import Any, Mapping, Optional, Sequence, Type, Union

__all__ = ["BadInput", "Error", "Failure", "Tamga", "compare", "score", "version"]

Answer = dict[str, Any]
Texts = Union[str, Sequence[str]]

_SCORE_MAX = 10_000
_BAD_INPUT = 2


class Error(Exception):
    """What the library could not do, as one sentence."""


class BadInput(Error, ValueError):
    """A question, deal or option is wrong."""


class Failure(Error):
    """The disk, the database, a permission, memory, or a damaged store."""


def _load() -> ctypes.CDLL:
    # Beside this file, or where `make install` puts it from here; else where the system looks.
    here = os.path.dirname(os.path.abspath(__file__))
    beside = [path for up in ("", "../..") if os.path.exists(path := os.path.join(here, up, "libtamga.so.0"))]
    path = os.environ.get("TAMGA_LIBRARY") or next(iter(beside), "libtamga.so.0")
    library = ctypes.CDLL(path)
    text, handle = ctypes.c_char_p, ctypes.c_void_p
    owned = ctypes.c_void_p  # c_char_p would be copied, and then could not be freed
    for name, result, arguments in (
            ("version", text, []),
            ("open", handle, [text]),
            ("close", None, [handle]),
            ("screen", owned, [handle, text]),
            ("score", ctypes.c_int, [handle, text, text, text]),
            ("compare", owned, [handle, text, text, text]),
            ("clear", owned, [handle, text, text, ctypes.c_int]),
            ("owners", owned, [handle, text]),
            ("goods", owned, [handle, text]),
            ("lists", owned, [handle, text]),
            ("last_error", text, []),
            ("last_error_kind", ctypes.c_int, []),
            ("free", None, [owned])):
        function = getattr(library, "tamga_" + name)
        function.restype, function.argtypes = result, arguments
    return library


_library = _load()


def _raise() -> None:
    message = _library.tamga_last_error().decode("utf-8", "replace")
    raise (BadInput if _library.tamga_last_error_kind() == _BAD_INPUT else Failure)(message)


def _text(value: str) -> bytes:
    """For C a text ends at its first zero: cut there, half of a name would be screened."""
    if not isinstance(value, str):
        raise TypeError(f"expected a str, not {type(value).__name__}")
    if "\0" in value:
        raise BadInput("a text holds a zero character")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise BadInput("a text holds a lone surrogate, which is no character") from None


def _taken(pointer: Optional[int]) -> Answer:
    if not pointer:
        _raise()
    try:
        return json.loads(ctypes.string_at(pointer))
    finally:
        _library.tamga_free(pointer)


def _question(**members: Any) -> bytes:
    return _text(json.dumps({key: value for key, value in members.items() if value is not None}, ensure_ascii=False))


def version() -> str:
    """Of the library: "0.1.0"."""
    return _library.tamga_version().decode()


def score(name1: str, name2: str, schema: str = "") -> float:
    """How much two names are the same, 0 to 1, by the matching that is built in. `schema` says what they name; "" is LegalEntity."""
    return _score(None, name1, name2, schema)


def compare(name1: str, name2: str, schema: str = "") -> Answer:
    """The same with the reasons: {"score", "explain"}."""
    return _taken(_library.tamga_compare(None, _text(name1), _text(name2), _text(schema)))


def _score(handle: Optional[int], name1: str, name2: str, schema: str) -> float:
    value = _library.tamga_score(handle, _text(name1), _text(name2), _text(schema))
    if value < 0:
        _raise()
    return value / _SCORE_MAX


class Tamga:
    """Lists and rules that stay open between questions. May be used from several threads; calls run side by side, since they leave Python's lock.

    `data`: folder of the store, default $TAMGA_DATA or ~/.local/share/tamga. `policy`: folder of rule files, default $TAMGA_POLICY or those built
    in. `max_list_age`: days after which a list counts as stale, 0: never. `threads`: what large work may use.
    """

    def __init__(self, data: Optional[str] = None, *, policy: Optional[str] = None, max_list_age: Optional[int] = None,
                 threads: Optional[int] = None) -> None:
        self._idle = threading.Condition()
        self._calls = 0
        self._handle: Optional[int] = None
        options = _question(data=None if data is None else os.fspath(data), policy=None if policy is None else os.fspath(policy),
                            max_list_age=max_list_age, threads=threads)
        handle = _library.tamga_open(options)
        if not handle:
            _raise()
        self._handle = handle

    def __enter__(self) -> Tamga:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        # An __init__ that failed early left nothing; nobody else can be calling any more.
        if getattr(self, "_handle", None):
            self.close()

    def close(self) -> None:
        """Gives everything back, once the calls of other threads have ended. Closing twice does no harm."""
        with self._idle:
            handle, self._handle = self._handle, None
            self._idle.wait_for(lambda: self._calls == 0)
        if handle:
            _library.tamga_close(handle)

    def _call(self, function: Any, *arguments: Any) -> Any:
        with self._idle:
            if self._handle is None:
                raise ValueError("this Tamga is closed")
            handle = self._handle
            self._calls += 1
        try:
            return function(handle, *arguments)
        finally:
            with self._idle:
                self._calls -= 1
                self._idle.notify_all()

    def screen(self, name: Optional[Texts] = None, *, schema: Optional[str] = None, birth_date: Optional[str] = None,
               country: Optional[Texts] = None, address: Optional[Texts] = None, identifier: Optional[Texts] = None,
               entity: Optional[Mapping[str, Any]] = None, threshold: Optional[float] = None, lists: Optional[Sequence[str]] = None,
               as_of: Optional[str] = None, exhaustive: bool = False) -> Answer:
        """Screens a party: {"query", "basis", "hits"}, the best hit first. Several names are names of one party; `entity` is a FollowTheMoney
        entity instead of the single fields; `as_of` a day, YYYY-MM-DD."""
        listed = list(lists) if lists is not None else None
        question = _question(name=_plain(name), schema=schema, birth_date=birth_date, country=_plain(country), address=_plain(address),
                             identifier=_plain(identifier), entity=entity, threshold=threshold, lists=listed, as_of=as_of,
                             exhaustive=exhaustive or None)
        return self._call(lambda handle: _taken(_library.tamga_screen(handle, question)))

    def score(self, name1: str, name2: str, schema: str = "") -> float:
        """As the module's score(), by this policy's matching."""
        return self._call(lambda handle: _score(handle, name1, name2, schema))

    def compare(self, name1: str, name2: str, schema: str = "") -> Answer:
        """As the module's compare(), by this policy's matching."""
        arguments = _text(name1), _text(name2), _text(schema)
        return self._call(lambda handle: _taken(_library.tamga_compare(handle, *arguments)))

    def clear(self, deal: Union[Mapping[str, Any], str], *, as_of: Optional[str] = None, record: bool = True) -> Answer:
        """Decides on a deal (a dictionary, or its JSON) or on a payment message (its text). The decision goes into the ledger before it is returned,
        and opens alerts, unless `record` is False. Several transactions of one message give {"decisions"}."""
        text = _text(deal if isinstance(deal, str) else json.dumps(deal, ensure_ascii=False))
        return self._call(lambda handle: _taken(_library.tamga_clear(handle, text, _question(as_of=as_of), 1 if record else 0)))

    def owners(self, party: str, *, regime: Optional[str] = None, as_of: Optional[str] = None) -> Answer:
        """Who owns and controls a party under each authority's rule, or under that of one regime (us, eu, uk, un, ch)."""
        question = _question(party=party, regime=regime, as_of=as_of)
        return self._call(lambda handle: _taken(_library.tamga_owners(handle, question)))

    def goods(self, code: Optional[str] = None, *, text: Optional[str] = None, limit: Optional[int] = None, language: Optional[str] = None,
              as_of: Optional[str] = None) -> Answer:
        """Control lists that name a goods code; or with `text`, codes for a description."""
        question = _question(code=code, text=text, limit=limit, language=language, as_of=as_of)
        return self._call(lambda handle: _taken(_library.tamga_goods(handle, question)))

    def lists(self, *, as_of: Optional[str] = None) -> Answer:
        """Every list edition with its date and age."""
        return self._call(lambda handle: _taken(_library.tamga_lists(handle, _question(as_of=as_of))))


def _plain(value: Optional[Texts]) -> Any:
    """JSON knows lists, and not every sequence."""
    return value if value is None or isinstance(value, str) else list(value)
