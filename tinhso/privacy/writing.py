"""Documents to hand over: HTML that stands by itself, every text escaped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.formats import vi_date


def html(template: str, **told: Any) -> str:
    """A document of ``tinhso/privacy/documents`` filled with what is told."""
    return _documents.get_template(template).render(**told)


def moment(at: datetime) -> str:
    """A moment as people write it: 09:30 ngày 23/11/2026."""
    here = at.astimezone(VIETNAM)
    return f"{here:%H:%M} ngày {vi_date(here.date())}"


_documents = Environment(
    loader=PackageLoader("tinhso.privacy", "documents"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_documents.filters["moment"] = moment
