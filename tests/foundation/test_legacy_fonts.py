"""Text of before Unicode: decoded by its font, believed by its characters only where nothing else fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.foundation.test_text import VIETNAMESE
from tinhso.foundation.legacy_fonts import _TCVN3, _vni, decode, decode_as, encoding_of, looks_legacy

VECTORS = [
    ("Tiếng Việt", "TiÕng ViÖt", "Tieáng Vieät"),
    ("Hà Giang", "Hµ Giang", "Haø Giang"),
    ("Đồng Văn", "§ång V¨n", "Ñoàng Vaên"),
    ("Mèo Vạc", "MÌo V¹c", "Meøo Vaïc"),
    ("Xín Mần", "XÝn MÇn", "Xín Maàn"),
    ("Nguyễn Thị Hường", "NguyÔn ThÞ H\u00adêng", "Nguyeãn Thò Höôøng"),
]
RIGHT = """Hoà Bình|Hoà|Toàn|Loà xoà|oà|hoá học|Thuý|Khoèo|Cao Mã Pờ|Giàng Mí Sò|Mã Lé|Bà Mão|quá|Thò|São Paulo
München|café|naïve|Noël|Citroën|10µm|µm|«Giang»|Coca®|5 m²|Zürich|Haïti|Caïn|Ångström|Hà\u00adGiang|Køge|§1|n°5|Malmö
Göteborg|Jürgen Müller|bœuf|Señor|Año nuevo|3×4|©|X÷Y|DÉjà|LÊ VĂN|MÃ|Hòa|Đoàn Văn Toàn|NGUYỄN|ABC|123|"""


@pytest.mark.parametrize(("right", "tcvn3", "vni"), VECTORS)
def test_decode_by_font(right: str, tcvn3: str, vni: str) -> None:
    assert decode(tcvn3, ".VnTime") == right
    assert decode(tcvn3, ".VnTimeH") == right.upper()
    assert decode(vni, "VNI-Times") == right


@pytest.mark.parametrize(("right", "tcvn3", "vni"), VECTORS)
def test_decode_by_characters(right: str, tcvn3: str, vni: str) -> None:
    assert looks_legacy(tcvn3) == "tcvn3" and decode_as(tcvn3, "tcvn3") == right
    assert looks_legacy(vni) in {"vni", None} and looks_legacy(right) is None


@pytest.mark.parametrize("text", RIGHT.replace("\n", "|").split("|"))
def test_right_text_is_never_flagged(text: str) -> None:
    assert looks_legacy(text) is None


@given(st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + " "), max_size=20))
def test_unicode_vietnamese_is_rarely_touched(text: str) -> None:
    """Anything with a letter that only Unicode has is out of the question."""
    if any(ord(letter) > 0xFF for letter in text):
        assert looks_legacy(text) is None and decode(text, ".VnTime") is None


def test_fonts_of_today_are_left_alone() -> None:
    assert encoding_of("Times New Roman") is None and encoding_of(None) is None
    assert decode("Hµ Giang", "Times New Roman") is None


def test_unicode_typed_over_an_old_font_is_left_alone() -> None:
    assert decode("Đồng Văn", ".VnTime") is None


@given(st.text(st.sampled_from(VIETNAMESE + " "), max_size=20))
def test_tcvn3_there_and_back(text: str) -> None:
    inverse = {letter: code for code, letter in _TCVN3.items()}
    assert decode_as("".join(inverse.get(letter, letter) for letter in text), "tcvn3") == text


@given(st.lists(st.sampled_from(["Giàng", "Mí", "Sò", "Nguyễn", "Hường", "Đặng", "Thuỷ", "Vừ", "ỉ", "ỹ", "ỵ", "Ẵm"])))
def test_vni_there_and_back(words: list[str]) -> None:
    text = " ".join(words)
    inverse = {letter: code for code, letter in reversed(_vni().items())}
    assert decode_as("".join(inverse.get(letter, letter) for letter in text), "vni") == text
