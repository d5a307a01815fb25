"""A hostile file may make a parser in Rust panic; here that becomes a refusal like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tinhso.foundation.problems import Refused, refuse

Result = TypeVar("Result")


def guarded(work: Callable[[], Result], file: str) -> Result:
    """``work()``; whatever a parser throws is refused as ``intake.damaged``.

    A panic arrives as ``PanicException``, which is no ``Exception``, so it is known by its name.
    """
    try:
        return work()
    except Refused:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise refuse("intake.damaged", file=file) from error
        raise
