"""``python -m tinhso.foundation.postgres start|stop|remove``: the embedded server of this home, by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tinhso.foundation.postgres import server
from tinhso.foundation.problems import Refused
from tinhso.foundation.settings import Settings

VERBS: dict[str, Callable[[Settings], object]] = {"start": server.start, "stop": server.stop, "remove": server.remove}


def main(arguments: list[str]) -> None:
    """Do one verb; wrong use and refusals end with a message."""
    if len(arguments) != 1 or arguments[0] not in VERBS:
        sys.exit(f"usage: python -m tinhso.foundation.postgres {'|'.join(VERBS)}")
    try:
        VERBS[arguments[0]](Settings.from_env())
    except Refused as refused:
        sys.exit(f"{refused.problems[0].vi}\n{refused.problems[0].en}")


if __name__ == "__main__":
    main(sys.argv[1:])
