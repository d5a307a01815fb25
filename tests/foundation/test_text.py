"""Vietnamese text: one stored form, one to match by, one to sort by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text import clean, fold, person_sort_key, sort_key

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
words = st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + " "), max_size=30)

UNITS = (
    "Bắc Mê, Bắc Quang, Du Già, Đồng Văn, Đường Âm, Hà Giang, Hoàng Su Phì, Mèo Vạc, Quản Bạ, Quang Bình, "
    "Vị Xuyên, Xín Mần, Yên Minh"
)


def test_clean_composes_and_collapses() -> None:
    typed = unicodedata.normalize("NFD", "  Đồng\u00a0 Văn\t")
    assert clean(typed) == "Đồng Văn" and len(clean(typed)) == 8


def test_clean_keeps_the_soft_hyphen_that_is_a_letter_in_old_fonts() -> None:
    assert clean(" H\u00adêng ") == "H\u00adêng"


def test_clean_drops_what_nobody_sees() -> None:
    assert clean("\ufeffMèo\u200b Vạc\x00") == "Mèo Vạc"
    assert clean("\u202eMèo\u202c \u2066Vạc\u2069\u200d") == "Mèo Vạc"


@pytest.mark.parametrize(
    ("written", "folded"),
    [("ĐỒNG VĂN", "dong van"), ("Hoà", "hoa"), ("Hòa", "hoa"), ("Thuỷ", "thuy"), ("Khoẻ", "khoe"), ("", "")],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("expected", [UNITS, "ma, mà, mả, mã, má, mạ, mă, mâ", "oanh, ô, ông, ơn", "Hà An, Hạ An, Hàm"])
def test_sort_key_gives_the_order_of_the_alphabet(expected: str) -> None:
    names = expected.split(", ")
    assert sorted(set(names), key=sort_key) == names


def test_sort_key_does_not_see_where_the_tone_stands() -> None:
    assert sort_key("Hoà Bình") == sort_key("Hòa Bình")


def test_people_go_by_given_name_then_family_then_middle() -> None:
    names = ["Giàng Thị An", "Vàng Mí An", "Lù Thị Ánh", "Sùng Văn Ân", "Bùi Mí Dũng", "Ly", "Ma Thị Ly", "Ma Văn Ly"]
    assert sorted(set(names), key=person_sort_key) == names


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(words)
def test_sort_key_is_the_folded_text_with_what_tells_letters_apart(text: str) -> None:
    letters, tones = sort_key(text).split(" ")
    plain = letters.replace("{", "").replace("|", "").replace("}", "").replace("!", " ")
    assert plain == fold(text)
    assert (letters + tones).isascii()


@given(words, words)
def test_equal_keys_mean_equal_letters_and_tones(left: str, right: str) -> None:
    if sort_key(left) == sort_key(right):
        assert fold(left) == fold(right)
    if clean(left).lower() == clean(right).lower():
        assert sort_key(left) == sort_key(right)


@given(words, words, words)
def test_a_key_orders_by_letters_before_tones(start: str, left: str, right: str) -> None:
    """Words whose letters differ keep their order whatever tones they carry."""
    plain = {text: unicodedata.normalize("NFC", _without_tones(start + text)) for text in (left, right)}
    if sort_key(plain[left]) < sort_key(plain[right]):
        assert sort_key(start + left) < sort_key(start + right)


def _without_tones(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", text) if mark not in "\u0300\u0301\u0303\u0309\u0323")
