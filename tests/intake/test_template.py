"""Any records, filled into a template and sent back, change nothing; one edited cell is one change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.access import grants
from tinhso.access.scope import EVERYWHERE, Reach, Scope
from tinhso.areas import load
from tinhso.foundation import text
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.foundation.legacy_fonts import looks_legacy
from tinhso.foundation.problems import Refused
from tinhso.intake import river, template
from tinhso.intake.desk import Desk
from tinhso.intake.reading import stamps
from tinhso.intake.template import Asked
from tinhso.registers import changes, evolution, masking
from tinhso.registers.changes import Source
from tinhso.registers.declaration import Declaration

WHOLE = (0, 2**62)
COMMUNES = ("00715", "00796")
VILLAGES = {"00715": ("00715-001", "00715-002"), "00796": ("00796-001",)}
ROOFS = {"list": "roofs", "title": {"vi": "Mái", "en": "Roofs"}, "codes": {
    "1": {"title": {"vi": "Ngói", "en": "Tiles"}}, "2": {"title": {"vi": "Tranh", "en": "Thatch"}, "synonyms": ["Lá"]},
    "03": {"title": {"vi": "Lá", "en": "Leaves"}}, "4": {"title": {"vi": "1", "en": "One"}}}}  # fmt: skip
"""A title that is another code's synonym, and one that is another code."""


def house(sensitive: tuple[str, ...] = ()) -> Declaration:
    def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "title": {"vi": name, "en": name}, **more}

    return msgspec.convert({
        "register": "houses", "title": {"vi": "Nhà", "en": "Houses"}, "primaryKey": ["no"], "label": "owner",
        "area": {"commune": "commune", "village": "village"},
        "fields": {
            "no": field("string", "Số nhà", constraints={"required": True}), "owner": field("string", "Chủ hộ"),
            "roof": field("string", "Mái", codes="roofs"), "people": field("integer", "Số người"),
            "size": field("number", "Diện tích"), "worth": field("money", "Giá trị", sensitive="worth" in sensitive),
            "built": field("date", "Xây ngày"),
            "born": field("partialDate", "Năm sinh chủ hộ", sensitive="born" in sensitive,
                          constraints={"required": "born" in sensitive}),
            "power": field("boolean", "Có điện"),
            "commune": field("area", "Xã", level="commune"), "village": field("area", "Thôn", level="village"),
        },
    }, Declaration)  # fmt: skip


PLAIN, HIDDEN = house(), house(("born", "worth"))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("units")
    (folder / "units.csv").write_text(
        "code,name,kind,parent,lat,lon,from\n02,Tỉnh Hà Giang,tỉnh,,22.8,105.0,2020-01-01\n"
        "026,Huyện Đồng Văn,huyện,02,23.2,105.2,2020-01-01\n027,Huyện Mèo Vạc,huyện,02,23.1,105.4,2020-01-01\n"
        "00715,Xã Tả Lủng,xã,026,23.36,105.32,2020-01-01\n00796,Xã Tả Lủng,xã,027,23.16,105.38,2020-01-01\n", "utf-8",
    )  # fmt: skip
    (folder / "villages.csv").write_text(
        "code,name,kind,parent,from\n00715-001,Thôn Một,thôn,00715,2020-01-01\n"
        "00715-002,Thôn Hai,thôn,00715,2020-01-01\n"
        "00796-001,Thôn Một,thôn,00796,2020-01-01\n", "utf-8",
    )  # fmt: skip
    (folder / "aliases.csv").write_text("code,alias\n", "utf-8")
    return folder


def laid(db: Database, ground: Path, declaration: Declaration) -> None:
    with db.owner() as conn:
        load.load(conn, ground)
        conn.execute("insert into registers.code_list (list, declaration) values ('roofs', %s)",
                     [msgspec.json.encode(ROOFS).decode()])  # fmt: skip
        evolution.apply(conn, declaration)


@pytest.fixture
def desk(db: Database, ground: Path, tmp_path: Path) -> Iterator[Desk]:
    laid(db, ground, PLAIN)
    yield Desk.open(db, Files(tmp_path))


