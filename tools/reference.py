"""Write the reference pages that come from the code and the packs; ``--check`` compares and fails where they differ.

``commands.md``, ``checks.md`` and ``problems.md`` under ``docs/reference``, and the table of registers and fields in
``docs/glossary.md``. Run from the project's folder: ``python tools/reference.py``.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import typer.main

from tinhso.cli.main import app
from tinhso.foundation.problems import catalogue
from tinhso.packs.read import read
from tinhso.registers import checks

ROOT = Path(__file__).resolve().parent.parent
DOCS, PACK = ROOT / "docs", ROOT / "provinces" / "hagiang"
BEGIN, END = "<!-- registers: written by tools/reference.py -->", "<!-- end of registers -->"


def main(arguments: list[str]) -> None:
    """Write the pages, or with ``--check`` say which are not up to date and end with 1."""
    stale = [path for path, text in pages() if _written(path) != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the code says")
        sys.exit("Run python tools/reference.py" if stale else 0)
    for path, text in pages():
        path.write_text(text, encoding="utf-8")


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with the text that it should have."""
    yield DOCS / "reference" / "commands.md", "\n".join(_commands()) + "\n"
    yield DOCS / "reference" / "checks.md", "\n".join(_checks()) + "\n"
    yield DOCS / "reference" / "problems.md", "\n".join(_problems()) + "\n"
    glossary = DOCS / "glossary.md"
    yield glossary, _between(_written(glossary), "\n".join(_registers()))


def _written(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _between(text: str, inner: str) -> str:
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{inner}\n\n{END}{rest.partition(END)[2]}"


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Exit codes: 0 done, 1 refused by a rule (problems are listed), 2 wrong use. With `--json` a command prints"
    yield "what the schema of its name under [shapes](shapes) says; refused, it prints"
    yield "[refused](shapes/refused.schema.json)."
    for name, command in every_command(typer.main.get_command(app)):
        yield f"\n## `{name}`\n"
        yield _sentence(command.help or "")
        shown = [each for each in command.params if not getattr(each, "hidden", False)]
        rows = [_parameter(each) for each in shown if each.name not in ("help", "json")]
        if rows:
            yield "\n| | |\n|---|---|"
            yield from rows


def every_command(command: Any, name: str = "tinhso") -> Iterator[tuple[str, Any]]:
    """Every command below a group, with its whole name."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for part in sorted(below):
        yield from every_command(below[part], f"{name} {part}")


def _parameter(each: Any) -> str:
    if each.param_type_name == "argument":
        return f"| `{each.name.upper()}` | {_cell(getattr(each, 'help', None) or 'needed')} |"
    told = _cell(each.help or "")
    plain = isinstance(each.default, str | int | float | Path) and not isinstance(each.default, bool)
    default = f" ({each.default})" if plain and each.default else ""
    return f"| `{'`, `'.join((*each.opts, *each.secondary_opts))}` | {told}{default} |"


def _checks() -> Iterator[str]:
    yield "# Named checks\n"
    yield "A field's `check` names one of these where a pattern or a formula is too small. They look at whole columns,"
    yield "clean values, say what is wrong and offer repairs. A check that looks at other fields finds them under the"
    yield "names below.\n"
    yield "| name | what it does | looks also at |\n|---|---|---|"
    for name, check in sorted(checks.CHECKS.items()):
        roles = ", ".join(f"`{role}`" for role in check.roles) or "–"
        yield f"| `{name}` | {_cell(_described(name))} | {roles} |"


def _described(name: str) -> str:
    """What the room's own docstring says of a check."""
    found = re.search(rf"^ +(?:\w+, )*{name}(?:, \w+)* +(.+)$", inspect.getdoc(checks) or "", re.MULTILINE)
    return found.group(1) if found else ""


def _problems() -> Iterator[str]:
    yield "# Problems\n"
    yield "Every sentence that the platform says about somebody's input: the fact, then what to do. Words in braces are"
    yield "filled in. A register's own checks bring sentences of their own, in the pack."
    for room, codes in groupby(sorted(catalogue()), key=lambda code: code.split(".")[0]):
        yield f"\n## {room}\n\n| code | severity | Vietnamese | English |\n|---|---|---|---|"
        for code in codes:
            sentence = catalogue()[code]
            yield f"| `{code}` | {sentence.severity} | {_cell(sentence.vi)} | {_cell(sentence.en)} |"


def _registers() -> Iterator[str]:
    pack = read(PACK)
    for name, register in sorted(pack.registers.items()):
        yield f"### {register.title.en} · {register.title.vi}\n\nRegister `{name}`.\n"
        yield "| field | English | Vietnamese |\n|---|---|---|"
        for field_name, field in register.fields.items():
            yield f"| `{field_name}` | {_cell(field.title.en)} | {_cell(field.title.vi)} |"
        yield ""


def _sentence(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("``", "`")).strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


if __name__ == "__main__":
    main(sys.argv[1:])
