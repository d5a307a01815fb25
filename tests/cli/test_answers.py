"""Whatever is asked of the command, the answer is a sentence and an exit code; never a trace."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tinhso.cli import main, output
from tinhso.cli.house import pack_folder


def _asked(*words: str, home: Path) -> Result:
    return CliRunner().invoke(main.app, list(words), env={"TINHSO_HOME": str(home)})


def _code(result: Result) -> str:
    return str(json.loads(result.stdout)["problems"][0]["code"])


def test_a_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = _asked("figures", "--json", home=tmp_path / "file")
    assert (result.exit_code, _code(result)) == (1, "foundation.home")


def test_undo_wants_a_reason(tmp_path: Path) -> None:
    result = _asked("undo", "1", "--reason", "  ", "--json", home=tmp_path)
    assert (result.exit_code, _code(result)) == (1, "cli.no_reason")


def test_boundaries_of_no_file(tmp_path: Path) -> None:
    result = _asked("areas", "boundaries", str(tmp_path / "no"), "--json", home=tmp_path)
    assert (result.exit_code, _code(result)) == (1, "cli.no_such_file")


@pytest.mark.parametrize(
    "words",
    [["intake", "workers", "x.csv", "--accept", "nothing"], ["demo", "--scale", "9"], ["undo", "abc"], ["nothing"], []],
)
def test_wrong_use_is_two(tmp_path: Path, words: list[str]) -> None:
    result = _asked(*words, home=tmp_path)
    assert result.exit_code == 2 and "Traceback" not in result.output


def test_a_bug_is_told_and_its_trace_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    @output.answering
    def broken() -> None:
        raise ZeroDivisionError("here")

    with pytest.raises(typer.Exit) as left:
        broken()
    assert left.value.exit_code == 1
    assert "ZeroDivisionError: here" in next(tmp_path.glob("tinhso-*.log")).read_text()
    said = capsys.readouterr().err
    assert "cli.bug" in said and "Traceback" not in said


def test_a_pack_is_found_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (pack_folder(Path("provinces/hagiang")) / "pack.yaml").is_file()
    (tmp_path / "provinces" / "hagiang").mkdir(parents=True)
    assert pack_folder(Path("provinces/hagiang")) == tmp_path / "provinces" / "hagiang"
