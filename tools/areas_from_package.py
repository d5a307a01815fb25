"""Write ``provinces/hagiang/areas/*.csv`` anew from the open data of the package ``vietnamadminunits`` (MIT).

Run from the project's folder: ``python tools/areas_from_package.py``. Units and points are the package's; the names
of villages are made up (no national list of villages exists), the same ones at every run.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "provinces" / "hagiang" / "areas"
SINCE = "2020-01-01"
"""Hà Giang's 193 communes stand since the mergers of 1 January 2020."""
VILLAGES = 2071
FEWEST, MOST = 5, 20

UNITS = """
select provinceCode, province, '', '', provinceLat, provinceLon from admin_units_legacy where provinceCode = '02'
union select districtCode, district, districtType, provinceCode, districtLat, districtLon
  from admin_units_legacy where provinceCode = '02'
union select wardCode, ward, wardType, districtCode, wardLat, wardLon
  from admin_units_legacy where provinceCode = '02'
"""

ALIASES = (
    ("00712", "Thị trấn Phó Bảng"), ("00736", "Xã Xà Phìn"), ("00751", "Xã Xảng Tủng"), ("00781", "Xã Pả Vy"),
    ("00793", "Xã Sơn Vỹ"), ("00814", "Xã Khau Vai"), ("00829", "Xã Sủng Tráng"), ("00841", "Xã Hữu Vynh"),
    ("00883", "Xã Cán Tỉ"), ("00904", "Xã Quiết Tiến"), ("00916", "Thị trấn Việt Lâm"),
    ("00916", "Thị trấn NT Việt Lâm"), ("00922", "Xã Thuận Hoà"), ("01060", "Xã Sán Xả Hồ"),
    ("01087", "Xã Nậm Tỵ"), ("01087", "Xã Nậm Tị"), ("01093", "Xã Nậm Khoà"),
)  # fmt: skip
"""Spellings of the same unit met in other sources and in files."""

PLATEAU = ("Sủng", "Lũng", "Sính", "Mã", "Há", "Séo", "Tìa", "Chúng", "Lao", "Sảng", "Pó", "Chá", "Cá", "Vàng", "Dìn",
           "Thào", "Khai", "Mậu", "Sà", "Tả")  # fmt: skip
PLATEAU_ENDS = ("Lử", "Phìn", "Pả", "Súng", "Dế", "Mủa", "Già", "Chứ", "Tủng", "Hồ", "Chải", "Sì", "Lùng", "Vài",
                "Cáng", "Phàng", "Xa", "Lầu", "Pù", "Tráng", "Sán", "Ván", "Đề", "Lán")  # fmt: skip
VALLEY = ("Nà", "Bản", "Khuổi", "Pác", "Nặm", "Cốc", "Phiêng", "Khau", "Thâm", "Pù", "Lùng", "Tát", "Kéo", "Đán",
          "Khuôn", "Nộc", "Tham", "Chang")  # fmt: skip
VALLEY_ENDS = ("Lầu", "Cáy", "Nhùng", "Thác", "Mạ", "Phường", "Tổng", "Pồng", "Quang", "Vường", "Niểng", "Luông",
               "Chúa", "Lếch", "Khoang", "Trà", "Dào", "Mỏ", "Ngoang", "Tậu", "Hán", "Đén", "Lạn", "Sáo")  # fmt: skip
WEST = ("Cốc", "Nàng", "Lủng", "Thèn", "Xín", "Hô", "Chí", "Đoàn", "Nậm", "Tà", "Ma", "Sán", "Pố", "Khu", "Díu",
        "Hố", "Ngài", "Vinh")  # fmt: skip
WEST_ENDS = ("Mưi", "Chồ", "Sả", "Thầu", "Cha", "Lỳ", "Sán", "Trà", "Dìu", "Phìn", "Khum", "Then", "Pài", "Lũng",
             "Luông", "Choóng", "Hưng", "Nhùng", "Sao", "Vai", "Póng", "Dịch")  # fmt: skip
