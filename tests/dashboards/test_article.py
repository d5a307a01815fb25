"""The article's board over records: figures come from records alone, and each moves with its own."""

from __future__ import annotations

from tests.dashboards.conftest import Article
from tinhso.indicators import declared, verify
from tinhso.indicators.explain import explain
from tinhso.registers import changes
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


def test_a_record_that_goes_moves_its_figure_and_only_its_dependants(article: Article) -> None:
    before = _values(article)
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
        assert moved <= set(known.following(register)), name
        assert name in moved or known.indicators[name].kind == "distinct", name
        changes.undo(article.db, made.id, reason="trial", scope=article.scope)
        assert _values(article) == before
