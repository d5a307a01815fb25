"""The officers' guide: every page of the house leads to the task it is about, and what the guide names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.laws.house import ROOT
from tests.web.house import An
from tinhso.web.public.views import guide

FILES = sorted(guide.folder().glob("*.md"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "so-lieu"), ("/explain/A09", "so-lieu"), ("/staff", "viec-hom-nay"), ("/staff/intake", "gui-tep"),
        ("/staff/intake/12", "tep-co-loi"), ("/staff/registers", "tim-trong-so"),
        ("/staff/registers/workers", "tim-trong-so"), ("/staff/registers/workers/8", "mot-ban-ghi"),
        ("/staff/registers/workers/template.xlsx", "mau-nhap-lieu"), ("/staff/changes/4", "hoan-tac"),
        ("/staff/rounds/3", "dot-thu-thap"), ("/sign-in", "dang-nhap"),
        ("/staff/registers/workers/new", "them-va-sua"), ("/staff/registers/workers/8/edit", "them-va-sua"),
        ("/staff/approvals/3", "phe-duyet"), ("/corrections/state", "de-nghi-sua"),
        ("/staff/registers/workers/8/correction", "de-nghi-sua"), ("/staff/cases/3", "yeu-cau-cua-nguoi-dan"),
        ("/staff/sketches/2", "lap-so"), ("/staff/registers/workers/declaration", "lap-so"),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_task(path: str, name: str) -> None:
    found = guide.about(path)
    assert found is not None and found.name == name


def test_question_marks_open_the_task(an: An) -> None:
    assert 'href="/guide?about=/staff/intake"' in an.client.get("/staff/intake").text
    task = an.client.get("/guide", params={"about": "/staff/intake"})
    assert str(task.url).endswith("/guide/gui-tep") and "Gửi một tệp Excel" in task.text
    assert '<a href="/guide/tep-co-loi">' in task.text, "links between files lead to pages"


def test_what_is_not_there_is_not_found(an: An) -> None:
    for path in ("/guide/khong-co", "/guide/hinh/khong-co.png", "/guide/hinh/..%2F..%2FREADME.md"):
        assert an.client.get(path).status_code == 404
    assert "Hướng dẫn" in an.client.get("/guide", params={"about": "https://example.org/"}).text


def test_no_page_of_the_guide_is_html_from_outside() -> None:
    assert all("<script" not in page.text for page in guide.pages()) and len(guide.pages()) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_what_is_named_stands_on_the_pages(file: Path) -> None:
    """Words in bold are words of buttons, links and headings."""
    said = " ".join(words.lower() for words in _vietnamese())
    named = re.findall(r"\*\*(.+?)\*\*", file.read_text(encoding="utf-8"), re.DOTALL)
    assert [words for words in named if " ".join(words.split()).rstrip(".:").lower() not in said] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_pictures_are_there(file: Path) -> None:
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", file.read_text(encoding="utf-8"))
    assert [each for each in named if not (file.parent / each).is_file()] == []


def _vietnamese() -> list[str]:
    with (ROOT / "tinhso" / "foundation" / "translations" / "vi.po").open("rb") as file:
        found = [message.string for message in read_po(file, locale="vi")]
    return [form for each in found if each for form in ([each] if isinstance(each, str) else each)]


def test_the_guide_lies_where_readers_look() -> None:
    assert guide.folder() == ROOT / "docs" / "huong-dan"
