"""Argon2id in a bounded number of places, so that sign-ins never take all cores or all memory.

Only the digest of Argon2's output is ever compared, and only by the database; see ``Proof``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_bytes
from threading import BoundedSemaphore

from argon2.low_level import Type, hash_secret_raw

from tinhso.foundation.problems import refuse

MEMORY, PASSES, LANES = 19 * 1024, 2, 1
"""KiB, passes, lanes: the first choice of the OWASP Password Storage Cheat Sheet for Argon2id (RFC 9106)."""
PATIENCE = 2.0
"""Seconds that a sign-in waits for a place."""
WAITING = 8
"""How many may wait for each place; more are told at once that it is crowded, so that they hold up no pages."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a password was hashed with: memory in KiB, passes, lanes."""

    memory: int = MEMORY
    passes: int = PASSES
    lanes: int = LANES


@dataclass(frozen=True, slots=True)
class Proof:
    """A password as the database keeps it: ``verifier`` is the SHA-256 of Argon2id's 32 bytes."""

    salt: bytes
    costs: Costs
    verifier: bytes

    def values(self) -> list[bytes | int]:
        """In the order in which the database's functions take it."""
        return [self.salt, self.costs.memory, self.costs.passes, self.costs.lanes, self.verifier]


class Hashing:
    """``places`` hashes run at a time (one core is left to everybody else), a few more wait, the rest are refused."""

    def __init__(self, places: int | None = None, patience: float = PATIENCE) -> None:
        self.places = places or max(1, (os.cpu_count() or 2) - 1)
        self.count = 0
        self._patience = patience
        self._running = BoundedSemaphore(self.places)
        self._admitted = BoundedSemaphore(self.places * (1 + WAITING))

    def prove(self, password: str, salt: bytes, costs: Costs) -> Proof:
        """Hash a password as it was hashed when it was set.

        Raises:
            Refused: ``access.crowded`` when there is no place within ``patience`` seconds.
        """
        with self._place():
            self.count += 1
            tag = hash_secret_raw(
                password.encode(), salt, time_cost=costs.passes, memory_cost=costs.memory, parallelism=costs.lanes,
                hash_len=32, type=Type.ID,
            )  # fmt: skip
        return Proof(salt, costs, hashlib.sha256(tag).digest())

    def fresh(self, password: str) -> Proof:
        """A proof to keep: new salt, the costs of today."""
        return self.prove(password, token_bytes(16), Costs())

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._admitted.acquire(blocking=False):
            raise refuse("access.crowded")
        try:
            if not self._running.acquire(timeout=self._patience):
                raise refuse("access.crowded")
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()
