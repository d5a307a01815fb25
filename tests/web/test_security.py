"""Doors: who may knock, from where, and what every answer carries."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import An, shown
from tinhso.web.kit.cookies import SESSION

STAFF = ["/staff/intake", "/staff/registers", "/staff/registers/workers", "/staff/changes"]


@pytest.mark.parametrize("address", [*STAFF, "/api/registers/workers/records"])
def test_staff_pages_answer_to_people_signed_in(visitor: TestClient[Any], an: An, address: str) -> None:
    answer = visitor.get(address, follow_redirects=False)
    assert answer.status_code == (401 if address.startswith("/api") else 303)
    assert an.client.get(address).status_code == 200


@pytest.mark.parametrize("host", ["[::1", "127.0.0.1:8412:8:9", "evil@127.0.0.1", "127.0.0.1/x", ""])
def test_a_host_that_is_no_name_is_refused(an: An, host: str) -> None:
    assert an.client.get("/staff/intake", headers={"host": host}).status_code == 400
    origin = {"host": host, "origin": f"http://{host}"}
    assert an.client.post("/staff/changes/1/undo", data={}, headers=origin).status_code in (400, 403, 404, 405)


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "x"])
def test_a_number_beyond_the_databases_is_no_bug(an: An, number: str) -> None:
    assert an.client.get(f"/staff/changes?before={number}").status_code in (400, 404)


def test_staff_entries_are_not_shown_elsewhere(visitor: TestClient[Any], an: An) -> None:
    assert "/staff/" not in visitor.get("/").text
    assert "/staff/intake" in an.reads("/")


@pytest.mark.parametrize("headers", [
    {"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
    {"origin": "null"},
])  # fmt: skip
def test_other_sites_cannot_make_a_browser_act(an: An, headers: dict[str, str]) -> None:
    address = an.sends()
    assert an.client.post(f"{address}/commit", data={}, headers=headers).status_code == 403
    assert "chờ quyết định" in an.reads(address)


def test_a_change_that_says_not_where_it_comes_from_is_refused(an: An) -> None:
    address = an.sends()
    del an.client.headers["origin"]
    assert an.client.post(f"{address}/commit", data={}).status_code == 403


def test_our_own_pages_may(an: An) -> None:
    headers = {"origin": "http://tinhso.example", "sec-fetch-site": "same-origin"}
    address = an.sends()
    said = {"shown": shown(an.reads(address))}
    assert an.client.post(f"{address}/commit", data=said, headers=headers).status_code == 200


@pytest.mark.parametrize("address", ["/", "/nowhere", "/api/figures", "/staff/intake", "/icon.svg"])
def test_every_answer_carries_the_headers(visitor: TestClient[Any], address: str) -> None:
    headers = visitor.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_have_nothing_inline(an: An) -> None:
    an.commits(an.sends())
    for address in ("/", "/explain/A07", *STAFF, "/staff/registers/video_points/1", "/staff/intake/1", "/nowhere"):
        page = an.client.get(address).text
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address
        assert "http://" not in page.replace("http://www.w3.org", ""), f"{address} asks nobody else"


def test_a_bug_is_told_without_its_insides(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinhso.web.kit.feed.filled", lambda *_: 1 / 0)
    answer = an.client.get("/")
    assert answer.status_code == 500 and "ZeroDivision" not in answer.text and "lỗi của chương trình" in answer.text


@pytest.mark.parametrize("name", ["%00", "a%00.js", "%2e%2e/app.py", "x" * 5_000, "%ff%fe"])
def test_addresses_that_no_file_has(visitor: TestClient[Any], name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404


async def _cut_off(app: Any, cookie: str) -> tuple[int, bytes]:
    """The answer to an upload whose sender goes away in the middle of it."""
    kind = b"multipart/form-data; boundary=x"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/staff/intake", "raw_path": b"/staff/intake", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", kind), (b"content-length", b"90000"),
                    (b"origin", b"http://127.0.0.1"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 40000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    begun = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nMa,Ten\r\n'
    asked = iter([{"type": "http.request", "body": begun, "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)


def test_an_upload_cut_off_is_no_bug(an: An, caplog: pytest.LogCaptureFixture) -> None:
    cookie = f"{SESSION}={an.client.cookies[SESSION]}"
    status, page = asyncio.run(_cut_off(an.client.app, cookie))
    assert status == 400 and b"web.interrupted" in page
    assert not [record for record in caplog.records if "bug" in record.message]
