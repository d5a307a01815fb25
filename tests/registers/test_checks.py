"""Named checks: the vectors of the law and of python-stdnum, column-wise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean
from stdnum.vn import mst

from tinhso.registers.checks import CHECKS, Context, poverty, rules
from tinhso.registers.checks.shape import Role

TODAY = date(2023, 12, 1)
RULES = Path(__file__).resolve().parents[2] / "provinces" / "vietnam" / "rules"


def ask(name: str, values: Sequence[str | None], context: Context | None = None) -> list[tuple[str | None, str | None]]:
    """(clean value, fault) of each value."""
    verdict = CHECKS[name](pl.col("v"), context or Context(TODAY))
    frame = pl.DataFrame({"v": values}, schema={"v": pl.String})
    return frame.select(verdict.clean.alias("clean"), verdict.fault_code.alias("fault")).rows()


def fault(name: str, value: str, context: Context | None = None) -> str | None:
    found = ask(name, [value], context)[0][1]
    return found.removeprefix("registers.") if found else None


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("002095000123", None),
        ("002195000124", None),
        ("002201000456", None),
        ("002301000457", None),
        ("008175001122", None),
        ("002225000001", "citizen_id_future_year"),
        ("003095000123", "citizen_id_province"),
        ("00209500012", "citizen_id_format"),
        ("0020950001234", "citizen_id_format"),
        ("+02095000123", "citizen_id_format"),
        ("00209500012A", "citizen_id_format"),
        ("", "citizen_id_format"),
        ("123095000123", None),
    ],
)
def test_citizen_id(number: str, expected: str | None) -> None:
    assert fault("citizen_id", number) == expected


def test_citizen_id_agrees_with_gender_and_birth() -> None:
    frame = pl.DataFrame(
        {
            "v": ["002095000123", "002095000123", "002095000123", "002095000123", None],
            "gender": ["male", "female", None, "male", "male"],
            "born": ["1995", "1995-02", "1995-02-03", "1996-01-01", "1990"],
        }
    )
    roles = {"gender": Role(pl.col("gender"), "string"), "birth_date": Role(pl.col("born"), "partialDate")}
    verdict = CHECKS["citizen_id"](pl.col("v"), Context(TODAY, roles))
    assert frame.select(verdict.fault_code).to_series().to_list() == [
        None,
        "registers.citizen_id_gender",
        None,
        "registers.citizen_id_birth",
        None,
    ]


def test_lost_zeros_are_put_back_only_when_accepted() -> None:
    values = ["2095000123", "95095000123", "209500012", "12345678901"]
    verdict = CHECKS["citizen_id"](pl.col("v"), Context(TODAY))
    frame = pl.DataFrame({"v": values})
    assert frame.select(verdict.repairs[0][1]).to_series().to_list() == [True, True, False, False]
    assert ask("citizen_id", values, Context(TODAY, repairs=frozenset({"lost_zero"})))[:2] == [
        ("002095000123", None),
        ("095095000123", None),
    ]
    told = Context(TODAY, numeric=pl.lit(False), repairs=frozenset({"lost_zero"}))
    assert ask("citizen_id", values[:1], told)[0] == ("2095000123", "registers.citizen_id_format")


def test_tax_codes() -> None:
    good = ["0100233488", "0314409058-002", "0312687878-001", "0100112437", "5190000004", "5190000011", "5190000029"]
    assert [found for _, found in ask("tax_code", good)] == [None] * len(good)
    assert ask("tax_code", ["0314409058002", "0100 233 488", "002095000123"]) == [
        ("0314409058-002", None),
        ("0100233488", None),
        ("002095000123", None),
    ]
    assert fault("tax_code", "0100233480") == "tax_code_digit"
    assert fault("tax_code", "519000009") == "tax_code_format"
    assert fault("tax_code", "0314409058-000") == "tax_code_format"
    assert fault("tax_code", "0100000007") == "tax_code_digit"
    assert fault("tax_code", "003095000123") == "citizen_id_province"


@given(st.lists(st.integers(0, 10**10 - 1).map("{:010d}".format), min_size=1, max_size=50))
def test_tax_code_agrees_with_stdnum(codes: list[str]) -> None:
    found = [clean for clean, told in ask("tax_code", codes) if told is None]
    assert found == [code for code in codes if mst.is_valid(code)]


@given(st.lists(st.integers(0, 10**13 - 1).map("{:013d}".format), min_size=1, max_size=50))
def test_gtin_agrees_with_stdnum(codes: list[str]) -> None:
    codes += [code[:12] + ean.calc_check_digit(code[:12]) for code in codes]
    assert [told is None for _, told in ask("gtin", codes)] == [ean.is_valid(code) for code in codes]


def test_gtin_and_gln() -> None:
    assert [told for _, told in ask("gtin", ["8931234567897", "8938501234568", "09521234543213", "96385074"])] == [
        None
    ] * 4
    assert fault("gtin", "8931234567890") == "gtin_digit"
    assert fault("gtin", "123456789") == "gtin_format"
    assert fault("gln", "8935000000014") is None
    assert fault("gln", "09521234543213") == "gln_format"


@pytest.mark.parametrize(
    ("number", "clean"),
    [
        ("0912345678", "0912345678"),
        ("091 234 5678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("(0219) 386-6123", None),
        ("02193866123", "02193866123"),
        ("0168 123 4567", "0381234567"),
        ("01201234567", "0701234567"),
        ("0123456789", None),
        ("12345", None),
        ("0912345678; 0987654321", None),
    ],
)
def test_phones(number: str, clean: str | None) -> None:
    value, found = ask("phone", [number], Context(TODAY, repairs=frozenset({"old_number"})))[0]
    if clean is None and number.startswith("(0219)"):
        clean = "02193866123"
    assert (value if found is None else None) == clean


def test_phone_offers_its_repairs() -> None:
    verdict = CHECKS["phone"](pl.col("v"), Context(TODAY))
    frame = pl.DataFrame({"v": ["912345678", "01681234567", "0912345678"]})
    answers = frame.select(mask.alias(name) for name, mask in verdict.repairs)
    assert answers.to_dict(as_series=False) == {"lost_zero": [True, False, False], "old_number": [False, True, False]}


def test_email_and_social_insurance() -> None:
    assert ask("email", ["An.Nguyen@HaGiang.gov.vn"]) == [("an.nguyen@hagiang.gov.vn", None)]
    assert [fault("email", one) for one in ("a@b", "a b@c.vn", "a@b.vn; c@d.vn", "@b.vn")] == ["email_format"] * 4
    assert ask("social_insurance_no", ["0212345678", None, "002095000123"])[0] == ("0212345678", None)
    assert fault("social_insurance_no", "12345") == "social_insurance_no_format"
    other_script = "".join(chr(0xFF10 + int(digit)) for digit in "0212345678")
    assert fault("social_insurance_no", other_script) == "social_insurance_no_format"


def test_poverty_examples_of_the_rule_file() -> None:
    rule = rules.read([RULES])["poverty"]
    frame = pl.DataFrame(
        [
            {"on": e.on, "where": e.residence, "income": e.income, "n": e.deprivations, "expect": e.expect}
            for e in rule.examples
        ]
    )
    told = frame.select(
        poverty.expected(rule, pl.col("where"), pl.col("income"), pl.col("n"), pl.col("on"))
    ).to_series()
    assert told.to_list() == frame["expect"].to_list()


def test_poverty_class_is_compared_with_the_rule_of_its_day() -> None:
    frame = pl.DataFrame(
        {
            "v": ["poor", "near_poor", "poor", "none", "poor"],
            "residence": ["rural"] * 5,
            "income": [1_500_000, 1_500_000, 1_500_001, 2_000_000, None],
            "deprivations": [3, 3, 3, 1, 3],
            "assessed_on": [date(2023, 10, 31)] * 5,
        }
    )
    kinds: dict[str, Any] = {"residence": "string", "income": "money", "deprivations": "integer", "assessed_on": "date"}
    roles = {name: Role(pl.col(name), kind) for name, kind in kinds.items()}
    verdict = CHECKS["poverty_class"](pl.col("v"), Context(TODAY, roles, rules.read([RULES])))
    assert [bool(one) for one in frame.select(verdict.fault_code).to_series().to_list()] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_every_code_has_its_sentence() -> None:
    from tinhso.foundation.problems import catalogue

    roles = {name: Role(pl.col(name), "string") for check in CHECKS.values() for name in check.roles}
    for check in CHECKS.values():
        for code, _ in check(pl.col("v"), Context(TODAY, roles, rules.read([RULES]))).faults:
            assert code in catalogue()
