"""A register that somebody of the two worlds is making from a workbook."""

from __future__ import annotations

from tinhso.access import grants
from tinhso.foundation.database import made_sql
from tinhso.intake.sketching import kept
from tinhso.web.kit.house import House


def sketched(house: House, login: str, word: str, first: int) -> int:
    """A workbook full of the word, dropped by somebody; its number, which is ``first``."""
    with house.db.owner() as conn:
        conn.execute(made_sql(f"alter sequence intake.sketch_id_seq restart with {first}"))
        scope = grants.of(conn, login)
    draft = house.incoming / "sketch.csv"
    draft.write_text(f"Mã,Tên {word}\n1,{word}\n2,{word} 2\n", encoding="utf-8")
    return kept.begin(house.desk(), draft, f"{word}.csv", scope=scope).id
