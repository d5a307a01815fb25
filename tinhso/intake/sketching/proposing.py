"""From a workbook that was read to a wish: every column with its kind and evidence, the key, what lists show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tinhso.foundation.problems import Problem
from tinhso.foundation.text import clean
from tinhso.intake.reading.workbook import Workbook
from tinhso.intake.sketching import columns, guessing, keys, kinds, naming
from tinhso.intake.sketching.columns import Texts
from tinhso.intake.sketching.guessing import SURE, Guess
from tinhso.intake.sketching.measuring import Fit, Measure
from tinhso.intake.sketching.wishes import LISTED, LONGEST_TITLE, MOST_FIELDS, Entry, Wish

Links = Callable[[Sequence[str]], Mapping[str, int]]
"""Of texts, how many are keys of records by register, as far as whoever asks may read them."""
LABEL = re.compile(r"\b(ho va ten|ho ten|ten|name|tieu de|noi dung)\b")
PERSON = re.compile(r"\b(ho va ten|ho ten|chu ho|nguoi)\b")
FEWEST_LINKED, MOST_LINKED = 3, 5_000
"""Different values that a reference to another register is looked for with."""
FACETS = 6


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a workbook proposes: the wish, by letter the evidence and the column itself, and what was left out."""

    wish: Wish
    guesses: Mapping[str, Guess]
    texts: Mapping[str, Texts]
    problems: tuple[Problem, ...] = ()


def nothing(texts: Sequence[str]) -> Mapping[str, int]:
    """No register to refer to."""
    return {}


def propose(workbook: Workbook, file: str, measure: Measure, links: Links = nothing) -> Sketch | None:
    """The proposal; None where the workbook holds no table, which its own problems explain."""
    if not workbook.sheets:
        return None
    sheets, others = columns.told_apart(workbook)
    texts = columns.texts(sheets)
    many = measure.over(texts)
    guesses = {each.letter: guessing.guess(each, many) for each in texts}
    guesses = {each.letter: _linked(each, guesses[each.letter], measure, links) for each in texts}
    wish = _wish(texts, guesses, file, measure)
    left = [Problem("intake.sketch_sheet_left", sheet=sheet.name) for sheet in others]
    problems = (*workbook.problems, *left, *_told(texts))
    return Sketch(wish, guesses, {each.letter: each for each in texts}, problems)


def _linked(column: Texts, guess: Guess, measure: Measure, links: Links) -> Guess:
    """The guess, with the register that nearly all values are keys of."""
    named = guess.kind in ("text", kinds.OWN) or guess.kind in kinds.CHECKED
    if not named or not FEWEST_LINKED <= guess.distinct <= MOST_LINKED:
        return guess
    known = links(column.filled.unique().to_list())
    register = max(known, key=lambda name: known[name], default=None)
    if register is None or known[register] < SURE * guess.distinct:
        return guess
    fit = Fit(f"{kinds.LINKED}{register}", guess.distinct, known[register])
    theirs = measure.declared[register]
    delicate = guess.delicate or theirs.fields[theirs.primary_key[0]].sensitive
    return replace(guess, kind=fit.kind, fits=(fit, *guess.fits), delicate=delicate)


def _told(texts: Sequence[Texts]) -> list[Problem]:
    """What the officer has to know before anything else."""
    found = [
        Problem("intake.sketch_heading_twice", cell=each.letter, value=each.heading) for each in texts if each.twice
    ]
    found += [Problem("intake.sketch_no_heading", cell=each.letter) for each in texts if not each.heading]
    if len(texts) > MOST_FIELDS:
        found.append(Problem("intake.sketch_cut", value=str(len(texts)), facts={"most": str(MOST_FIELDS)}))
    return found


def _wish(texts: Sequence[Texts], guesses: Mapping[str, Guess], file: str, measure: Measure) -> Wish:
    kept = [each for each in texts if not (each.numbering or each.twice or not each.heading)][:MOST_FIELDS]
    found = keys.key(kept, {letter: each.kind for letter, each in guesses.items()})
    letters = [each.letter for each in kept]
    names: dict[str, str] = {}
    for each in texts:
        names[each.letter] = naming.field(each.heading, each.letter, names.values())
    entries = [_entry(each, names[each.letter], guesses[each.letter], each.letter in letters, each.letter in found)
               for each in texts]  # fmt: skip
    title = title_of(file)
    label = _label([each for each in entries if each.keep])
    entries = _shown(entries, label)
    person = any(each.name == label and PERSON.search(guessing.folded(each.heading)) for each in entries)
    return Wish(naming.register(title, measure.declared), title, title, tuple(entries), label, person=person)


def _entry(column: Texts, name: str, guess: Guess, keep: bool, key: bool) -> Entry:
    title = clean(column.heading)[:LONGEST_TITLE] or name
    return Entry(
        name, title, title, guess.kind, column.letter, column.heading, keep,
        required=keep and guess.blank == 0, key=key, sensitive=guess.delicate,
    )  # fmt: skip


def title_of(file: str) -> str:
    """A register's title from the name of its file."""
    bare = clean(re.sub(r"[_]+", " ", re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0]))[:LONGEST_TITLE]
    return f"{bare[:1].upper()}{bare[1:]}" or "Sổ mới"


def _label(entries: Sequence[Entry]) -> str:
    """The field that records are called by: a name by its heading, else the first text, else the key."""
    texts = [each for each in entries if each.kind == "text"]
    named = [each for each in texts if LABEL.search(guessing.folded(each.heading))]
    first = named or [each for each in texts if not each.key] or [each for each in entries if each.key] or list(entries)
    return first[0].name if first else ""


def _shown(entries: Sequence[Entry], label: str) -> list[Entry]:
    """What lists show unasked, what narrows them and what is searched in."""
    listed = [each.name for each in entries if each.keep and (each.name == label or each.key)]
    open_ = [each for each in entries if each.keep and not each.sensitive]
    listed += [each.name for each in open_ if each.name not in listed and each.kind not in kinds.AREAS]
    facets = [each.name for each in open_ if each.kind.startswith(kinds.OWN) or each.kind == "yes_no"][:FACETS]
    return [
        Entry(
            each.name, each.vi, each.en, each.kind, each.letter, each.heading, each.keep, each.required, each.key,
            each.sensitive, search=_searched(each, label), facet=each.name in facets,
            listed=each.name in listed[:LISTED],
        )
        for each in entries
    ]  # fmt: skip


def _searched(entry: Entry, label: str) -> bool:
    numbered = entry.kind in ("citizen_id", "tax_code", "phone") or (entry.key and entry.kind == "text")
    return entry.keep and (entry.name == label or numbered)
