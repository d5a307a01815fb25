"""What holds for every page: each route names its verb or says public, and what people typed never becomes script."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Controller
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from tests.laws.house import PACKAGE, python_files
from tinhso.access.grants import VERBS
from tinhso.web import account
from tinhso.web.kit.visitor import nearly_signed_in, setting_up, signed_in

TEMPLATES = sorted(path for path in (PACKAGE / "web").rglob("*") if path.suffix in (".html", ".jinja", ".j2", ".svg")
                   and "static" not in path.parts)  # fmt: skip


def _modules() -> Iterator[object]:
    for path in python_files(PACKAGE / "web"):
        yield importlib.import_module(
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        )


def _handlers() -> dict[str, BaseRouteHandler]:
    found: dict[str, BaseRouteHandler] = {}
    for module in _modules():
        held = [
            vars(module),
            *(vars(each) for each in vars(module).values() if isinstance(each, type) and issubclass(each, Controller)),
        ]
        for names in held:
            found |= {
                f"{getattr(module, '__name__', '')}.{name}": each
                for name, each in names.items()
                if isinstance(each, BaseRouteHandler)
            }
    return found


def test_every_route_names_its_verb() -> None:
    wrong = [
        name
        for name, handler in _handlers().items()
        if [handler.opt.get("public") is True, handler.opt.get("own") is True, handler.opt.get("verb") in VERBS].count(
            True
        )
        != 1
    ]
    assert wrong == [], "opt={'verb': 'read'}, {'public': True} or {'own': True}, one of the three"


def test_own_pages_are_behind_the_sign_in() -> None:
    routes = [route for route in account.router().routes if isinstance(route, HTTPRoute)]
    own = [handler for route in routes for handler in route.route_handlers if handler.opt.get("own")]
    guards = [{getattr(guard, "func", guard) for guard in handler.resolve_guards()} for handler in own]
    assert own and all({signed_in, setting_up, nearly_signed_in} & each for each in guards)


def test_routes_are_found() -> None:
    assert _handlers(), "the laws above look at something"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_let_nothing_through(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b", text), "people's text is always escaped"
    assert "autoescape false" not in text
    assert not re.search(
        r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", re.sub(r'<script[^>]*type="application/(ld\+)?json"[^>]*>', "", text)
    ), "no inline script"
    assert not re.search(r"\son(click|change|load|submit|input|error)\s*=", text, re.IGNORECASE), (
        "no script in attributes"
    )
    assert not re.search(r"""(src|href)=["']https?://(?!www\.w3\.org)[^"']+\.(js|css|woff2?)""", text), (
        "nothing is loaded from elsewhere"
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_stand_on_templates_that_are_there(template: Path) -> None:
    named = re.findall(r"""{%-?\s*(?:extends|import|from|include)\s+"([^"]+)""", template.read_text(encoding="utf-8"))
    missing = [name for name in named if not _file(name).is_file()]
    assert missing == []


def _file(name: str) -> Path:
    face, _, rest = name.partition("/")
    return PACKAGE / "web" / face / "templates" / rest
