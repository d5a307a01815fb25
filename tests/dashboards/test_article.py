"""The article's board over records: figures come from records alone, and each moves with its own."""

from __future__ import annotations

from collections.abc import Iterable

from tests.dashboards.conftest import Article
from tinhso.indicators import declared, places, verify
from tinhso.indicators.asking import Asked
from tinhso.indicators.explain import explain, sources
from tinhso.registers import changes
from tinhso.registers import declared as registers
from tinhso.registers.changes import Source


def _values(article: Article) -> dict[str, object]:
    return {row.id: (row.numerator, row.denominator) for row in article.board().rows}


def test_at_a_smaller_scale_the_board_shows_differences(article: Article) -> None:
    rows = {row.id: row for row in article.board().rows}
    assert None not in {row.value for row in rows.values()}
    assert rows["A09"].agrees is False
    assert rows["A09"].note_en is not None and rows["A09"].note_en.startswith("Published 296,681, computed")


def test_kept_figures_are_those_of_the_records(article: Article) -> None:
    assert verify.verify(article.db).differences == ()


def _counted(article: Article, names: Iterable[str]) -> dict[str, set[tuple[str, str | None]]]:
    """By figure the records that it counts, above the line or below, read from the registers."""
    found: dict[str, set[tuple[str, str | None]]] = {}
    with article.db.app(article.scope.settings()) as conn:
        known, place = declared.every(conn), places.one(conn, "02")
        for name in names:
            found[name] = set()
            for operand in known.formulas[name].operands():
                declaration = registers.one(conn, operand.part.register)
                asked = Asked(operand, place, article.board().as_at)
                every = sources(conn, known, asked, declaration, article.scope, 1_000_000)
                found[name] |= {(declaration.register, each.key) for each in every}
    return found


def test_a_record_that_goes_moves_its_figure_and_only_its_dependants(article: Article) -> None:
    before = _values(article)
    counted = _counted(article, before)
    with article.db.app(article.scope.settings()) as conn:
        known = declared.every(conn)
    for name in sorted(before):
        register = known.indicators[name].register
        with article.db.app(article.scope.settings()) as conn:
            (source, *_) = explain(conn, name, "02", article.scope, as_at=article.board().as_at, whole=False).sources
        assert source.key is not None
        reason = Source("form", reason="trial")
        made = changes.remove(article.db, register, [source.key], source=reason, scope=article.scope)
        after = _values(article)
        moved = {each for each in before if after[each] != before[each]}
        assert moved <= {each for each in before if (register, source.key) in counted[each]}, name
        assert name in moved or known.indicators[name].kind == "distinct", name
        changes.undo(article.db, made.id, reason="trial", scope=article.scope)
        assert _values(article) == before
