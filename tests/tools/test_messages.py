"""The catalogue check sees what is untranslated, broken or gone."""

from __future__ import annotations

from babel.messages.catalog import Catalog

from tools import messages


def test_an_untranslated_text_and_a_broken_placeholder_are_found() -> None:
    catalogue = Catalog(locale="vi")
    catalogue.add("Records", "Bản ghi")
    catalogue.add("Target", "")
    catalogue.add("%(n)s rows", "%(m)s dòng", flags=["python-format"])
    found = "\n".join(messages.faults(catalogue))
    assert "not translated: 'Target'" in found
    assert "%(n)s rows" in found
    assert "not translated: 'Records'" not in found
