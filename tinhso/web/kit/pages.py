"""Templates made into pages: one environment a language, everything escaped, nothing inline."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from litestar import MediaType, Response

from tinhso.foundation.translations import Language, gettext
from tinhso.web.kit import writing
from tinhso.web.kit.assets import assets
from tinhso.web.kit.sight import Sight

_FACES = Path(__file__).resolve().parent.parent


def page(sight: Sight, template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """The answer to a request: the template with its values, in the request's language."""
    return Response(
        rendered(sight, template, **values), status_code=status, media_type=MediaType.HTML,
        headers={"content-language": sight.language, "cache-control": "no-cache"}, cookies=list(sight.cookies),
    )  # fmt: skip


def rendered(sight: Sight, template: str, **values: Any) -> str:
    """A template as text."""
    return environment(sight.language).get_template(template).render(sight=sight, assets=assets(), **values)


def pieces(sight: Sight, template: str) -> Callable[..., str]:
    """The macros of a template by name, for pieces of a page that are sent alone."""
    module = environment(sight.language).get_template(template).make_module({"sight": sight})

    def made(macro: str, *values: Any) -> str:
        return str(getattr(module, macro)(*values)).strip()

    return made


@cache
def environment(language: Language) -> Environment:
    """The templates of all faces as ``face/name.html``, speaking a language."""
    folders = {face.name: FileSystemLoader(face / "templates") for face in _FACES.iterdir() if face.is_dir()}
    made = Environment(
        loader=PrefixLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(gettext(language), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    for name in ("number", "percent", "short", "day", "moment", "period", "signed"):
        made.filters[name] = _said(getattr(writing, name), language)
    made.globals["language"] = language
    return made


def _said(function: Any, language: Language) -> Any:
    def said(value: Any, *rest: Any) -> str:
        return str(function(value, language, *rest))

    return said