def recorded(desk: Desk, declaration: Declaration, rows: list[dict[str, Any]]) -> None:
    """Put the rows straight into the register."""
    kinds = {"integer": pl.Int64, "money": pl.Int64, "date": pl.Date, "boolean": pl.Boolean}
    schema = {name: kinds.get(each.type, pl.String) for name, each in declaration.fields.items()}
    with desk.db.app() as conn:
        places = {code: (area, low) for code, area, low in conn.execute("select code, area, low from areas.tree")}
    own = [places[row.get("village") or row["commune"]] for row in rows]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema).with_columns(
        pl.Series("sheet", [0] * len(rows), pl.Int32), pl.Series("row", range(2, len(rows) + 2), pl.Int64),
        pl.Series("area", [area for area, _ in own], pl.Int64), pl.Series("place", [low for _, low in own], pl.Int64),
        pl.col("no").alias("key"),
    )  # fmt: skip
    scope = grants.station()
    with desk.db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, declaration, frame, scope=scope, gone="remove")
        everything = conn.execute("select key from registers.houses").fetchall()
    left = sorted({key for (key,) in everything} - {row["no"] for row in rows})
    if left:
        changes.remove(desk.db, "houses", left, source=Source("form"), scope=scope)
        with desk.db.app(scope.settings()) as conn:
            proposed = changes.difference(conn, declaration, frame, scope=scope)
    changes.commit(desk.db, proposed, source=Source("form"), scope=scope)


LETTERS = st.text(st.characters(exclude_categories=("C", "Z", "M")), min_size=1, max_size=10)
WORDS = LETTERS.map(text.clean).filter(lambda word: bool(word) and not word.startswith("#") and not looks_legacy(word))
DAYS = st.dates(date(1850, 1, 1), date(2150, 1, 1))
PARTLY = st.one_of(
    st.integers(1850, 2100).map(str),
    st.tuples(st.integers(1850, 2100), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}"),
    DAYS.map(date.isoformat),
)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=3).map(lambda each: format(each.normalize() + 0, "f"))


@st.composite
def houses(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = {}
    for number in draw(st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True)):
        commune = draw(st.sampled_from(COMMUNES))
        made[number] = {
            "no": f"{number:04}", "owner": draw(st.none() | WORDS),
            "roof": draw(st.sampled_from([None, *ROOFS["codes"]])),
            "people": draw(st.none() | st.integers(-10**6, 10**14)), "size": draw(st.none() | NUMBERS),
            "worth": draw(st.none() | st.integers(0, 10**15)), "built": draw(st.none() | DAYS),
            "born": draw(st.none() | PARTLY), "power": draw(st.none() | st.booleans()), "commune": commune,
            "village": draw(st.none() | st.sampled_from(VILLAGES[commune])),
        }  # fmt: skip
    return list(made.values())


def back(desk: Desk, file: Path, scope: Scope | None = None) -> river.Taken:
    who = scope or grants.station()
    return river.take_in(desk, file, file.name, "houses", scope=who, sender=who.actor, dry_run=True)


def told(taken: river.Taken) -> list[str]:
    return [each.en for each in taken.examined.problems if each.severity == "error"]


