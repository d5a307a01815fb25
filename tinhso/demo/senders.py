"""Who sends which workbook: departments for the whole province, district offices, and communes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from tinhso.demo import commerce, households, labour, offices, projects, safety, telecom, traceability, villages
from tinhso.demo.planning import Plan
from tinhso.demo.sheets import Table
from tinhso.foundation.text import fold

Make = Callable[[Plan], pl.DataFrame]


@dataclass(frozen=True)
class Sending:
    """A workbook to be written: its register, its file below the demo's folder, the sender's area, its rows."""

    register: str
    file: str
    area: str
    sender: str
    above: str
    make: Make
    headings: int = 0
    numbered: bool = True

    def table(self, plan: Plan) -> Table:
        return Table(self.register, self.make(plan), self.sender, self.above, self.headings, self.numbered)


def every(plan: Plan) -> Iterator[Sending]:
    """All workbooks, in the order of taking in: small registers first, then farm households, labour last."""
    yield from _departments(plan)
    for register, sender, make in _DISTRICT:
        yield from _districts(plan, register, sender, make)
    for number, (code, name, district) in enumerate(plan.communes.select("code", "name", "district").iter_rows()):
        yield Sending(
            "workers",
            f"workers/{code}-{_slug(name)}.xlsx",
            code,
            f"UBND {name.upper()}",
            plan.written[district].upper(),
            partial(labour.workers, commune=code),
            number % 3,
            numbered=False,
        )


_DEPARTMENT: tuple[tuple[str, str, Make], ...] = (
    ("partnerships", "Sở Thông tin và Truyền thông", partial(commerce.listed, register="partnerships")),
    ("policies", "Sở Thông tin và Truyền thông", partial(commerce.listed, register="policies")),
    ("topics", "Sở Khoa học và Công nghệ", partial(commerce.listed, register="topics")),
    ("steering_bodies", "Sở Thông tin và Truyền thông", offices.steering_bodies),
    ("video_points", "Sở Thông tin và Truyền thông", offices.video_points),
    ("meetings", "Sở Thông tin và Truyền thông", offices.meetings),
    ("projects", "Sở Kế hoạch và Đầu tư", projects.projects),
    ("producers", "Sở Khoa học và Công nghệ", traceability.producers),
    ("products", "Sở Khoa học và Công nghệ", traceability.products),
    ("stamp_orders", "Sở Khoa học và Công nghệ", traceability.stamp_orders),
    ("tourism_points", "Sở Văn hóa, Thể thao và Du lịch", commerce.tourism_points),
    ("fire_facilities", "Công an tỉnh", safety.fire_facilities),
    ("mail_accounts", "Sở Thông tin và Truyền thông", offices.mail_accounts),
    ("certificates", "Sở Thông tin và Truyền thông", offices.certificates),
)
_DISTRICT: tuple[tuple[str, str, Callable[..., pl.DataFrame]], ...] = (
    ("villages", "Phòng Văn hóa và Thông tin", villages.villages),
    ("digital_teams", "Phòng Văn hóa và Thông tin", villages.digital_teams),
    ("team_members", "Phòng Văn hóa và Thông tin", villages.team_members),
    ("commitments", "Văn phòng HĐND và UBND", offices.commitments),
    ("incidents", "Công an huyện", safety.incidents),
    ("households", "Phòng Lao động - Thương binh và Xã hội", households.households),
    ("farm_households", "Phòng Nông nghiệp và Phát triển nông thôn", households.farm_households),
)


def _departments(plan: Plan) -> Iterator[Sending]:
    [(province, above)] = plan.units.filter(pl.col("parent").is_null()).select("code", "name").rows()
    above = f"UBND {above.upper()}"
    for register, sender, make in _DEPARTMENT:
        yield Sending(register, f"{register}/{_slug(sender)}.xlsx", province, sender.upper(), above, make)
    for operator in telecom.OPERATORS:
        yield Sending(
            "base_stations",
            f"base_stations/{operator}.xlsx",
            province,
            operator.upper(),
            "DOANH NGHIỆP VIỄN THÔNG",
            partial(telecom.base_stations, operator=operator),
            1,
        )
    yield Sending(
        "ecommerce_transactions",
        "ecommerce_transactions/so-cong-thuong.csv",
        province,
        "SỞ CÔNG THƯƠNG",
        above,
        commerce.transactions,
    )
    for market, (_, commune) in commerce.MARKETS.items():
        yield Sending(
            "traders",
            f"traders/{market.replace('_', '-')}.xlsx",
            commune,
            "BAN QUẢN LÝ CHỢ",
            above,
            partial(commerce.traders, market=market),
        )


def _districts(plan: Plan, register: str, sender: str, make: Callable[..., pl.DataFrame]) -> Iterator[Sending]:
    for number, (code, name) in enumerate(plan.districts.select("code", "name").iter_rows()):
        yield Sending(
            register,
            f"{register}/{code}-{_slug(name)}.xlsx",
            code,
            sender.upper(),
            f"UBND {name.upper()}",
            partial(make, district=code),
            number % 2,
        )


def _slug(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in fold(name)).split()
    return "-".join(words)