LOWLAND = ("Tân", "Minh", "Thượng", "Đồng", "Yên", "Vĩnh", "Quang", "Xuân", "Trung", "Kim", "Hồng", "Phú")
LOWLAND_ENDS = ("Tiến", "Lập", "Thành", "Sơn", "Bình", "Long", "Hà", "Tâm", "Thắng", "Mỹ", "Phúc", "An", "Giang",
                "Thịnh", "Lâm", "Hợp", "Điền", "Vinh")  # fmt: skip
TONGUES: dict[str, tuple[tuple[Sequence[str], Sequence[str]], ...]] = {
    "plateau": ((PLATEAU, PLATEAU_ENDS), (PLATEAU, PLATEAU_ENDS), (VALLEY, VALLEY_ENDS)),
    "valley": ((VALLEY, VALLEY_ENDS), (VALLEY, VALLEY_ENDS), (LOWLAND, LOWLAND_ENDS)),
    "west": ((WEST, WEST_ENDS), (WEST, WEST_ENDS), (VALLEY, VALLEY_ENDS)),
    "lowland": ((LOWLAND, LOWLAND_ENDS), (VALLEY, VALLEY_ENDS)),
}
LANDS = {
    "024": "valley", "026": "plateau", "027": "plateau", "028": "plateau", "029": "plateau", "030": "valley",
    "031": "valley", "032": "west", "033": "west", "034": "lowland", "035": "lowland",
}  # fmt: skip

Unit = tuple[str, str, str, str, float, float]


def main() -> None:
    units = province_units()
    _write("units.csv", ("code", "name", "kind", "parent", "lat", "lon", "from"), [(*unit, SINCE) for unit in units])
    _write("villages.csv", ("code", "name", "kind", "parent", "from"), villages(units))
    _write("aliases.csv", ("code", "alias"), ALIASES)


def province_units() -> list[Unit]:
    """The province, its districts, its communes: shorter codes first, then by code."""
    dataset = resources.files("vietnamadminunits") / "data" / "dataset.db"
    with resources.as_file(dataset) as path, sqlite3.connect(f"file:{path}?mode=ro", uri=True) as source:
        rows = source.execute(UNITS).fetchall()
    units = [(c, nfc(name), nfc(kind or "Tỉnh").lower(), parent, lat, lon) for c, name, kind, parent, lat, lon in rows]
    return sorted(units, key=lambda unit: (len(unit[0]), unit[0]))


def villages(units: Iterable[Unit]) -> list[tuple[str, str, str, str, str]]:
    """2,071 villages and residential groups: 5 to 20 in a commune, no name twice in one commune."""
    communes = [unit for unit in units if len(unit[0]) == 5]
    counts = village_counts([unit[0] for unit in communes])
    return [
        (f"{code}-{number:03d}", name, kind, code, SINCE)
        for code, _, commune_kind, district, *_ in communes
        for number, (name, kind) in enumerate(village_names(code, commune_kind, district, counts[code]), start=1)
    ]


def village_counts(codes: Sequence[str]) -> dict[str, int]:
    """How many villages each commune has; the sum is VILLAGES."""
    counts = {}
    for code in codes:
        drawn = random.Random(f"count {code}").gauss(VILLAGES / len(codes), 3.2)
        counts[code] = min(MOST, max(FEWEST, round(drawn)))
    turns = random.Random("turns")
    while (missing := VILLAGES - sum(counts.values())) != 0:
        code, step = turns.choice(codes), (1 if missing > 0 else -1)
        counts[code] = min(MOST, max(FEWEST, counts[code] + step))
    return counts


def village_names(code: str, commune_kind: str, district: str, count: int) -> list[tuple[str, str]]:
    if commune_kind != "xã":
        return [(f"Tổ {number}", "tổ dân phố") for number in range(1, count + 1)]
    source, taken, names = random.Random(f"names {code}"), set[str](), list[tuple[str, str]]()
    while len(names) < count:
        firsts, seconds = source.choice(TONGUES[LANDS[district]])
        first, second = source.choice(firsts), source.choice(seconds)
        name = f"{first} {second}"
        if plain(first) != plain(second) and plain(name) not in taken:
            taken.add(plain(name))
            names.append((f"Thôn {name}", "thôn"))
    return names


def plain(name: str) -> str:
    """The name without marks and case, by which names in one commune must differ."""
    apart = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _write(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
