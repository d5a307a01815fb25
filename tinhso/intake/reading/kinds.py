"""What a file is, told by its content: names lie (a picture called .xlsx, a workbook called .csv)."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from tinhso.foundation.problems import refuse
from tinhso.intake.reading.rows import BEGINNING

Kind = Literal["xlsx", "xls", "delimited", "rows"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF")
_HEAD = 4096
_OLE_SCAN = 64 * 1024 * 1024
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r\x0c\x1a"))
_CONTROL_SHARE = 0.02


def kind_of(path: Path, file: str) -> Kind:
    """The kind of the file at ``path``, called ``file`` by its sender.

    Refuses ``intake.empty_file``, ``intake.encrypted``, ``intake.other_workbook``, ``intake.web_page``,
    ``intake.not_a_workbook`` and ``intake.damaged``.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\x00 \t\r\n"):
        raise refuse("intake.empty_file", file=file)
    if head.startswith(BEGINNING):
        return "rows"
    if head.startswith(_OLE):
        return _ole_kind(path, file)
    if head.startswith(b"PK"):
        return _zip_kind(path, file)
    _refuse_other_content(head, file)
    return "delimited"


def _ole_kind(path: Path, file: str) -> Kind:
    """Old Excel, or an encrypted workbook: both are OLE containers, told apart by their streams' names."""
    with path.open("rb") as source:
        content = source.read(_OLE_SCAN)
    if _name("EncryptedPackage") in content:
        raise refuse("intake.encrypted", file=file)
    if _name("Workbook") in content or _name("Book") in content:
        return "xls"
    raise refuse("intake.not_a_workbook", file=file)


def _name(stream: str) -> bytes:
    return stream.encode("utf-16-le")


def _zip_kind(path: Path, file: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise refuse("intake.damaged", file=file) from error
    if "xl/workbook.xml" in names or any(name.endswith("/workbook.xml") for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise refuse("intake.other_workbook", file=file)
    raise refuse("intake.not_a_workbook", file=file)


def _refuse_other_content(head: bytes, file: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")):
        raise refuse("intake.web_page", file=file)
    utf16 = head.startswith(_UTF16) or _looks_utf16(head)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if head.startswith(_BINARY) or (not utf16 and controls > len(head) * _CONTROL_SHARE):
        raise refuse("intake.not_a_workbook", file=file)


def _looks_utf16(head: bytes) -> bool:
    """UTF-16 without its mark: nearly every second byte is zero, always on the same side."""
    half = len(head) // 2
    return half > 0 and max(head[::2].count(0), head[1::2].count(0)) > half * 0.5 and b"\n" in head
