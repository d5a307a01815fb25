"""Records of a register as JSON, a page at a time. For whoever is signed in."""

from __future__ import annotations

from typing import Any

from litestar import get

from tinhso.registers import declared
from tinhso.registers import records as registers
from tinhso.web.kit import paging, places
from tinhso.web.kit.asked import AskedHouse, AskedScope, MaybeWord, PathWord, Word
from tinhso.web.kit.standing import allowed

HIDDEN = frozenset({"place", "sort_key"})


@get("/registers/{name:str}/records", sync_to_thread=True, guards=[allowed], opt={"verb": "read"})
def records(
    house: AskedHouse, mine: AskedScope, name: PathWord, q: Word = "", area: MaybeWord = None, after: MaybeWord = None
) -> dict[str, Any]:
    """Up to fifty records in the register's order; ``next`` leads on."""
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        here = places.here(conn, area) if area else None
        page = registers.page(
            conn, declaration, scope=mine, search=q, within=(here.low, here.high) if here else None,
            after=paging.position(after),
        )  # fmt: skip
    rows = [{key: value for key, value in row.items() if key not in HIDDEN} for row in page.rows]
    return {"register": name, "records": rows, "next": paging.token(page.after)}
