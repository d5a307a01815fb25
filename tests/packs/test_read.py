"""A folder becomes a pack, on top of the one it extends."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tinhso.foundation.problems import Refused
from tinhso.packs import read

PROVINCES = Path(__file__).resolve().parents[2] / "provinces"
Spoil = Callable[[str, str, str], None]


def refused(folder: Path) -> tuple[str, str | None]:
    with pytest.raises(Refused) as found:
        read.read(folder)
    return found.value.problems[0].code, found.value.problems[0].value


def test_everything_is_read(folder: Path) -> None:
    pack = read.read(folder)
    assert (pack.file.pack, pack.file.area, pack.areas) == ("nho", "02", folder / "areas")
    assert list(pack.code_lists) == ["gender"]
    assert list(pack.registers) == ["people"]
    assert list(pack.indicators) == ["P1", "P2"]
    assert pack.published["main"].values["P1"].value == Decimal("98.16")
    assert pack.places["indicators", "P2"].line("where") == 11


def test_a_province_puts_its_own_on_top(folder: Path) -> None:
    (folder / "codes").mkdir()
    text = (folder.parent / "vietnam" / "codes" / "gender.yaml").read_text(encoding="utf-8")
    (folder / "codes" / "gender.yaml").write_text(text + "  other: {title: {vi: Khác, en: Other}}\n", encoding="utf-8")
    assert list(read.read(folder).code_lists["gender"].codes) == ["male", "female", "other"]


def test_rules(folder: Path) -> None:
    (folder / "rules").mkdir()
    rule = folder / "rules" / "poverty.yaml"
    rule.write_text("rule: povrety\n", encoding="utf-8")
    assert refused(folder) == ("packs.unknown_name", "povrety")
    rule.write_text("rule: poverty\nstandards: none\n", encoding="utf-8")
    assert refused(folder)[0] in ("packs.missing_field", "packs.wrong_value", "packs.unknown_field")
    rule.write_text((PROVINCES / "vietnam" / "rules" / "poverty.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert list(read.read(folder).rules) == ["poverty"]


def test_a_name_declared_twice(folder: Path, spoil: Spoil) -> None:
    spoil("indicators/people.yaml", "indicator: P2", "indicator: P1")
    assert refused(folder) == ("packs.declared_twice", "P1")


def test_folders_that_are_no_packs(folder: Path, spoil: Spoil) -> None:
    assert refused(folder.parent)[0] == "packs.no_pack"
    spoil("pack.yaml", "extends: vietnam", "extends: laos")
    assert refused(folder) == ("packs.no_base", "laos")
    spoil("pack.yaml", "extends: laos", "extends: nho")
    assert refused(folder) == ("packs.no_base", "nho")


def test_the_packs_of_the_house_are_read() -> None:
    for path in sorted(PROVINCES.glob("*/pack.yaml")):
        read.read(path.parent)
