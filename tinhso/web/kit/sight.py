"""How a request wants to see: its language and theme, where it is, and links from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.datastructures import Cookie

from tinhso.access.people.sessions import Session
from tinhso.access.scope import ANY, Scope
from tinhso.foundation.translations import LANGUAGES, Language, chosen, gettext
from tinhso.registers.declaration import Text
from tinhso.web.kit.standing import KEPT
from tinhso.web.kit.visitor import READ

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Sight:
    """``theme`` is None where the visitor left it to the machine; ``person`` is the name of whoever is signed in;
    ``single_sign_on`` whether the province's accounts open the house; ``auditor`` whether who asks reads the log of who
    looked, ``cases`` cases of persons' rights and of corrections, ``administers`` people and grants, ``declares``
    registers, as far as the page had to know it; ``reads`` and ``proposes`` are only false where it is known that
    nothing is read or handed in.
    """

    language: Language
    theme: Theme | None = None
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()
    person: str | None = None
    single_sign_on: bool = False
    cases: bool = False
    administers: bool = False
    declares: bool = False
    auditor: bool = False
    reads: bool = True
    proposes: bool = True

    def gettext(self, text: str, **facts: Any) -> str:
        """A text of ours in the request's language, with its facts."""
        said = gettext(self.language).gettext(text)
        return said % facts if facts else said

    def ngettext(self, one: str, many: str, count: int, **facts: Any) -> str:
        """The same where English has a singular; ``num`` and the facts may be named in it."""
        return gettext(self.language).ngettext(one, many, count) % {"num": count, **facts}

    def say(self, text: Text) -> str:
        """A declared text in the request's language."""
        return text.vi if self.language == "vi" else text.en

    def link(self, **changes: str | None) -> str:
        """This page with some of its query changed; None takes a word away."""
        query = {name: value for name, value in {**self.query, **changes}.items() if value}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def of(request: Request[Any, Any, Any]) -> Sight:
    """Read a request: ``?lang=`` and ``?theme=`` win and are remembered, then cookies, then the browser's wishes."""
    query = words(request)
    remembered = []
    choices: dict[str, str | None] = {}
    for name, allowed in (("lang", LANGUAGES), ("theme", THEMES)):
        asked = query.pop(name, None)
        if asked in allowed:
            remembered.append(Cookie(name, value=asked, max_age=YEAR, samesite="lax", httponly=True, path="/"))
        kept = request.cookies.get(name)
        choices[name] = asked if asked in allowed else kept if kept in allowed else None
    language = choices["lang"] or chosen(_wishes(request))
    return Sight(
        language="en" if language == "en" else "vi",
        theme={"light": THEMES[0], "dark": THEMES[1]}.get(choices["theme"] or ""),
        path=request.scope["path"], query=query, cookies=tuple(remembered),
        person=_person(request), single_sign_on=_single_sign_on(request), auditor=_may(request, "audit"),
        cases=_may(request, "read", "privacy") or _may(request, "approve"), administers=_may(request, "administer"),
        declares=_may(request, "declare"),
        reads=_unless_known(request, "read"), proposes=_unless_known(request, "propose"),
    )  # fmt: skip


def words(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The words of an address; one that comes several times, as ticked boxes do, is joined by commas."""
    found: dict[str, list[str]] = {}
    # from the bytes of the address: the framework's own reading keeps no order
    for name, value in parse_qsl(request.scope["query_string"].decode("latin-1")):
        if value not in (known := found.setdefault(name, [])):
            known.append(value)
    return {name: ",".join(values) for name, values in found.items()}


def _person(request: Request[Any, Any, Any]) -> str | None:
    """Whose session was read for this request; nothing is asked here, a refusal's page may have no house behind it."""
    scope: Any = request.scope
    session: Session | None = scope.get(READ)
    return session.person.name if session and not session.pending else None


def _may(request: Request[Any, Any, Any], verb: str, register: str = ANY) -> bool:
    """Whether the scope that the page's guard made holds the verb; nothing is asked here."""
    scope: Any = request.scope
    standing: Scope | None = scope.get(KEPT)
    return standing is not None and standing.may(verb, register)


def _unless_known(request: Request[Any, Any, Any], verb: str) -> bool:
    """Whether a page is worth leading to: unless the page's guard found that who asks holds the verb nowhere."""
    scope: Any = request.scope
    standing: Scope | None = scope.get(KEPT)
    return standing is None or standing.may(verb)


def _single_sign_on(request: Request[Any, Any, Any]) -> bool:
    """Whether the province's own accounts open this house."""
    house = request.app.state.get("house")
    return house is not None and house.door.provider is not None


def _wishes(request: Request[Any, Any, Any]) -> list[str]:
    """Only an English browser is answered in English unasked: the house speaks Vietnamese first."""
    header = request.headers.get("accept-language", "")
    return [part.partition(";")[0].strip() for part in header.split(",") if part.strip()]
