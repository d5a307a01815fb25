"""What a verification finds: a fact with the names of everything it is about, said in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tinhso.foundation.problems import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed. Numbers are those of the tables; ``leaf`` counts from 1."""

    code: str
    ledger: str | None = None
    checkpoint: int | None = None
    leaf: int | None = None
    register: str | None = None
    record: int | None = None
    version: int | None = None
    change_set: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """What it is about, by kind; ``None`` where it is not about one."""
        return {
            "ledger": self.ledger, "checkpoint": self.checkpoint, "leaf": self.leaf, "register": self.register,
            "record": self.record, "version": self.version, "change_set": self.change_set,
        }  # fmt: skip

    def problem(self) -> Problem:
        """The finding as a problem, which says its sentence."""
        told = {**{name: fact for name, fact in self.names().items() if fact is not None}, **self.facts}
        return Problem(self.code, facts={name: str(fact) for name, fact in told.items()})

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso verify --chain --json``."""
        said = self.problem()
        return {"code": self.code, **self.names(), "vi": said.vi, "en": said.en}
