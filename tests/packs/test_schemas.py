"""The JSON Schemas in docs are those of the shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinhso.packs import schemas

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", schemas.SHAPES)
def test_the_committed_schema_is_the_shapes(kind: str) -> None:
    committed = ROOT / schemas.FOLDER / f"{kind}.schema.json"
    assert committed.read_text(encoding="utf-8") == schemas.text(kind), "run python -m tinhso.packs.schemas"


def test_no_schema_without_a_shape() -> None:
    names = {path.name.removesuffix(".schema.json") for path in (ROOT / schemas.FOLDER).glob("*.schema.json")}
    assert names == set(schemas.SHAPES)
