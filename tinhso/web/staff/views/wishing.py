"""A form about a register read into a wish; what the form does not name stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from msgspec import structs

from tinhso.foundation.text import clean
from tinhso.intake.sketching.wishes import LONGEST_TITLE, MOST_FIELDS, Entry, Pillar, Wish

TICKED = ("keep", "required", "key", "sensitive", "search", "facet", "listed")
LONGEST_NAME = 60


def filled(wish: Wish, data: Mapping[str, Any], fixed: Mapping[str, Any] | None = None) -> Wish:
    """The wish as the form has it. Fields beyond those known come with their name (``fixed`` names never change)."""
    known = fixed or {}
    entries = [_entry(each, number, data, known) for number, each in enumerate(wish.entries)]
    number = len(entries)
    while f"vi.{number}" in data and number < MOST_FIELDS:
        entries.append(_entry(Entry("", "", ""), number, data, known))
        number += 1
    if "register_vi" not in data:
        return structs.replace(wish, entries=tuple(entries))
    pillar = _word(data, "pillar")
    return Wish(
        _word(data, "register_name")[:LONGEST_NAME] if fixed is None else wish.register,
        clean(_word(data, "register_vi"))[:LONGEST_TITLE], clean(_word(data, "register_en"))[:LONGEST_TITLE],
        tuple(entries), _labelled(entries, _word(data, "label"), wish),
        pillar if pillar in get_args(Pillar) else wish.pillar,  # type: ignore[arg-type]
        _ticked(data, "person"), _ticked(data, "second"),
    )  # fmt: skip


def _labelled(entries: list[Entry], said: str, wish: Wish) -> str:
    """The field chosen to call records by, whatever it is called now; the form says its number."""
    return entries[int(said)].name if said.isdecimal() and int(said) < len(entries) else wish.label


def _entry(entry: Entry, number: int, data: Mapping[str, Any], fixed: Mapping[str, Any]) -> Entry:
    if f"vi.{number}" not in data:
        return entry
    name = entry.name if entry.name in fixed else _word(data, f"name.{number}")[:LONGEST_NAME] or entry.name
    title = {side: clean(_word(data, f"{side}.{number}"))[:LONGEST_TITLE] for side in ("vi", "en")}
    ticked = {flag: _ticked(data, f"{flag}.{number}") for flag in TICKED}
    return structs.replace(entry, name=name, kind=_word(data, f"kind.{number}") or entry.kind, **title, **ticked)


def _word(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    return str(value[-1] if isinstance(value, list) else value).strip()


def _ticked(data: Mapping[str, Any], name: str) -> bool:
    return _word(data, name) == "yes"
