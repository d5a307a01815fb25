"""Texts of pages in both languages: written in English in code and templates, translated in ``vi.po`` beside this.

The catalogue is read as it is, so nothing has to be compiled. ``make messages`` gathers new texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The first is the one that is spoken when nothing else is asked for."""


@cache
def gettext(language: Language) -> NullTranslations:
    """The language's translations: ``.gettext``, ``.ngettext``, ``.pgettext``; for Jinja's i18n extension too."""
    if language == "en":
        return NullTranslations()
    source = resources.files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def chosen(wanted: Sequence[str]) -> Language:
    """The first wanted language that we speak; tags such as ``en-GB`` count as ``en``."""
    for tag in wanted:
        for language in LANGUAGES:
            if tag.lower().partition("-")[0] == language:
                return language
    return LANGUAGES[0]
