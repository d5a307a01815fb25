"""How figures follow commits: one SQL function per register, run inside the commit, appends what it changed.

Nothing is updated in place, so commits never wait for each other over a figure. Parts declared when records
already exist are counted from every version ever kept, change set by change set, so that "as of" works for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tinhso.foundation.database import Connection, made_sql
from tinhso.indicators import counting
from tinhso.indicators.parts import Compiled

_TAG = "$counted$"


def make(conn: Connection, register: str, parts: Mapping[int, Compiled]) -> None:
    """(Re)make ``indicators.follow_<register>``; a register without additive parts has none.

    Replaced in place, so that a commit under way never finds it missing.
    """
    if parts:
        conn.execute(made_sql(function(register, parts)))
    else:
        conn.execute(made_sql(f"drop function if exists indicators.follow_{register}(bigint, regclass)"))


def function(register: str, parts: Mapping[int, Compiled]) -> str:
    """The text of the function, run by the commit after records and history are written."""
    before, after = counting.statement(parts, _committed(register, parts)).split("{inbox}")
    if _TAG in before + after:
        raise ValueError(f"{_TAG} stands in an expression of {register}")
    return (
        f"create or replace function indicators.follow_{register}(change_set bigint, inbox regclass) returns void\n"
        f"language plpgsql security definer set search_path = pg_catalog, pg_temp as $follow$\nbegin\n"
        f"execute {_TAG}{before}{_TAG} || inbox::text || {_TAG}{after}{_TAG} using change_set;\n"
        f"end $follow$"
    )


def backfill(conn: Connection, register: str, parts: Mapping[int, Compiled]) -> None:
    """Count the parts from all versions kept. Locks the register against commits until the transaction ends."""
    conn.execute(made_sql(f"lock table registers.{register} in share mode"))
    numbers = list(parts)
    for table in ("delta", "folded", "cell"):
        conn.execute(made_sql(f"delete from indicators.{table} where part = any(%s)"), [numbers])
    if parts:
        conn.execute(made_sql(counting.statement(parts, _ever(register, parts))))


def _committed(register: str, parts: Mapping[int, Compiled]) -> str:
    """What a commit brought (from its inbox) and what it ended (from history)."""
    columns = _columns(parts)
    return (
        f"select $1 as change_set, 1 as {counting.SIGN}, area{columns} from {{inbox}} where op in ('new', 'changed')\n"
        f"union all\n"
        f"select $1, -1, area{columns} from history.{register} where until_change_set = $1"
    )


def _ever(register: str, parts: Mapping[int, Compiled]) -> str:
    """Every version's coming and going, each under the change set that did it."""
    columns = _columns(parts)
    return (
        f"select change_set, 1 as {counting.SIGN}, area{columns} from registers.{register}\nunion all\n"
        f"select change_set, 1, area{columns} from history.{register}\nunion all\n"
        f"select until_change_set, -1, area{columns} from history.{register}"
    )


def _columns(parts: Mapping[int, Compiled]) -> str:
    return "".join(f", {counting.quoted(field)}" for field in counting.fields(list(parts.values())))
