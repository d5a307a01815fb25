"""One formula, two engines: PostgreSQL and Polars answer alike, and what is not in the language is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.problems import Refused
from tinhso.registers.declaration import FieldType
from tinhso.registers.expressions import condition, parse

FIELDS: dict[str, FieldType] = {
    "name": "string",
    "code": "string",
    "n": "integer",
    "m": "money",
    "x": "number",
    "y": "number",
    "born": "partialDate",
    "a": "date",
    "b": "date",
    "yes": "boolean",
    "no": "boolean",
}
SQL_TYPES = {
    "string": "text",
    "integer": "bigint",
    "money": "bigint",
    "number": "numeric",
    "partialDate": "text",
    "date": "date",
    "boolean": "boolean",
}

D = date.fromisoformat
ROWS: list[dict[str, Any]] = [
    {
        "name": "Đỗ Thị Ánh",
        "code": "02",
        "n": 7,
        "m": 1_500_000,
        "x": "2.25",
        "y": "-3.5",
        "born": "1965",
        "a": D("2023-10-31"),
        "b": D("2020-02-29"),
        "yes": True,
        "no": False,
    },
    {
        "name": "NGUYỄN Văn%A",
        "code": "a_b",
        "n": 0,
        "m": -2,
        "x": "0",
        "y": "0.000001",
        "born": "1965-09",
        "a": D("1999-12-31"),
        "b": D("2000-01-01"),
        "yes": None,
        "no": True,
    },
    {
        "name": "",
        "code": "a%b",
        "n": -7,
        "m": 999_999_999_999_999_999,
        "x": "-999999999999.999999",
        "y": "7",
        "born": "1965-09-27",
        "a": None,
        "b": D("2024-02-29"),
        "yes": False,
        "no": None,
    },
    {
        "name": None,
        "code": None,
        "n": None,
        "m": None,
        "x": None,
        "y": None,
        "born": None,
        "a": None,
        "b": None,
        "yes": None,
        "no": None,
    },
    {
        "name": "z\n:đ\\'!",
        "code": "Z",
        "n": 999_999_999_999_999_999,
        "m": 3,
        "x": "0.125",
        "y": "0.333333",
        "born": "2001-01",
        "a": D("2023-01-01"),
        "b": D("2023-01-01"),
        "yes": True,
        "no": True,
    },
]

GOLDEN = (Path(__file__).parent / "formulas.txt").read_text(encoding="utf-8").splitlines()


def postgres(db: Any, formulas: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Answers of PostgreSQL: one list for each row."""
    extra = {"as_at": "date '2023-12-01'"}
    columns = ", ".join(f'"{name}"' for name in FIELDS)
    defined = ", ".join(f'"{name}" {SQL_TYPES[kind]}' for name, kind in FIELDS.items())
    wanted = ", ".join(parse(one, FIELDS, {"as_at": "date"}).sql("r", extra) for one in formulas)
    with db.owner() as conn:
        conn.execute(f"create temporary table golden ({defined}, place int) on commit drop")
        marks = ", ".join(["%s"] * (len(FIELDS) + 1))
        for place, row in enumerate(rows):
            conn.execute(f"insert into golden ({columns}, place) values ({marks})", [*(row[f] for f in FIELDS), place])
        return [list(row) for row in conn.execute(f"select {wanted} from golden r order by place").fetchall()]


