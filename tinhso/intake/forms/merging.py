"""Two people at one record: what each changed since both opened it, put together field by field.

All sides are texts as a form writes them (``typed``), so that 1500000 and 1.500.000 are no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Side = Literal["mine", "theirs"]
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed, each otherwise; ``base`` is None where what it was is not known any more."""

    field: str
    base: str | None
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Texts by field; which of them are the others' changes; and what nobody has decided, where mine stands so far."""

    texts: Texts
    taken: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def ground(base: Texts, sent: Texts, seen: Texts, choices: Mapping[str, Side]) -> Texts:
    """What each field was when it was typed upon, where whoever typed was shown the others' changes (``seen``).

    A field sent as the others have it is no own change; one set back to what it was at first is. Any other own text
    was typed upon the base, and so is what a choice decides.

    >>> ground({"a": "1", "b": "1", "c": "1"}, {"a": "2", "b": "1", "c": "3"}, {"a": "2", "b": "2", "c": "2"}, {})
    {'a': '2', 'b': '2', 'c': '1'}
    """
    own = {name for name, text in sent.items() if name not in choices and text in (base[name], seen[name])}
    return {name: seen[name] if name in own else text for name, text in base.items()}


def merge(base: Texts | None, mine: Texts, theirs: Texts, choices: Mapping[str, Side]) -> Merged:
    """A field changed by one side only is that side's, one changed by both alike is no conflict; else the choice
    decides. Without a base every difference is one to be decided.

    >>> merge({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "3"}, {})
    Merged(texts={'a': '2', 'b': '3'}, taken=('b',), conflicts=())
    """
    texts: dict[str, str] = {}
    taken, conflicts = [], []
    for name, own in mine.items():
        was, other = base[name] if base is not None else None, theirs[name]
        texts[name] = own
        if own == other or other == was:
            continue
        if own == was or choices.get(name) == "theirs":
            texts[name] = other
            taken.append(name)
        elif name not in choices:
            conflicts.append(Conflict(name, was, own, other))
    return Merged(texts, tuple(taken), tuple(conflicts))


def settle(base: Texts | None, mine: Texts, seen: Texts, now: Texts, choices: Mapping[str, Side]) -> Merged:
    """The same where choices were made before ``seen`` and the record may have changed again since: a choice holds for
    what was seen and for nothing later."""
    first = merge(base, mine, seen, choices)
    if seen == now:
        return first
    if first.conflicts:
        return merge(base, mine, now, {})
    second = merge(seen, first.texts, now, {})
    return replace(second, taken=tuple(dict.fromkeys((*first.taken, *second.taken))))
