"""What a command prints: JSON for machines, short lines for people, problems with their next step."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from secrets import token_hex
from typing import Any, NoReturn, ParamSpec

import msgspec
import typer
from rich.console import Console

from tinhso.foundation.problems import Problem, Refused, refuse

DONE, REFUSED, WRONG_USE = 0, 1, 2
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
P = ParamSpec("P")


def as_json(value: Any) -> None:
    """Print a value as JSON, indented, on standard output."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(text.decode() + "\n")


def problems(found: Iterable[Problem], shown: int = 20) -> None:
    """Print problems for a person: Vietnamese first, the English beneath."""
    every = list(found)
    for problem in every[:shown]:
        errors.print(f"[bold]{problem.severity}[/bold] {problem.code}", problem.vi, sep="  ")
        errors.print(f"    {problem.en}", style="dim")
    if len(every) > shown:
        errors.print(f"… và {len(every) - shown} vấn đề nữa / and {len(every) - shown} more", style="dim")


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a refusal into its sentences and exit code 1; a bug too, its trace being kept in a file."""

    @wraps(command)
    def answered(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refused as refusal:
            _refused(refusal, json=bool(kwargs.get("json")))
        except (typer.BadParameter, typer.Exit, typer.Abort):
            raise
        except Exception as error:
            _refused(_noted(error), json=bool(kwargs.get("json")))

    return answered


def _refused(refusal: Refused, *, json: bool) -> NoReturn:
    if json:
        as_json({"problems": [problem.as_json() for problem in refusal.problems]})
    else:
        problems(refusal.problems)
    raise typer.Exit(REFUSED) from None


def _noted(error: Exception) -> Refused:
    """A bug as its user is told of it: where its trace was kept, for whoever will mend it."""
    number = token_hex(4)
    file = Path(tempfile.gettempdir()) / f"tinhso-{number}.log"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        traceback.print_exception(error, file=out)
    return refuse("cli.bug", value=file, kind=type(error).__name__)
