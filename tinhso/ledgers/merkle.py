"""Merkle trees of RFC 6962 section 2.1 (the same in RFC 9162): roots, inclusion and consistency, made and checked.

Pure: bytes in, bytes out. A leaf's hash is SHA-256 of 0x00 and its data, a node's of 0x01 and its two children.
A row of nodes is paired from the left and an odd last one goes up as it is, which gives the RFC's tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this data."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two children."""
    return sha256(b"\1" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        row = _above(row)
    return row[0]


def _above(row: list[bytes]) -> list[bytes]:
    odd = row[-1:] if len(row) % 2 else []
    return [sha256(b"\1" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)] + odd


@dataclass(frozen=True, slots=True)
class Range:
    """The leaves so far as the roots of the perfect trees they make, largest first: all that growing needs.

    Of a million leaves these are at most twenty hashes.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, hashes: Iterable[bytes]) -> Range:
        """This range with more leaf hashes at its end."""
        size, peaks = self.size, list(self.peaks)
        for one in hashes:
            carried, rest = one, size
            while rest & 1:
                carried = sha256(b"\1" + peaks.pop() + carried).digest()
                rest >>= 1
            peaks.append(carried)
            size += 1
        return Range(size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the tree over these leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, found = self.peaks
        for peak in reversed(rest):
            found = node_hash(peak, found)
        return found

    def to_bytes(self) -> bytes:
        """The peaks one after the other, 32 bytes each."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> Range:
        """What ``to_bytes`` wrote for a range of this size; a ``ValueError`` if it cannot be one."""
        if len(peaks) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(peaks)} bytes are not the peaks of {size} leaves")
        return cls(size, tuple(peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)))


def inclusion_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The audit path of the leaf at ``index`` (from 0), from the leaf upward (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    row, path = list(hashes), []
    while len(row) > 1:
        beside = index ^ 1
        if beside < len(row):
            path.append(row[beside])
        row, index = _above(row), index >> 1
    return path


def consistency_path(first: int, hashes: Sequence[bytes]) -> list[bytes]:
    """That the tree of the first ``first`` leaves is the beginning of this one (RFC 9162 section 2.1.4.1)."""
    if not 0 <= first <= len(hashes):
        raise IndexError(first)
    return _part(first, list(hashes), whole=True) if first else []


def _part(first: int, hashes: list[bytes], *, whole: bool) -> list[bytes]:
    size = len(hashes)
    if first == size:
        return [] if whole else [root(hashes)]
    split = 1 << (size - 1).bit_length() - 1
    if first <= split:
        return [*_part(first, hashes[:split], whole=whole), root(hashes[split:])]
    return [*_part(first - split, hashes[split:], whole=False), root(hashes[:split])]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], found: bytes) -> bool:
    """Whether the path proves that ``leaf`` (a hash) stands at ``index`` under the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, made = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            made = node_hash(step, made)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            made = node_hash(made, step)
        node, last = node >> 1, last >> 1
    return last == 0 and made == found


def consistent(first: int, second: int, path: Sequence[bytes], was: bytes, now: bytes) -> bool:
    """Whether the path proves that ``first`` leaves under ``was`` begin ``second`` under ``now`` (RFC 9162 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        return not path and was == (EMPTY_ROOT if first == 0 else now)
    steps = list(path) if first & (first - 1) else [was, *path]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return bool(steps) and _climbs(node, last, steps, was, now)


def _climbs(node: int, last: int, steps: list[bytes], was: bytes, now: bytes) -> bool:
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and before == was and after == now