def polars(formulas: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Answers of Polars, in the same shape."""
    types = {"integer": pl.Int64, "money": pl.Int64, "date": pl.Date, "boolean": pl.Boolean}
    frame = pl.DataFrame(rows, schema={name: types.get(kind, pl.String) for name, kind in FIELDS.items()})
    given_names = {"as_at": pl.lit(date(2023, 12, 1))}
    found = [parse(one, FIELDS, {"as_at": "date"}).polars(given_names) for one in formulas]
    answers = frame.select(
        pl.lit(0).repeat_by(1).alias("_") if not found else pl.int_range(pl.len()).alias("_"),
        *(one.alias(str(place)) for place, one in enumerate(found)),
    )
    return [list(row[1:]) for row in answers.rows()]


def plain(value: Any) -> Any:
    """A value without its width: 2, 2.0 and Decimal("2.00") are one."""
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def agree(db: Any, formulas: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    left, right = postgres(db, formulas, rows), polars(formulas, rows)
    for place, formula in enumerate(formulas):
        asked, answered = [plain(row[place]) for row in left], [plain(row[place]) for row in right]
        assert asked == answered, formula


def test_golden_set_is_the_same_on_both_engines(db: Any) -> None:
    agree(db, GOLDEN, ROWS)


def test_known_answers() -> None:
    assert polars(["n / 2", "n / 0", "round(x)", "1 / 3", "-7 / 2"], ROWS[:1]) == [
        [Decimal("3.5"), None, Decimal(2), Decimal("0.3333333333"), Decimal("-3.5")]
    ]
    assert polars(["lower(name)", "year(born)", "month(born)"], ROWS[:1]) == [["đỗ thị ánh", 1965, None]]


NUMBERS = st.sampled_from(["n", "m", "x", "y", "2", "0", "0.5", "-3", "1.25", "year(a)", "length(name)", "null"])
TEXTS = st.sampled_from(["name", "code", "'02'", "''", "'đ%'", "lower(name)", "left(code, 1)", "upper(code)", "born"])
DATES = st.sampled_from(["a", "b", "as_at", "date '2020-02-29'"])


def conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    return st.one_of(
        st.builds("({} {} {})".format, inner, signs, inner),
        st.builds("({} between {} and {})".format, inner, inner, inner),
        st.builds("({} is null)".format, inner),
    )


SUMS = st.one_of(
    NUMBERS,
    st.builds("({} {} {})".format, NUMBERS, st.sampled_from(["+", "-"]), NUMBERS),
    st.builds("round({} / {}, 3)".format, NUMBERS, NUMBERS),
    st.builds("({} * {})".format, NUMBERS, NUMBERS),
    st.builds("({} / {})".format, NUMBERS, NUMBERS),
    st.builds("coalesce({}, {})".format, NUMBERS, NUMBERS),
    st.builds("greatest({}, nullif({}, {}))".format, NUMBERS, NUMBERS, NUMBERS),
)
FORMULAS = st.recursive(
    st.one_of(conditions(SUMS), conditions(TEXTS), conditions(DATES), st.sampled_from(["yes", "no", "true", "null"])),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("(case when {} then {} else {} end)".format, inner, inner, inner),
    ),
    max_leaves=4,
)
WORDS = st.text(st.sampled_from("aAzZđĐệỆ02 %_\\:'!.?-\n"), max_size=6)
WHOLE = st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-9, 9)
DECIMALS = st.decimals(-(10**11), 10**11, places=6).map(str) | st.sampled_from(["0", "0.5", "1", "-1.25"])
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
RECORDS = st.fixed_dictionaries(
    {
        "name": st.none() | WORDS,
        "code": st.none() | WORDS,
        "n": st.none() | WHOLE,
        "m": st.none() | WHOLE,
        "x": st.none() | DECIMALS,
        "y": st.none() | DECIMALS,
        "born": st.none() | st.sampled_from(["1965", "1965-09"]),
        "a": st.none() | DAYS,
        "b": st.none() | DAYS,
        "yes": st.none() | st.booleans(),
        "no": st.none() | st.booleans(),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formulas=st.lists(FORMULAS | SUMS, min_size=1, max_size=8), rows=st.lists(RECORDS, min_size=1, max_size=5))
def test_any_formula_is_the_same_on_both_engines(db: Any, formulas: list[str], rows: list[dict[str, Any]]) -> None:
    agree(db, [each for each in formulas if _fits(each)], rows)


def _fits(formula: str) -> bool:
    """Whether the formula is read; only one that might need more digits than are kept may be refused."""
    try:
        parse(formula, FIELDS, {"as_at": "date"})
    except Refused as refusal:
        assert refusal.problems[0].code == "registers.expression_too_many_digits"
        return False
    return True


REFUSED = [
    "pg_sleep(1)",
    "1; drop table x",
    "(select 1)",
    "n in (select 1)",
    "other.password",
    "n::int",
    "a || b",
    "count(*)",
    "sum(n)",
    "current_date",
    "name ilike 'x'",
    "name ~ 'x'",
    "n = any(array[1])",
    "n % 2",
    "$1",
    ":x",
    "?",
    "name like code",
    "name like 'a' escape '!'",
    "name like 'a\\b'",
    "interval '1 day'",
    "n as b",
    "*",
    "",
    "n +",
    "n is true",
    "n[1]",
    "if(yes, 1, 2)",
    "x'41'",
    "1e5",
    "extract(year from a)",
    "n in (null)",
    "n in (m)",
    "a >= '2023-02-30'",
    "a > 'hôm nay'",
    "left(name, n)",
    "left(name, -1)",
    "round(x, 99)",
    "n = 'a'",
    "a + 1",
    "yes > no",
    "n and yes",
    "case when n then 1 end",
    "coalesce(n, name)",
    "x * x * x * x",
    "day(born)",
    "lower(n)",
    "wage",
    '"N"',
    "(" * 90 + "n" + ")" * 90,
    "n" + " + n" * 2000,
    "lower(name, 'x')",
    "coalesce(distinct n)",
    "sum(n) over ()",
    "n = 1 -- x\n; select 1",
    "cast(n as text)",
    "cast('x' as date)",
    "not",
    "{fn x}",
]


@pytest.mark.parametrize("formula", REFUSED, ids=lambda one: one[:24])
def test_everything_else_is_refused_with_a_sentence(formula: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(formula, FIELDS, {"as_at": "date"})
    for problem in caught.value.problems:
        assert problem.code.startswith("registers.expression_")
        assert problem.vi and problem.en and "{" not in problem.vi.replace(formula, "")


def test_a_refusal_names_the_nearest_allowed() -> None:
    with pytest.raises(Refused, match="born"):
        parse("bron = 1", FIELDS)
    with pytest.raises(Refused, match="lower"):
        parse("name ilike 'x'", FIELDS)


def test_fields_and_type_are_known() -> None:
    found = parse("n / nullif(m, 0)", FIELDS, {"as_at": "date"})
    assert found.fields == {"n", "m"} and not found.extra and found.type == "number"
    assert parse("as_at > a", FIELDS, {"as_at": "date"}).extra == {"as_at"}
    with pytest.raises(Refused, match="true or false"):
        condition("n + 1", FIELDS)


def test_text_of_sql_holds_nothing_a_client_would_read() -> None:
    text = parse("name = '%s :x \\ %' and name like '%:a%'", FIELDS).sql()
    assert not set(text) & set("%:\\")
