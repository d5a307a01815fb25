"""What a password may be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.access.people import easy
from tinhso.access.people.passwords import LONGEST, SHORTEST, chosen, fault

ABOUT = ("vangthian", "Vàng Thị An", "an@dongvan.example")


@pytest.mark.parametrize("typed", [
    "1234567890", "0912345678", "002090001234", "password123", "Passw0rd!!", "qwertyuiop", "asdfghjkl;", "1q2w3e4r5t6y",
    "matkhau123456", "MatKhau@2026", "mật khẩu 1", "anhyeuem123", "hagiang2026!", "tinhso@2026", "vangthian1990",
    "An@dongvan2026", "aaaaaaaaaaaa", "abcabcabcabc", "iloveyou1234", "quantri@123", "Nguyễn Văn A", "ABCDEFGHIJKL",
    "!@#$%^&*()", "0987654321", "zxcvbnm,./", "admin@123456",
])  # fmt: skip
def test_easy_ones(typed: str) -> None:
    assert fault(typed, *ABOUT) == "access.password_easy"


@pytest.mark.parametrize("typed", [
    "ruộng bậc thang mù sương", "chợ phiên lùi bảy ngày", "xK9#vLq2$wTz", "correct horse battery staple",
    "thắng cố nóng hổi cạnh bếp lửa", "kwphzrtmqe", "🌾🌾 lúa chín vàng đồi 🌾",
])  # fmt: skip
def test_good_ones(typed: str) -> None:
    assert fault(typed, *ABOUT) is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=260))
def test_length_is_counted_in_composed_characters(typed: str) -> None:
    length = len(unicodedata.normalize("NFKC", typed))
    found = fault(typed)
    assert (found == "access.password_short") == (length < SHORTEST)
    assert (found == "access.password_long") == (length > LONGEST)
    if found is None:
        assert chosen(typed) == unicodedata.normalize("NFKC", typed)


@given(st.sampled_from(sorted(easy.words())), st.integers(0, 10**8), st.sampled_from(["", "!", "@", "."]))
def test_a_known_word_with_a_number_is_easy(word: str, number: int, sign: str) -> None:
    for typed in (f"{word}{sign}{number}", f"{number}{sign}{word}", f"{word.upper()}{sign}{number}"):
        assert easy.is_easy(typed), typed


def test_long_ones_are_judged_quickly() -> None:
    assert not easy.is_easy("".join(chr(0x4E00 + n) for n in range(LONGEST)))


def test_the_list_has_hundreds_of_words() -> None:
    assert len(easy.words()) > 400
