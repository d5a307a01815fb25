"""Open pages follow the registers: at once, once for all who look alike, and after a break."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.web.house import An
from tinhso.foundation.problems import Refused
from tinhso.foundation.translations import Language
from tinhso.web.kit import live
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight
from tinhso.web.public.board import _stream


async def events(house: House, count: int, *, seen: str = "", language: Language = "vi") -> list[Any]:
    """The first so many changes of the province's board."""
    found = []
    async for message in _stream(house, "article", "02", Sight(language), seen):
        if message.event == "change":
            found.append(message)
        if len(found) == count:
            break
    return found


def test_a_commit_reaches_an_open_page(an: An, house: House) -> None:
    async def watch() -> list[Any]:
        watching = asyncio.create_task(events(house, 2))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(lambda: an.commits(an.sends()))
        return await asyncio.wait_for(watching, 10)

    first, second = asyncio.run(watch())
    assert "row-A07" in first.data and "row-A01" in first.data
    assert "row-A07" in second.data and "row-A01" not in second.data, "only what changed is sent"


def test_a_page_that_saw_the_state_is_told_nothing(house: House) -> None:
    async def again() -> None:
        (first,) = await events(house, 1)
        watching = asyncio.create_task(events(house, 1, seen=str(first.id)))
        await asyncio.sleep(1.5)
        assert not watching.done()
        house.hub.close()
        assert await asyncio.wait_for(watching, 5) == []

    asyncio.run(again())


def test_pieces_are_made_once_for_all_who_look_alike(house: House) -> None:
    made = []

    def make() -> dict[str, str]:
        made.append(1)
        return {"a": "b"}

    async def two() -> None:
        async with house.hub.followed("topic", make) as first, house.hub.followed("topic", make) as second:
            assert (await first.queue.get()) == (await second.queue.get())
        assert not house.hub._topics

    asyncio.run(two())
    assert len(made) <= 4


def test_a_crowd_is_refused(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "MOST", 0)

    async def one() -> None:
        async with house.hub.followed("topic", dict):
            pass

    try:
        asyncio.run(one())
    except Refused as refusal:
        assert refusal.problems[0].code == "web.crowded"
    else:
        raise AssertionError
