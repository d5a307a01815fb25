"""What a workbook proposes: kinds by values and headings, keys, what is sensitive; it takes the workbook in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.people import LISTS, PLACES, TODAY
from tests.web.house import workbook
from tinhso.access import grants
from tinhso.foundation.problems import Refused
from tinhso.foundation.text import fold
from tinhso.intake import checking, matching, reading
from tinhso.intake.sketching import making, naming, proposing, wishes
from tinhso.intake.sketching.measuring import Measure
from tinhso.intake.sketching.proposing import Sketch
from tinhso.packs import documents, shaping
from tinhso.registers import tables, written
from tinhso.registers.declaration import CodeList, Declaration

MEASURE = Measure(LISTS, PLACES, TODAY, {})
HEADINGS = ("STT", "Mã hồ sơ", "Họ và tên", "Số CCCD", "Ngày sinh", "Xã", "Thu nhập (đồng)", "Đoàn viên", "Nghề")
ROWS = [
    (str(n + 1), f"HB-{n:03}", name, f"0020{n % 2}{90 + n % 9:02}{n:05}", f"0{n % 9 + 1}/03/1990", "Xã Sà Phìn",
     str(1_000_000 + n), "x" if n % 2 else "", job)
    for n, (name, job) in enumerate([("Vừ Thị Chi", "Dệt"), ("Lầu Mí Sò", "Nông dân"), ("Giàng A Páo", "Dệt")] * 4)
]  # fmt: skip


def sketch(content: bytes, name: str = "hoc_bong.xlsx", measure: Measure = MEASURE, **more: Any) -> Sketch:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        found = proposing.propose(reading.read(path, name), name, measure, **more)
    assert found is not None
    return found


def made(found: Sketch) -> making.Made:
    values = {letter: each.filled.unique().to_list() for letter, each in found.texts.items()}
    return making.made(found.wish, values, MEASURE.declared, MEASURE.lists)


def kinds(found: Sketch) -> dict[str, str]:
    return {each.name: each.kind for each in found.wish.kept}


def taken_in(content: bytes, found: Sketch) -> checking.Checked:
    """The same file read by the declaration that it proposes."""
    declared = made(found)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        path.write_bytes(content)
        pairs, faults = matching.match_workbook(reading.read(path, "x.xlsx"), declared.declaration, {}, {})
    assert faults == ()
    return checking.check(
        pairs, declared.declaration, {**LISTS, **declared.lists}, PLACES, scope=grants.station(), today=TODAY
    )  # fmt: skip


def test_a_list_kept_by_hand_is_understood() -> None:
    content = workbook(ROWS, HEADINGS)
    found = sketch(content)
    assert kinds(found) == {
        "ma_ho_so": "text", "ho_va_ten": "text", "so_cccd": "citizen_id", "ngay_sinh": "date", "xa": "commune",
        "thu_nhap_dong": "money", "doan_vien": "yes_no", "nghe": "codes",
    }  # fmt: skip
    by_name = {each.name: each for each in found.wish.entries}
    assert [each.name for each in found.wish.kept if each.key] == ["ma_ho_so"]
    assert {each.name for each in found.wish.entries if each.sensitive} == {"so_cccd", "ngay_sinh", "thu_nhap_dong"}
    assert not by_name["stt"].keep and by_name["xa"].required and not by_name["doan_vien"].required
    assert (found.wish.label, found.wish.person, found.wish.register) == ("ho_va_ten", True, "hoc_bong")
    checked = taken_in(content, found)
    assert (checked.refused, checked.rows) == (0, 12)


def test_what_does_not_fit_is_shown_by_its_cell() -> None:
    rows = [*ROWS, ("13", "HB-013", "Ly Thị Mai", "khong ro", "05/05/1990", "Xã Sà Phìn", "chưa có", "", "Dệt")]
    found = sketch(workbook(rows, HEADINGS))
    fits = {each.name: found.guesses[each.letter].fits[0] for each in found.wish.entries}
    assert (fits["so_cccd"].fits, fits["so_cccd"].filled, fits["so_cccd"].misfits) == (12, 13, (("D15", "khong ro"),))
    assert fits["thu_nhap_dong"].misfits == (("G15", "chưa có"),)


def test_a_pair_is_the_key_where_no_column_is() -> None:
    rows = [(commune, str(2020 + year), "1") for commune in ("Xã Sà Phìn", "Xã Tả Lủng") for year in range(3)]
    found = sketch(workbook(rows, ("Xã", "Năm", "Số trường")))
    assert [each.name for each in found.wish.entries if each.key] == ["xa", "nam"]
    without = sketch(workbook([("a", "1"), ("a", "1"), ("b", "2")], ("Tên", "Số")))
    with pytest.raises(Refused, match="tells the rows apart"):
        made(without)


def test_keys_of_another_register_are_a_reference() -> None:
    theirs = made(sketch(workbook(ROWS, HEADINGS))).declaration
    measure = Measure(LISTS, PLACES, TODAY, {"hoc_bong": theirs})
    content = workbook([(f"N{n}", f"HB-{n:03}") for n in range(9)], ("Số quyết định", "Hồ sơ"))
    found = sketch(content, "qd.xlsx", measure, links=lambda texts: {"hoc_bong": sum(t < "HB-009" for t in texts)})
    assert kinds(found)["ho_so"] == "link:hoc_bong"
    wish = making.made(found.wish, {}, measure.declared, LISTS).declaration
    assert [(key.fields, key.reference.resource) for key in wish.foreign_keys] == [(("ho_so",), "hoc_bong")]
    assert sketch(content, "qd.xlsx", measure, links=lambda texts: {"hoc_bong": 2}).wish.entries[1].kind == "text"


BAD = [
    (("Mã", "Mã", "Tên"), [("1", "2", "a"), ("3", "4", "b")]),
    (("<script>alert(1)</script>", "id", "select", "change_set", "area", "q"), [(*"abcdef",), (*"ghijkl",)]),
    (("Mã", "X" * 240), [("a", "1"), ("b", "2")]),
    (tuple(f"Cột số {n}" for n in range(300)), [tuple(f"v{n}{r}" for n in range(300)) for r in range(3)]),
    (("Mã số", "Trống"), [("a1", ""), ("b2", "")]),
    (("2023: số", "!!! ?", "Mã hiệu"), [("x", "y", "a"), ("z", "w", "b")]),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_odd_headings_make_good_tables(number: int) -> None:
    headings, rows = BAD[number]
    found = sketch(workbook(rows, headings))
    declared = made(found).declaration
    assert tables.create(declared) and len(declared.fields) <= wishes.MOST_FIELDS
    assert not set(declared.fields) & (naming.HOUSE | naming.SQL_WORDS)
    left = [each for each in found.wish.entries if not each.keep]
    assert bool(left) == any("sketch_" in each.code for each in found.problems)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", workbook([], ("Mã", "Tên"))[:100]])
def test_what_holds_no_table_says_why(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        path.write_bytes(content)
        book = reading.read(path, "x.xlsx")
    assert proposing.propose(book, "x.xlsx", MEASURE) is None and book.problems


WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy", min_size=1, max_size=12)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "chữ": WORDS, "số đếm": st.integers(0, 10**9).map(str),
    "ngày": st.dates(date(1950, 1, 1), date(2023, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}"),
    "xã": st.sampled_from(["Xã Sà Phìn"]), "giới tính": st.sampled_from(["Nam", "Nữ"]),
    "có điện": st.sampled_from(["có", "không"]), "nhà": st.sampled_from(["Ngói", "Tranh", "Tôn"]),
    "tỷ lệ": st.integers(0, 9999).map(lambda each: f"{each // 100},{each % 100:02}"),
    "thư": WORDS.map(lambda word: f"{fold(word)}@hagiang.vn"),
}  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A key, and columns of any kinds in any order, some cells blank."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, unique=True))
    height = draw(st.integers(1, 24))
    blank = draw(st.sets(st.sampled_from(names)))
    columns = []
    for name in names:
        values = st.one_of(st.just(""), VALUES[name]) if name in blank else VALUES[name]
        columns.append(draw(st.lists(values, min_size=height, max_size=height)))
    rows = [(f"K-{n}", *(column[n] for column in columns)) for n in range(height)]
    return ("Mã", *(name.capitalize() for name in names)), rows


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_a_workbook_proposes_what_takes_it_in(sheet: tuple[tuple[str, ...], list[tuple[str, ...]]]) -> None:
    headings, rows = sheet
    content = workbook(rows, headings)
    checked = taken_in(content, sketch(content))
    assert [(each.code, each.cell, each.value) for each in checked.problems if each.severity == "error"] == []


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_written_as_yaml_and_read_back_it_is_the_same(sheet: tuple[tuple[str, ...], list[tuple[str, ...]]]) -> None:
    headings, rows = sheet
    declared = made(sketch(workbook(rows, headings)))
    document = documents.parse(written.as_yaml(declared.declaration), "x.yaml")
    assert shaping.shape(document, Declaration) == declared.declaration
    for each in declared.lists.values():
        assert shaping.shape(documents.parse(written.as_yaml(each), "y.yaml"), CodeList) == each


def test_a_declaration_in_force_is_the_same_after_the_form() -> None:
    """For every register of the packs: what the form does not speak of stays."""
    from tests.laws.house import PROVINCES
    from tinhso.packs.read import read

    for folder in sorted(PROVINCES.iterdir()):
        pack = read(folder)
        for name, declared in pack.registers.items():
            again = making.made(wishes.of(declared), {}, pack.registers, pack.code_lists, declared).declaration
            assert again == declared, name
            document = documents.parse(written.as_yaml(declared), name)
            assert shaping.shape(document, Declaration) == declared, name
