"""A register's template workbook, blank or with the records of an area for correction."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Response, get

from tinhso.foundation import clock
from tinhso.intake import template
from tinhso.intake.template import Asked
from tinhso.registers.export import MEDIA_TYPES
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, MaybeWord, PathWord


@get("/registers/{name:str}/template.xlsx", sync_to_thread=True, opt={"verb": "propose"})
def blank(
    house: AskedHouse, mine: AskedScope, name: PathWord, area: MaybeWord = None, filled: MaybeWord = None
) -> Response[bytes]:
    """The template; its choices are those of the area, and with ``filled`` so are its records."""
    with house.db.app(mine.settings()) as conn:
        here = places.here(conn, area or places.own(conn, mine, name))
    asked = Asked(name, (here.low, here.high), bool(filled))
    with TemporaryDirectory(dir=house.incoming) as folder:
        file = Path(folder) / "template.xlsx"
        template.write(house.desk(), asked, file, scope=mine)
        content = file.read_bytes()
    called = f"{name}-{here.code}-{clock.today():%Y-%m-%d}.xlsx" if filled else f"{name}-{here.code}.xlsx"
    headers = {"content-disposition": f'attachment; filename="{called}"', "cache-control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES["xlsx"], headers=headers)
