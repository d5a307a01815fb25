"""The committed area files of Hà Giang hold exactly what the law and the statistics office say."""

from __future__ import annotations

import csv
import importlib.util
import warnings
from collections import Counter
from pathlib import Path

import pytest

from tinhso.areas.names import bare
from tinhso.foundation.text import fold

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "provinces" / "hagiang" / "areas"
REFERENCE = ROOT.parent / "shared" / "data" / "ha_giang_2023_to_tuyen_quang_2025.csv"

TABLE = {  # code: name, xã, phường, thị trấn
    "024": ("Thành phố Hà Giang", 3, 5, 0),
    "026": ("Huyện Đồng Văn", 17, 0, 2),
    "027": ("Huyện Mèo Vạc", 17, 0, 1),
    "028": ("Huyện Yên Minh", 17, 0, 1),
    "029": ("Huyện Quản Bạ", 12, 0, 1),
    "030": ("Huyện Vị Xuyên", 22, 0, 2),
    "031": ("Huyện Bắc Mê", 12, 0, 1),
    "032": ("Huyện Hoàng Su Phì", 23, 0, 1),
    "033": ("Huyện Xín Mần", 17, 0, 1),
    "034": ("Huyện Bắc Quang", 21, 0, 2),
    "035": ("Huyện Quang Bình", 14, 0, 1),
}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def communes() -> list[dict[str, str]]:
    return [row for row in rows("units.csv") if len(row["code"]) == 5]


def test_eleven_districts_of_one_province() -> None:
    units = {row["code"]: row for row in rows("units.csv")}
    assert units["02"]["name"] == "Tỉnh Hà Giang"
    assert {code: row["name"] for code, row in units.items() if len(code) == 3} == {c: t[0] for c, t in TABLE.items()}
    assert {row["parent"] for code, row in units.items() if len(code) == 3} == {"02"}


def test_193_communes_by_district_and_type() -> None:
    found = Counter((row["parent"], row["kind"]) for row in communes())
    expected: Counter[tuple[str, str]] = Counter()
    for code, (_, xa, phuong, thi_tran) in TABLE.items():
        expected += Counter({(code, "xã"): xa, (code, "phường"): phuong, (code, "thị trấn"): thi_tran})
    assert found == expected
    assert found.total() == 193
    assert Counter(row["kind"] for row in communes()) == {"xã": 175, "phường": 5, "thị trấn": 13}


def test_names_begin_with_their_type() -> None:
    for row in rows("units.csv"):
        assert row["name"].lower().startswith(row["kind"] + " ")


def test_2071_villages_5_to_20_in_a_commune_each_name_once() -> None:
    villages = rows("villages.csv")
    by_commune = Counter(row["parent"] for row in villages)
    assert len(villages) == 2071
    assert set(by_commune) == {row["code"] for row in communes()}
    assert 5 <= min(by_commune.values()) <= max(by_commune.values()) <= 20
    names = Counter((row["parent"], fold(bare(row["name"], 4))) for row in villages)
    assert names.most_common(1)[0][1] == 1
    assert all(row["code"] == f"{row['parent']}-{row['code'][-3:]}" for row in villages)


def test_no_two_units_of_a_district_share_a_name() -> None:
    names = Counter((row["parent"], fold(bare(row["name"], 3))) for row in communes())
    assert names.most_common(1)[0][1] == 1


def test_spelling_drift_between_sources_is_known() -> None:
    known = {(row["code"], row["alias"]) for row in rows("aliases.csv")}
    assert known >= {
        ("00712", "Thị trấn Phó Bảng"), ("00736", "Xã Xà Phìn"), ("00829", "Xã Sủng Tráng"),
        ("01060", "Xã Sán Xả Hồ"), ("01087", "Xã Nậm Tỵ"), ("00922", "Xã Thuận Hoà"),
    }  # fmt: skip


def test_codes_and_names_agree_with_the_other_source() -> None:
    if not REFERENCE.is_file():
        warnings.warn(f"not compared: {REFERENCE} is absent", stacklevel=1)
        pytest.skip("NOT COMPARED: the reference list of communes is absent")
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        reference = {row["old_code"]: row for row in csv.DictReader(file)}
    spellings: dict[str, set[str]] = {row["code"]: {row["name"]} for row in communes()}
    for row in rows("aliases.csv"):
        spellings[row["code"]].add(row["alias"])
    assert spellings.keys() == reference.keys()
    for row in communes():
        other = reference[row["code"]]
        assert other["old_name"] in spellings[row["code"]]
        assert other["district_code"] == row["parent"]
        assert other["old_type"].lower() == row["kind"]


def test_the_tool_writes_the_same_files_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vietnamadminunits")
    spec = importlib.util.spec_from_file_location("areas_from_package", ROOT / "tools" / "areas_from_package.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    tool.main()
    for name in ("units.csv", "villages.csv", "aliases.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
