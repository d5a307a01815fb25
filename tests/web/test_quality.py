"""The page of a register's quality: every number on it opens a list with as many records."""

from __future__ import annotations

import re
from html import unescape

from tests.web.house import GOOD, An
from tinhso.foundation.database import made_sql


def spoilt(an: An) -> None:
    """Three video-conference points, one of which then goes wrong behind everybody's back."""
    an.commits(an.sends())


def links(page: str) -> dict[str, int]:
    """The lists that a page's numbers open, and the numbers."""
    found = re.findall(r'<a href="(/staff/registers/video_points\?[^"]*only=[^"]*)">([\d.]+)</a>', page)
    return {unescape(link): int(number.replace(".", "")) for link, number in found}


def test_every_number_opens_its_list(an: An) -> None:
    spoilt(an)
    house = an.client.app.state["house"]
    with house.db.owner() as conn:
        spoil = "update registers.video_points set point_no = 'DC3', level = 'zz' where point_no = 'DC-003'"
        conn.execute(made_sql(spoil))
    page = an.reads("/staff/registers/video_points/quality")
    found = links(page)
    assert any("columns=" in link for link in found), "the field in question is a column of its list"
    assert len(found) > 3 and any("only=wrong" in link for link in found)
    for link, number in found.items():
        listed = an.reads(link)
        counted = an.reads(re.sub(r"\?", "/facets?", link, count=1))
        assert f'data-count="{number}"' in counted, link
        assert listed.count('<tr data-row="') == number, link
        assert 'class="chip"' in listed, "what the list is narrowed to is told, and can be taken away"


def test_nothing_wrong_is_said_so(an: An) -> None:
    spoilt(an)
    page = an.reads("/staff/registers/video_points/quality?area=02")
    assert f"{len(GOOD)} bản ghi: không thấy gì cần sửa" in page
    english = an.client.get("/staff/registers/video_points/quality?lang=en").text
    assert "Nothing found to mend in 3 records" in english


def test_an_empty_register_has_a_page_too(an: An) -> None:
    assert "Chưa có bản ghi nào ở đây" in an.reads("/staff/registers/workers/quality")
    assert an.client.get("/staff/registers/nobody/quality").status_code == 404
    assert an.client.get("/staff/registers/workers?only=nonsense").status_code == 404
    for word, status in (("nonsense", 404), ("since.x", 404), ("missing", 200), ("since.0", 200)):
        said = {"name": word, "query": f"only={word}"}
        assert an.client.post("/staff/registers/workers/lists", data=said).status_code == status, word
    assert ">nonsense<" not in an.reads("/staff/registers/workers")
