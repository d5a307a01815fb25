"""Every text of the pages is there in both languages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tinhso.foundation import translations

ROOT = Path(__file__).parents[2]


def test_the_catalogue_is_complete() -> None:
    done = subprocess.run([sys.executable, "tools/messages.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_english_is_what_stands_in_the_code() -> None:
    assert translations.gettext("en").gettext("Anything") == "Anything"
    assert translations.gettext("vi").gettext("A text that nobody wrote") == "A text that nobody wrote"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [([], "vi"), (["en-GB", "vi"], "en"), (["fr", "vi-VN"], "vi"), (["fr"], "vi"), (["EN"], "en")],
)
def test_the_first_language_we_speak_is_chosen(wanted: list[str], language: str) -> None:
    assert translations.chosen(wanted) == language
