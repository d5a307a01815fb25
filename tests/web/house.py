"""A house to visit: Hà Giang's declarations, no records, and a workbook of video-conference points."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import xlsxwriter
from litestar import Litestar
from litestar.testing import TestClient

from tinhso.access import giving, grants, roles
from tinhso.access.declaration import RecordVerb, Role, Text
from tinhso.access.people import accounts, links, signing_in
from tinhso.access.people.door import Caller
from tinhso.app import unoccupied
from tinhso.web.kit.cookies import SESSION
from tinhso.web.kit.house import House

HAGIANG = Path(__file__).parents[2] / "provinces" / "hagiang"
HEADINGS = ("Mã điểm cầu", "Tên điểm cầu", "Cấp", "Huyện", "Xã", "Ngày đưa vào sử dụng")
GOOD = (
    ("DC-001", "UBND huyện Đồng Văn", "huyện", "Huyện Đồng Văn", "", "01/03/2021"),
    ("DC-002", "UBND huyện Mèo Vạc", "huyện", "Huyện Mèo Vạc", "", "15/04/2021"),
    ("DC-003", "UBND xã Lũng Cú", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022"),
)
WRONG = (*GOOD[:2], ("DC-3", "UBND xã Lũng Cú <b>", "xã", "Huyện Đồng Văn", "Xã Lung Linh", "31/02/2022"))


def workbook(rows: Sequence[Sequence[str]] = GOOD, headings: Sequence[str] = HEADINGS) -> bytes:
    """A workbook as an office would send it, with a title line above the headings."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        for number, row in enumerate((("DANH SÁCH ĐIỂM CẦU",), headings, *rows)):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def shown(page: str) -> str:
    """The mark of what a page of review shows, as its buttons send it."""
    found = re.search(r'name="shown" value="([0-9a-f]*)"', page)
    return found[1] if found else ""


EVERYTHING = Role(
    "everything",
    Text("Mọi việc", "Everything"),
    dict.fromkeys(get_args(RecordVerb), "*"),
    unmask={"*": ("*",)},
    declare=True,
)
PASSWORD = "ruộng bậc thang mù sương"


def signed_in(
    house: House, client: TestClient[Any], login: str = "an", role: Role = EVERYTHING, area: str = "02"
) -> None:
    """Give somebody an account with a role over an area, and sign them in; our own pages speak for them."""
    with house.db.owner() as conn:
        link = accounts.invite(conn, accounts.add(conn, login, "Vàng Thị An", None, actor="admin"), actor="admin")
    links.use(house.door, link.removeprefix(links.PATH), PASSWORD)
    with house.db.app(grants.station().settings()) as conn:
        roles.change(conn, role)
        giving.give(conn, login, role.role, area, "administration")
    client.headers["origin"] = str(client.base_url).rstrip("/")
    client.cookies.set(SESSION, signing_in.sign_in(house.door, login, PASSWORD, Caller()).token)


class An:
    """An officer who is signed in, with the few things that an officer does."""

    def __init__(self, client: TestClient[Any]) -> None:
        self.client = client

    def sends(
        self, rows: Sequence[Sequence[str]] = GOOD, name: str = "diem_cau.xlsx", headings: Sequence[str] = HEADINGS
    ) -> str:
        """Hand a workbook in; gives the address of what was found in it."""
        answer = self.client.post(
            "/staff/intake", data={"register": "video_points"}, files={"file": (name, workbook(rows, headings))},
            follow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def tells(self, address: str, **said: str) -> str:
        """Fill in a form; gives the page afterwards."""
        answer = self.client.post(address, data=said)
        assert answer.status_code == 200, answer.text
        return answer.text

    def commits(self, address: str, *, only_good: bool = False) -> str:
        """Decide; gives the page afterwards."""
        answer = self.decides(address, only_good="yes" if only_good else "no")
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def decides(self, address: str, **said: str) -> Any:
        """Press the button of the page as it is now; gives the answer."""
        return self.client.post(f"{address}/commit", data={"shown": shown(self.reads(address)), **said})

    def reads(self, address: str) -> str:
        """A page in Vietnamese."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text


_EMPTY: dict[int, list[Litestar]] = {}
"""Applications that nobody uses, by their limit of uploads: making one takes longer than most tests."""


@contextmanager
def visited(house: House) -> Any:
    """A client of a house, which moves into an application of its own for as long; it speaks Vietnamese."""
    empty = _EMPTY.setdefault(house.upload_limit, [])
    app = empty.pop() if empty else unoccupied(house.upload_limit)
    app.state.house = house
    with TestClient(app, base_url="http://tinhso.example") as client:
        client.headers["accept-language"] = "vi"
        yield client
    empty.append(app)
