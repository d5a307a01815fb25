"""The process beside reads and checks as this one does, and says so when it cannot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import xlsxwriter

from tests.intake.people import GOOD, HEADINGS, LISTS, PEOPLE, PLACES, TODAY, WHOLE
from tinhso.foundation.files import Files
from tinhso.intake.aside import Aside, Knowledge, Request, look
from tinhso.intake.examining import Choices


def request(path: Path) -> Request:
    return Request(path, "people", {}, WHOLE, Choices(), TODAY)


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    return Knowledge(Files(tmp_path / "home"), {"people": PEOPLE}, LISTS, PLACES)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, [HEADINGS[name] for name in GOOD])
        page.write_row(1, 0, list(GOOD.values()))
        page.write_row(2, 0, ["x", *list(GOOD.values())[1:]])
    return path


def test_the_process_sees_what_we_see(knowledge: Knowledge, book: Path) -> None:
    here = look(knowledge, request(book))
    with Aside(knowledge) as aside:
        first = aside.look(request(book))
        assert aside._started is not None
        aside._started.result(60)
        there = aside.look(request(book))
    assert here.checked and first.checked and there.checked
    assert there.problems == here.problems == first.problems and here.problems
    assert there.stored == here.stored
    # Salts are made anew for each row; all else is the same.
    assert there.checked.frame.drop("salt", strict=False).equals(here.checked.frame.drop("salt", strict=False))


def test_what_goes_wrong_there_is_told_here(knowledge: Knowledge, book: Path, tmp_path: Path) -> None:
    with Aside(knowledge) as aside:
        aside.look(request(book))
        assert aside._started is not None
        aside._started.result(60)
        with pytest.raises(RuntimeError, match=r"nothing\.xlsx"):
            aside.look(request(tmp_path / "nothing.xlsx"))
        assert aside.look(request(book)).rows == 2


def test_leaving_at_once_ends_the_process(knowledge: Knowledge, book: Path) -> None:
    started = time.monotonic()
    with Aside(knowledge) as aside:
        aside.look(request(book))
    assert time.monotonic() - started < 30
    assert aside._process is None or aside._process.poll() is not None


def test_a_file_that_kills_the_reader_does_not_bring_this_process_down(knowledge: Knowledge, book: Path) -> None:
    with Aside(knowledge) as aside:
        aside.look(request(book))
        assert aside._started is not None and aside._process is not None
        aside._started.result(60)
        aside._process.kill()
        aside._process.wait()
        assert [problem.code for problem in aside.look(request(book)).problems] == ["intake.reader_died"]
        assert aside.look(request(book)).rows == 2
