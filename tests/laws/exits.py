"""Every exit there is, found in the application's own route table, and all that can be asked of it.

What stands for a part of an address is said here by the part's name. A route with a part of a name not known here
fails the law until somebody says what to put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.laws.worlds import ABSENT, AN, LIVE, MARK, STRANGER, STRANGERS_COMMUNE, THERE, World
from tinhso.registers.records import Position
from tinhso.web.kit import paging

Which = Literal["foreign", "own", "absent"]
GUARDED = ("/staff", "/api", LIVE)
SOMEBODYS = {
    "record_id", "record", "batch", "change_set", "transfer", "case_id", "attachment", "kept", "export", "round",
    "draft", "proposal", "evidence", "sketch",
}  # fmt: skip
"""Parts of addresses that name what belongs to somebody."""
GIVEN = {"house", "sight", "mine", "request", "data"}
"""What a handler is given by the house rather than by the address."""


@dataclass(frozen=True)
class Exit:
    """A way of asking: method, address with its open parts, the words it takes after the question mark."""

    method: str
    address: str
    words: tuple[str, ...]
    verb: str | None
    """None where anybody may ask, "own" where everybody signed in."""

    @property
    def parts(self) -> list[str]:
        return re.findall(r"{(\w+):\w+}", self.address)

    @property
    def numbered(self) -> bool:
        """Whether it names something that belongs to somebody."""
        return bool(SOMEBODYS & set(self.parts))


@dataclass(frozen=True)
class Ask:
    """One question: an exit with everything filled in."""

    exit: Exit
    address: str
    query: dict[str, str] = field(default_factory=dict)

    def of(self, world: World, who: str) -> Any:
        said = {"params": self.query} if self.exit.method == "GET" else {"params": self.query, "data": FORM}
        return world.ask(who, self.exit.method, self.address, **said)

    def __str__(self) -> str:
        return f"{self.exit.method} {self.address} {self.query or ''}"


FORM = {
    "reason": "một lý do", "shown": "", "only_good": "yes", "gone": "remove", "heading": MARK, "field": "-",
    "offered": "lost_zero", "repair": "lost_zero", "removing": "1", "register": "workers", "words": "một lời",
    "action": "noted", "basis": "một căn cứ", "person": "an", "declaration": "verbs: {}", "version": "1",
    "what": "changed", "query": "", "note": "một ghi chú", "act": "record", "base": "1", "seen": "1", "all": "yes",
}  # fmt: skip
"""What is filled into every form, whatever fields it has."""


def exits(app: Litestar) -> list[Exit]:
    """The exits of an application that lie behind the sign-in, are somebody's answer as JSON, or a stream of events."""
    return [each for each in every(app) if each.address.startswith(GUARDED)]


def every(app: Litestar) -> list[Exit]:
    """All exits, those of what is open to everybody too."""
    found = []
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                found += [_exit(route, handler, method) for method in sorted({*handler.http_methods} - {"OPTIONS"})]
    return found


def _exit(route: HTTPRoute, handler: HTTPRouteHandler, method: str) -> Exit:
    pieces = (each if isinstance(each, str) else f"{{{each.name}:{each.type.__name__}}}" for each in _pieces(route))
    path = "/" + "/".join(pieces)
    parts = set(re.findall(r"{(\w+):\w+}", path))
    words = tuple(name for name in handler.parsed_fn_signature.parameters if name not in GIVEN | parts)
    return Exit(method, path, words, None if handler.opt.get("public") else handler.opt.get("verb", "own"))


def _pieces(route: HTTPRoute) -> list[Any]:
    """Words, and open parts with a name and a type."""
    return list(route.path_components)


def asked(world: World, each: Exit, which: Which) -> Iterator[Ask]:
    """All questions to an exit: for each register, each word it takes."""
    by_register = "name" in each.parts or "register" in each.words
    for register in sorted(world.pack.registers) if by_register else [next(iter(sorted(world.pack.registers)))]:
        for indicator in sorted(world.pack.indicators) if "indicator" in each.parts else [""]:
            address = _filled(world, each, register, indicator, which)
            base = {"register": register} if "register" in each.words else {}
            yield Ask(each, address, base)
            for word in each.words:
                for value in _words(world, register, word):
                    yield Ask(each, address, {**base, word: value})
            if "{name:str}" in each.address and "q" in each.words:
                declaration = world.pack.registers[register]
                yield from (Ask(each, address, {name: f"{MARK} 2"}) for name in declaration.facets)
                yield from (Ask(each, address, {f"{name}.has": MARK}) for name in declaration.search)
                yield from (Ask(each, address, {"sort": f"-{name}"}) for name in (*declaration.facets, "change_set"))
                yield Ask(each, address, {"id": f"{world.records[register][0][0]},{world.records[register][1][0]}"})


def _filled(world: World, each: Exit, register: str, indicator: str, which: Which) -> str:
    foreign, own = world.records[register]
    by = {"foreign": 0, "own": 1}.get(which)
    known: dict[str, object] = {
        "name": register, "indicator": indicator,
        **dict.fromkeys(("record_id", "record"), ABSENT if by is None else (foreign, own)[by][0]),
        "batch": ABSENT if by is None else world.batches[by],
        "change_set": ABSENT if by is None else world.sets[by],
        "grant": ABSENT, "role": "everything", "act": "close", "login": AN,
        **{part: ABSENT if by is None else ids[by] for part, ids in world.others.items()},
    }  # fmt: skip
    unknown = set(each.parts) - set(known)
    assert not unknown, f"{each.address}: say in tests/laws/exits.py what stands for {sorted(unknown)}"
    return re.sub(r"{(\w+):\w+}", lambda part: str(known[part[1]]), each.address)


def _words(world: World, register: str, word: str) -> list[str]:
    """What is tried for a word of a query; a word that nobody thought of is tried with what is looked for."""
    (number, key), _ = world.records[register]
    token = paging.token(Position(" ", number - 1)) or ""
    known = {
        "q": [f"{MARK} 2", MARK, key, "a"], "area": [THERE, STRANGERS_COMMUNE, "02", "zz"], "after": [token, "zz"],
        "before": [str(world.sets[0] + 1), str(world.sets[0])], "register": ["zz", MARK], "limit": ["100"],
        "as_of": ["1000000", "1"], "day": ["2026-01-01", "2100-01-01", "zz"], "reading": ["was", "known"],
        "sort": ["area", "-change_set", "-", "zz"], "columns": ["area,change_set", MARK],
        "only": ["missing", "double", "since.1", MARK], "units": ["districts"],
        "board": ["article", MARK], "person": [AN, STRANGER], "record": [str(number)],
        "lang": ["en"], "seen": [MARK],
    }  # fmt: skip
    return known.get(word, [key, str(number), MARK])
