"""What whoever administers should know when the day begins, in words: people, keys, what was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tinhso.access.people.listed import Change, OpenKey, Somebody
from tinhso.foundation.bilingual import Text
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import people

SOON = timedelta(days=30)
"""A key that ends so soon is said to."""
MOST = 8
"""Lines of a list of this page."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What was found: accounts, those who owe a second factor (``demanded`` in this house or not), open keys, the
    latest changes, the titles of roles."""

    people: Sequence[Somebody]
    owing: Sequence[tuple[str, str]]
    keys: Sequence[OpenKey]
    changes: Sequence[Change]
    roles: Mapping[str, Text]
    demanded: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something to look after: what, how many, where."""

    title: str
    link: str
    count: str
    shape: str = "new"
    words: str = ""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key: whose, called what, until when, and whether that is soon."""

    login: str
    name: str
    until: datetime
    used_at: datetime | None
    soon: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change: about whom or what (``link`` to the page of it)."""

    at: datetime
    actor: str
    about: str
    link: str
    what: str
    more: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The part of the first page for whoever administers; ``lax`` where the house asks nobody for a second factor."""

    accounts: int
    tasks: tuple[Task, ...]
    keys: tuple[KeyLine, ...]
    more_keys: int
    changes: tuple[ChangeLine, ...]
    lax: bool


def view(duty: Duty, sight: Sight) -> Desk:
    """The values in the reader's language."""
    titles = {name: sight.say(title) for name, title in duty.roles.items()}
    return Desk(
        sum(each.state == "active" and not each.client for each in duty.people), tuple(_tasks(duty, sight)),
        tuple(KeyLine(each.login, each.name, each.until, each.used_at, each.until - duty.now < SOON)
              for each in duty.keys[:MOST]),
        max(0, len(duty.keys) - MOST),
        tuple(_change(each, titles, sight) for each in duty.changes), not duty.demanded,
    )  # fmt: skip


def _tasks(duty: Duty, sight: Sight) -> Iterator[Task]:
    invited = [each for each in duty.people if each.state == "invited"]
    lost = [each for each in invited if each.link is None]
    idle = [each for each in duty.people if each.state == "active" and not each.grants]
    if duty.owing and duty.demanded:
        yield Task(sight.gettext("People who still have to set up a second factor"), "/staff/people",
                   _number(len(duty.owing), sight), "risk", _named([name for _, name in duty.owing]))  # fmt: skip
    if lost:
        yield Task(sight.gettext("Invitations that have run out"), "/staff/people?stand=invited",
                   _number(len(lost), sight), "off", _named([each.name for each in lost]))  # fmt: skip
    if len(invited) > len(lost):
        waiting = [each.name for each in invited if each.link is not None]
        yield Task(sight.gettext("Invitations not used yet"), "/staff/people?stand=invited",
                   _number(len(waiting), sight), "new", _named(waiting))  # fmt: skip
    if idle:
        yield Task(sight.gettext("Accounts without any role"), "/staff/people?stand=active",
                   _number(len(idle), sight), "none", _named([each.name for each in idle]))  # fmt: skip


def _change(each: Change, titles: dict[str, str], sight: Sight) -> ChangeLine:
    line = people.line(each, sight, titles)
    kind = "roles" if each.action == "role" else "people"
    words = {"role": sight.gettext("role changed"), "purpose": sight.gettext("purpose changed")}
    about = titles.get(each.subject, each.subject) if each.action == "role" else each.subject
    link = f"/staff/{kind}/{each.subject}" if each.action != "purpose" else ""
    return ChangeLine(line.at, line.actor, about, link, words.get(each.action, line.what), line.more)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _number(count: int, sight: Sight) -> str:
    return writing.number(count, sight.language)
