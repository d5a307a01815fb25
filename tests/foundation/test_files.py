"""The store keeps a file once, under the name of its contents, and never a half one."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.files import Files
from tinhso.foundation.problems import Refused


@given(st.binary(max_size=2000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_what_is_put_is_what_is_opened(tmp_path: Path, content: bytes) -> None:
    files = Files(tmp_path)
    stored = files.put(BytesIO(content))
    assert (stored.sha256, stored.size) == (sha256(content).hexdigest(), len(content))
    with files.open(stored.sha256) as stream:
        assert stream.read() == content


def test_the_same_file_twice_is_kept_once(tmp_path: Path) -> None:
    files, upload = Files(tmp_path), tmp_path / "nop_thang_10.xlsx"
    upload.write_bytes(b"rows" * 1000)
    assert files.put(upload) == files.put(BytesIO(b"rows" * 1000))
    assert len(list(_kept(files))) == 1


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        Files(tmp_path).put(Broken())
    assert not list(_kept(Files(tmp_path)))


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_a_name_that_is_not_kept_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="does not keep"):
        Files(tmp_path).open(name)


def test_a_removed_file_is_gone(tmp_path: Path) -> None:
    files = Files(tmp_path)
    stored = files.put(BytesIO(b"personal"))
    files.remove(stored.sha256)
    files.remove(stored.sha256)
    assert not stored.path.exists()


def _kept(files: Files) -> Iterator[Path]:
    return (path for path in files.folder.rglob("*") if path.is_file())
