"""Writing the province: every file is accepted whole, another scale is proportional, a second time is instant."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tinhso import demo
from tinhso.access import grants
from tinhso.demo import Workbook
from tinhso.demo.planning import Plan
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused
from tinhso.intake import checking, reading
from tinhso.intake.matching import match_workbook
from tinhso.packs.examples import place_index

PACK = Path(__file__).parents[2] / "provinces" / "hagiang"
SCALE = 0.02


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("province")


@pytest.fixture(scope="module")
def books(folder: Path) -> list[Workbook]:
    return list(demo.write(PACK, folder, SCALE))


def test_it_writes_what_was_planned_in_that_order(books: list[Workbook], folder: Path) -> None:
    assert [(one.register, one.path) for one in books] == [
        (one.register, one.path) for one in demo.plan(PACK, folder, SCALE)
    ]
    assert Counter(one.register for one in books)["workers"] == 193
    assert {one.register for one in books[-193:]} == {"workers"}


def test_another_scale_is_proportional_and_no_longer_the_article(books: list[Workbook]) -> None:
    rows: Counter[str] = Counter()
    for one in books:
        rows[one.register] += one.rows
    assert rows["workers"] == round(296681 * SCALE) and rows["villages"] == round(2071 * SCALE)


def test_every_row_is_accepted_without_a_word(books: list[Workbook], plan: Plan) -> None:
    pack, places, scope = plan.pack, place_index(plan.pack.areas), grants.station()
    seen: Counter[str] = Counter()
    for one in books:
        seen[one.register] += 1
        if seen[one.register] > 4:
            continue
        declaration = pack.registers[one.register]
        workbook = reading.read(one.path, one.path.name)
        pairs, problems = match_workbook(workbook, declaration, {}, {}, pack.registers)
        checked = checking.check(pairs, declaration, pack.code_lists, places, scope=scope, today=clock.today())
        said = [*workbook.problems, *problems, *checked.problems]
        assert (checked.frame.height, said, checked.repairs) == (one.rows, [], ()), one.path


def test_the_second_time_is_instant_and_writes_nothing(books: list[Workbook], folder: Path) -> None:
    before = {one.path: one.path.stat().st_mtime_ns for one in books}
    start = time.perf_counter()
    assert list(demo.write(PACK, folder, SCALE)) == books
    assert time.perf_counter() - start < 2
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_missing_file_is_written_again_alike(books: list[Workbook], folder: Path) -> None:
    path = books[0].path
    before = demo.sha256(path)
    path.unlink()
    next(iter(demo.write(PACK, folder, SCALE)))
    assert demo.sha256(path) == before


def test_another_seed_begins_anew(books: list[Workbook], tmp_path: Path) -> None:
    first = next(iter(demo.write(PACK, tmp_path, SCALE, seed=1)))
    steering = [
        next(book for book in demo.write(PACK, tmp_path, SCALE, seed=seed) if book.register == "meetings")
        for seed in (1, 2)
    ]
    assert first.register == "partnerships" and steering[0].rows == steering[1].rows


@pytest.mark.parametrize("scale", [0, 0.01, 1.5])
def test_a_scale_that_leaves_offices_empty_is_refused(scale: float, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        demo.plan(PACK, tmp_path, scale)
    assert [problem.code for problem in refused.value.problems] == ["demo.scale"]
