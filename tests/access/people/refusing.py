"""How tests ask for the code of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.foundation.problems import Refused


def refused(action: Any, *arguments: Any, **words: Any) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refused) as refusal:
        action(*arguments, **words)
    return refusal.value.problems[0].code
