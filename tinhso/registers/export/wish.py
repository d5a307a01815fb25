"""What somebody wants carried out: the register, the list as it was narrowed, the kind of file, and what for."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from tinhso.registers.ordering import Order
from tinhso.registers.records import OWN

Format = Literal["xlsx", "csv", "parquet", "geojson"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet", "geojson": "application/geo+json",
}  # fmt: skip
"""RFC 7111, RFC 7946 section 12, and what is registered with IANA."""


class Wish(msgspec.Struct, frozen=True):
    """``filters``, ``search`` and ``within`` narrow and ``order`` sorts as in ``records.page``; ``only`` names what a
    number of the quality page counts, and means the records of the moment in which the file is made; ``reason`` is what
    the file is for.

    Headings are the fields' titles in the reader's ``language``; ``named`` has the fields' names instead.
    """

    register: str
    format: Format = "csv"
    filters: dict[str, Any] = {}
    search: str = ""
    only: str = ""
    within: tuple[int, int] | None = None
    order: Order = OWN
    language: Literal["vi", "en"] = "vi"
    named: bool = False
    reason: str = ""
