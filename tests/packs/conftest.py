"""A small pack, whole and right, that tests spoil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

BASE = {
    "pack.yaml": "pack: vietnam\ntitle: {vi: Việt Nam, en: Viet Nam}\n",
    "codes/gender.yaml": """\
list: gender
title: {vi: Giới tính, en: Gender}
codes:
  male: {title: {vi: Nam, en: Male}}
  female: {title: {vi: Nữ, en: Female}}
""",
}
PROVINCE = {
    "pack.yaml": "pack: nho\ntitle: {vi: Tỉnh nhỏ, en: Small province}\nextends: vietnam\narea: 02\n",
    "areas/units.csv": """\
code,name,kind,parent,lat,lon,from
02,Tỉnh Hà Giang,tỉnh,,22.8,105.0,2020-01-01
026,Huyện Đồng Văn,huyện,02,23.2,105.2,2020-01-01
00715,Xã Lũng Cú,xã,026,23.36,105.32,2020-01-01
00742,Xã Tả Lủng,xã,026,23.23,105.35,2020-01-01
""",
    "registers/people.yaml": """\
register: people
title: {vi: Người dân, en: People}
primaryKey: [number]
label: name
labelOrder: person
area: {commune: commune}
fields:
  number:
    type: string
    title: {vi: Số, en: Number}
    constraints: {required: true, pattern: '^\\d{3}$'}
  name:
    type: string
    title: {vi: Họ tên, en: Name}
    constraints: {required: true}
  gender:
    type: string
    title: {vi: Giới tính, en: Gender}
    codes: gender
  members:
    type: integer
    title: {vi: Số khẩu, en: Members}
    constraints: {minimum: 1}
  commune:
    type: area
    title: {vi: Xã, en: Commune}
    level: commune
checks:
  - code: alone
    if: "gender = 'male'"
    then: "members >= 2"
    field: members
    say: {vi: Sửa số khẩu, en: Correct the members}
""",
    "indicators/people.yaml": """\
- indicator: P1
  title: {vi: Số người, en: People}
  unit: {vi: người, en: persons}
  kind: count
  register: people
- indicator: P2
  title: {vi: Tỷ lệ nữ, en: Share of women}
  unit: {vi: "%", en: percent}
  kind: ratio
  register: people
  where: "gender = 'female'"
  over: {register: people}
  scale: 100
""",
    "boards/main.yaml": """\
board: main
title: {vi: Bảng, en: Board}
rows:
  - {indicator: P1}
  - {indicator: P2}
""",
    "boards/main.published.yaml": "board: main\nvalues:\n  P1: {value: 98.16, decimals: 2, date: 2023-12-20}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the small province, beside the pack it extends."""
    for name, files in (("vietnam", BASE), ("nho", PROVINCE)):
        for path, text in files.items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return tmp_path / "nho"


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str, str], None]:
    """Replaces a piece of one of the small province's files."""

    def replace(file: str, before: str, after: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert before in text, before
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    return replace
