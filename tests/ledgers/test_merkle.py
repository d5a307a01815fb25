"""Trees by the known answers of certificate transparency, and by laws over trees of every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.ledgers.merkle import (
    EMPTY_ROOT,
    Range,
    consistency_path,
    consistent,
    includes,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
)

LEAVES = [
    bytes.fromhex(digits)
    for digits in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The eight leaves of the test vectors of certificate-transparency, to which RFC 6962 implementations are held."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
THIRD_AND_FOURTH = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LAST_FOUR = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
SEVENTH_AND_EIGHTH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FIFTH_AND_SIXTH = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def _hashes(leaves: list[bytes]) -> list[bytes]:
    return [leaf_hash(leaf) for leaf in leaves]


def test_the_empty_tree() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == Range().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_known_ones(size: int) -> None:
    assert root(_hashes(LEAVES[:size])).hex() == ROOTS[size - 1]
    assert Range().extended(_hashes(LEAVES[:size])).root().hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [SECOND, THIRD_AND_FOURTH, LAST_FOUR]),
        (5, 8, [FIFTH, SEVENTH_AND_EIGHTH, ROOTS[3]]),
        (2, 3, [ROOTS[1]]),
        (1, 5, [ROOTS[0], THIRD_AND_FOURTH, FIFTH]),
    ],
)
def test_inclusion_paths_are_the_known_ones(index: int, size: int, path: list[str]) -> None:
    assert [step.hex() for step in inclusion_path(index, _hashes(LEAVES[:size]))] == path


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (1, 8, [SECOND, THIRD_AND_FOURTH, LAST_FOUR]),
        (6, 8, [FIFTH_AND_SIXTH, SEVENTH_AND_EIGHTH, ROOTS[3]]),
        (2, 5, [THIRD_AND_FOURTH, FIFTH]),
    ],
)
def test_consistency_paths_are_the_known_ones(first: int, second: int, path: list[str]) -> None:
    assert [step.hex() for step in consistency_path(first, _hashes(LEAVES[:second]))] == path


def test_a_leaf_is_not_a_node() -> None:
    left, right = _hashes(LEAVES[:2])
    assert leaf_hash(left + right) != node_hash(left, right)


trees = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(_hashes)


@given(trees, st.data())
def test_every_inclusion_is_proved(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    path = inclusion_path(index, hashes)
    assert includes(hashes[index], index, len(hashes), path, root(hashes))


@given(trees, st.data())
def test_every_growth_is_proved(hashes: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(hashes)))
    path = consistency_path(first, hashes)
    assert consistent(first, len(hashes), path, root(hashes[:first]), root(hashes))


@given(trees, st.data())
def test_growing_step_by_step_is_counting_anew(hashes: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(hashes)))
    before = Range().extended(hashes[:cut])
    kept = Range.from_bytes(before.size, before.to_bytes())
    after = kept.extended(hashes[cut:])
    assert (after.size, after.root()) == (len(hashes), root(hashes))
    assert len(after.peaks) == len(hashes).bit_count()


different = st.lists(st.integers(0, 2**32), min_size=2, max_size=70, unique=True).map(
    lambda numbers: _hashes([number.to_bytes(8, "big") for number in numbers])
)


@given(different, st.data())
def test_no_other_inclusion_is_proved(hashes: list[bytes], data: st.DataObject) -> None:
    size, index = len(hashes), data.draw(st.integers(0, len(hashes) - 1))
    path, leaf, top = inclusion_path(index, hashes), hashes[index], root(hashes)
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    assert not includes(leaf, other, size, path, top)
    assert not includes(hashes[other], index, size, path, top)
    assert not includes(leaf, index, size, path[:-1], top)
    assert not includes(leaf, index, size, [*path, top], top)
    assert not includes(leaf, index, index, path, top)
    step, bit = data.draw(st.integers(0, len(path) + 1)), data.draw(st.integers(0, 255))
    assert not includes(*_flipped(leaf, index, size, path, top, step, bit))


def _flipped(
    leaf: bytes, index: int, size: int, path: list[bytes], top: bytes, which: int, bit: int
) -> tuple[bytes, int, int, list[bytes], bytes]:
    """One bit of the leaf, the root or a step turned."""
    pieces = [leaf, top, *path]
    turned = int.from_bytes(pieces[which], "big") ^ (1 << bit)
    pieces[which] = turned.to_bytes(32, "big")
    return pieces[0], index, size, pieces[2:], pieces[1]


@given(different, st.data())
def test_no_other_growth_is_proved(hashes: list[bytes], data: st.DataObject) -> None:
    size, first = len(hashes), data.draw(st.integers(1, len(hashes) - 1))
    was, now, path = root(hashes[:first]), root(hashes), consistency_path(first, hashes)
    other = data.draw(st.integers(1, size).filter(lambda number: number != first))
    assert not consistent(other, size, path, was, now)
    assert not consistent(first, size, path, now, was)
    assert not consistent(first, size, path[:-1], was, now)
    assert not consistent(first, size, [*path, now], was, now)
    assert not consistent(size, first, path, was, now)
    pieces = [was, now, *path]
    which, bit = data.draw(st.integers(0, len(pieces) - 1)), data.draw(st.integers(0, 255))
    pieces[which] = (int.from_bytes(pieces[which], "big") ^ (1 << bit)).to_bytes(32, "big")
    assert not consistent(first, size, pieces[2:], pieces[0], pieces[1])


@given(different, st.data())
def test_a_ledger_that_was_rewritten_did_not_grow(hashes: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(hashes)))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [leaf_hash(b"another") if at == changed else one for at, one in enumerate(hashes)]
    path = consistency_path(first, rewritten)
    assert not consistent(first, len(hashes), path, root(hashes[:first]), root(rewritten))


@pytest.mark.parametrize("size", [-1, 9])
def test_there_is_no_path_from_outside(size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_path(size, _hashes(LEAVES))
    with pytest.raises(IndexError):
        consistency_path(size, _hashes(LEAVES))


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        Range.from_bytes(3, bytes(32))
