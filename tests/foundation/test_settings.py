"""Settings come from the environment; secrets are made once and stay readable to their owner only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tinhso.foundation.problems import Refused
from tinhso.foundation.secrets import secret
from tinhso.foundation.settings import Settings


def test_without_any_variable_all_is_under_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({})
    assert settings == Settings(home=tmp_path / "var", secret_key=settings.secret_key)
    assert settings.port == 8000


def test_the_secret_key_is_made_once(tmp_path: Path) -> None:
    environ = {"TINHSO_HOME": str(tmp_path)}
    assert Settings.from_env(environ).secret_key == Settings.from_env(environ).secret_key != ""
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert Settings.from_env(environ | {"TINHSO_SECRET_KEY": "own"}).secret_key == "own"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "²"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(Refused, match="TINHSO_PORT"):
        Settings.from_env({"TINHSO_HOME": str(tmp_path), "TINHSO_PORT": port})


def test_many_makers_of_one_secret_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as makers:
        found = set(makers.map(lambda _: secret(tmp_path / "secrets", "one"), range(40)))
    assert len(found) == 1
    assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["one"]
