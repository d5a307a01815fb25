"""Gather the texts of code and templates into the Vietnamese catalogue; ``--check`` fails on what is untranslated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tinhso"
CATALOGUE = PACKAGE / "foundation" / "translations" / "vi.po"
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.jinja", "jinja2")]
OPTIONS = {pattern: {"trimmed": "true", "silent": "false"} for pattern, _ in METHODS if pattern != "**.py"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


UNSAID = tuple(
    f'"{name}'.encode() for name in ("POT-", "PO-", "Last-", "Language-Team", "Report-", "Project-", "Generated-")
)
"""Header lines that would change at every run or say nothing."""


def main(arguments: list[str]) -> None:
    """Write the catalogue, or with ``--check`` compare it and exit with 1 if something is missing."""
    merged = merged_catalogue()
    if "--check" not in arguments:
        CATALOGUE.write_bytes(_text(merged))
        return
    wrong = list(faults(merged))
    for line in wrong:
        print(line)
    if wrong:
        sys.exit("Run make messages, then translate in tinhso/foundation/translations/vi.po.")


def merged_catalogue() -> Catalog:
    """The kept translations brought up to the texts that code and templates have now; vanished ones are dropped."""
    template = Catalog(project="tinhso")
    for file, _, message, comments, context in sorted(_extracted(), key=str):
        template.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    kept = _kept()
    kept.update(template, no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    return kept


def faults(merged: Catalog) -> Iterator[str]:
    """What is wrong, a line each: untranslated texts, broken placeholders, a catalogue not brought up to date."""
    for message in merged:
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            yield f"not translated: {message.id!r}"
        for error in message.check(merged):
            yield f"{error}: {message.id!r}"
    if _ids(merged) != _ids(_kept()):
        yield "the catalogue does not hold the texts that code and templates have"


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    found = extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True)
    return ((file.replace("\\", "/"), line, *rest) for file, line, *rest in found)  # type: ignore[misc]


def _kept() -> Catalog:
    if not CATALOGUE.is_file():
        return Catalog(locale="vi", header_comment="# Vietnamese texts of the pages.")
    return read_po(BytesIO(CATALOGUE.read_bytes()), locale="vi")


def _text(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, omit_header=False, sort_output=True, include_lineno=False, width=110)
    lines = (line for line in out.getvalue().splitlines(keepends=True) if not line.startswith(UNSAID))
    return b"".join(lines)


def _ids(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalogue if message.id}


if __name__ == "__main__":
    main(sys.argv[1:])