@given(houses(), st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_records_come_back_unchanged_and_one_edit_is_one_change(
    desk: Desk, tmp_path: Path, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    recorded(desk, PLAIN, rows)
    file = tmp_path / "mẫu.xlsx"
    assert template.write(desk, Asked("houses", WHOLE, True), file, scope=grants.station()) == len(rows)
    taken = back(desk, file)
    assert told(taken) == [] and taken.examined.change_set is not None
    assert (taken.examined.change_set.rows.height, taken.examined.change_set.same) == (0, len(rows))
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    name, value = data.draw(
        st.sampled_from([("owner", "Người khác ạ"), ("people", 7), ("roof", "Ngói"), ("power", "Có")])
    )
    column = next(cell.column for cell in sheet[1] if str(cell.value).endswith(f":{name}"))
    number = data.draw(st.integers(0, len(rows) - 1))
    cell = sheet.cell(4 + number, column)
    changed = cell.value != value
    cell.value = value
    book.save(file)
    taken = back(desk, file)
    assert told(taken) == [] and taken.examined.change_set is not None
    assert (taken.examined.change_set.changed, taken.examined.change_set.new) == (int(changed), 0)


MASKED = {
    "no": "0001",
    "owner": "Lầu Thị An",
    "worth": 900_000_000,
    "born": "1961-03-02",
    "people": 4,
    "commune": "00715",
}


@pytest.fixture
def masked(db: Database, ground: Path, tmp_path: Path) -> Desk:
    laid(db, ground, HIDDEN)
    desk = Desk.open(db, Files(tmp_path))
    recorded(desk, HIDDEN, [MASKED, {**MASKED, "no": "0002", "born": "1970"}])
    return desk


AN = Scope("an", {"*": Reach(dict.fromkeys(("read", "propose", "approve", "export"), EVERYWHERE))})
"""Sees no sensitive field."""


def filled(desk: Desk, folder: Path) -> tuple[Path, Any, Any]:
    file = folder / "mẫu.xlsx"
    template.write(desk, Asked("houses", WHOLE, True), file, scope=AN)
    book = openpyxl.load_workbook(file)
    return file, book, book.worksheets[0]


def test_what_is_masked_is_not_filled_in_and_stays_as_it_is(masked: Desk, tmp_path: Path) -> None:
    file, book, sheet = filled(masked, tmp_path)
    said = {str(cell.value) for row in sheet.iter_rows(min_row=4) for cell in row if cell.value is not None}
    assert not said & {"900000000", "1961", "1961-03-02 00:00:00", "1970", "•"}
    taken = back(masked, file, AN)
    assert told(taken) == [] and taken.examined.change_set is not None
    assert (taken.examined.change_set.rows.height, taken.examined.change_set.same) == (0, 2)
    people = next(cell.column for cell in sheet[1] if str(cell.value).endswith(":people"))
    sheet.cell(4, people).value = 5
    book.save(file)
    taken = river.take_in(masked, file, "mẫu.xlsx", "houses", scope=AN, sender="an")
    assert taken.commit is not None and (taken.commit.changed, taken.commit.same) == (1, 1)
    with masked.db.app(grants.station().settings()) as conn:
        kept = conn.execute("select people, worth, born from registers.houses where key = '0001'").fetchone()
    assert kept == (5, 900_000_000, "1961-03-02")


def test_a_masked_cell_that_is_filled_in_counts(masked: Desk, tmp_path: Path) -> None:
    file, book, sheet = filled(masked, tmp_path)
    born = next(cell.column for cell in sheet[1] if str(cell.value).endswith(":born"))
    sheet.cell(4, born).value = "1962"
    book.save(file)
    taken = back(masked, file, AN)
    assert taken.examined.change_set is not None and taken.examined.change_set.changed == 1


def test_kept_cells_of_an_unknown_record_empty_nothing(masked: Desk, tmp_path: Path) -> None:
    file, book, sheet = filled(masked, tmp_path)
    sheet.cell(4, 1).value = "0009"
    book.save(file)
    taken = back(masked, file, AN)
    assert [each.code for each in taken.examined.problems] == ["intake.kept_unknown"]
    assert taken.examined.change_set is not None and taken.examined.change_set.rows.is_empty()


def test_kept_values_are_never_said(masked: Desk, tmp_path: Path) -> None:
    """A value that was right once and is not any more is not told by the problem that it makes."""
    with masked.db.owner() as conn:
        conn.execute("update registers.houses set born = 'năm Dần' where key = '0001'")
    file, _, _ = filled(masked, tmp_path)
    taken = back(masked, file, AN)
    assert told(taken) and not any("Dần" in f"{each.vi}{each.en}{each.value}" for each in taken.examined.problems)


def test_a_masked_key_cannot_be_filled_in(db: Database, ground: Path, tmp_path: Path) -> None:
    laid(db, ground, msgspec.structs.replace(PLAIN, fields={
        **PLAIN.fields, "no": msgspec.structs.replace(PLAIN.fields["no"], sensitive=True)}))  # fmt: skip
    desk = Desk.open(db, Files(tmp_path))
    with pytest.raises(Refused, match="key is something you may not see"):
        template.write(desk, Asked("houses", WHOLE, True), tmp_path / "x.xlsx", scope=AN)
    assert template.write(desk, Asked("houses", WHOLE), tmp_path / "x.xlsx", scope=AN) == 0


def test_who_sees_all_of_the_own_area_is_given_all_of_it(masked: Desk, tmp_path: Path) -> None:
    """What somebody may not see elsewhere hides nothing here."""
    with masked.db.app() as conn:
        own = grants.over(conn, ["00715"], ["read", "propose", "approve", "export"], "an", unmask=["*"])
    template.write(masked, Asked("houses", WHOLE, True), tmp_path / "x.xlsx", scope=own)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    said = {cell.value for row in sheet.iter_rows(min_row=4) for cell in row}
    assert {"0001", 900_000_000} <= said
    hidden = msgspec.structs.replace(HIDDEN.fields["no"], sensitive=True)
    keyed = msgspec.structs.replace(HIDDEN, fields={**HIDDEN.fields, "no": hidden})
    assert masking.somewhere(keyed, own) == frozenset() and "no" in masking.somewhere(keyed, AN)


def test_villages_are_chosen_by_their_commune(desk: Desk, tmp_path: Path) -> None:
    template.write(desk, Asked("houses", WHOLE), tmp_path / "x.xlsx", scope=grants.station())
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    rules = [each.formula1 for each in sheet.data_validations.dataValidation]
    assert any(each.startswith("OFFSET('Danh mục của mẫu'") and "$J3" in each for each in rules)
    assert len(rules) == 4


def test_a_stamp_is_of_the_fields_only() -> None:
    assert stamps.version(PLAIN) == stamps.version(msgspec.structs.replace(PLAIN, label="no"))
    assert stamps.version(PLAIN) != stamps.version(msgspec.structs.replace(
        PLAIN, fields={name: each for name, each in PLAIN.fields.items() if name != "roof"}))  # fmt: skip
