"""The auditor's script, run as the auditor runs it: by itself, with nothing of the house in reach."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.laws.house import ROOT
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused
from tinhso.ledgers import keys, proofs, sealing
from tinhso.ledgers.ledger import numbered
from tinhso.ledgers.notes import Signer

LETTERS = numbered("letters", "post.letter", position="id", columns=("id", "text"))
SCRIPT = ROOT / "tools" / "check_proof.py"
Proof = dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """Twelve letters under three checkpoints (5, 8 and 12)."""

    db: Database
    home: Path

    def inclusion(self, row: int) -> Proof:
        with self.db.owner() as conn:
            return proofs.inclusion(conn, self.home, LETTERS, row)

    def consistency(self, first: int, second: int) -> Proof:
        with self.db.owner() as conn:
            return proofs.consistency(conn, self.home, LETTERS, first, second)


@pytest.fixture
def sealed(db: Database, tmp_path: Path) -> Sealed:
    with db.owner() as conn:
        conn.execute("create schema post")
        conn.execute("create table post.letter (id bigint generated always as identity, text text)")
    for more in (5, 3, 4):
        with db.owner() as conn:
            conn.execute("insert into post.letter (text) select 'thư ' || n from generate_series(1, %s) n", (more,))
        sealing.seal(db, tmp_path, LETTERS, occasion="asked")
    return Sealed(db, tmp_path)


@pytest.fixture
def inclusion(sealed: Sealed) -> Proof:
    return sealed.inclusion(7)


@pytest.fixture
def consistency(sealed: Sealed) -> Proof:
    return sealed.consistency(1, 3)


def checked(folder: Path, proof: Any, *words: str, isolated: bool = False) -> subprocess.CompletedProcess[str]:
    """Copy the script to an empty folder and run it there, without this project and, isolated, without any package."""
    alone = folder / "auditor"
    alone.mkdir(exist_ok=True)
    shutil.copy(SCRIPT, alone)
    text = proof if isinstance(proof, str) else json.dumps(proof)
    (alone / "proof.json").write_text(text, encoding="utf-8")
    python = [sys.executable, *(["-I", "-S"] if isolated else ["-I"])]
    return subprocess.run(
        [*python, "check_proof.py", "proof.json", *words], cwd=alone, capture_output=True, text=True, env={}, timeout=60
    )


def test_an_entry_is_shown_to_stand_in_the_ledger(inclusion: Proof, tmp_path: Path) -> None:
    done = checked(tmp_path, inclusion, "--key", inclusion["key"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "entry 7 of 12" in done.stdout and '{"id":7,"text":"thư 2"}' in done.stdout
    assert "SIGNED" in done.stdout and "BUT" not in done.stdout


def test_a_ledger_is_shown_to_have_grown(consistency: Proof, tmp_path: Path) -> None:
    (tmp_path / "letters.vkey").write_text(consistency["key"] + "\n")
    done = checked(tmp_path, consistency, "--key", str(tmp_path / "letters.vkey"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "from 5 to 12" in done.stdout


def test_every_entry_and_every_growth(sealed: Sealed, tmp_path: Path) -> None:
    made = [sealed.inclusion(row) for row in (1, 8, 12)]
    made += [sealed.consistency(*pair) for pair in ((2, 3), (3, 2), (2, 2))]
    for proof in made:
        done = checked(tmp_path, proof, "--key", proof["key"])
        assert done.returncode == 0, done.stdout


def test_the_key_that_the_proof_brings_is_not_trusted_in_silence(inclusion: Proof, tmp_path: Path) -> None:
    done = checked(tmp_path, inclusion)
    assert done.returncode == 3
    assert "ask for it by another way" in done.stdout


def _other_key(name: str) -> str:
    return str(Signer(name, Ed25519PrivateKey.generate()).verifier)


def _spoilt_inclusion(proof: Proof) -> list[Proof]:
    note = proof["checkpoint"]
    turned = base64.b64encode(bytes(32)).decode()
    return [
        {**proof, "leaf": proof["leaf"].replace("7", "8")},
        {**proof, "index": 5},
        {**proof, "index": 12},
        {**proof, "index": -1},
        {**proof, "path": proof["path"][:-1]},
        {**proof, "path": [*proof["path"], turned]},
        {**proof, "path": [turned, *proof["path"][1:]]},
        {**proof, "path": ["???", *proof["path"][1:]]},
        {**proof, "checkpoint": note.replace("\n12\n", "\n13\n")},
        {**proof, "checkpoint": note.replace("asked", "hourly")},
        {**proof, "checkpoint": note.replace("number 3", "number 4")},
        {**proof, "checkpoint": note.rpartition("\n\n")[0]},
        {**proof, "checkpoint": note.replace("— tinhso", "— other")},
    ]


def test_a_spoilt_inclusion_fails(inclusion: Proof, tmp_path: Path) -> None:
    for proof in _spoilt_inclusion(inclusion):
        done = checked(tmp_path, proof, "--key", inclusion["key"])
        assert (done.returncode, done.stdout[:6]) == (1, "FAILS "), proof


def test_a_spoilt_consistency_fails(consistency: Proof, tmp_path: Path) -> None:
    spoilt = [
        {**consistency, "path": consistency["path"][1:]},
        {**consistency, "path": []},
        {**consistency, "path": consistency["path"][::-1]},
        {**consistency, "first": consistency["second"], "second": consistency["first"]},
        {**consistency, "first": consistency["second"]},
        {**consistency, "first": consistency["first"].replace("\n5\n", "\n4\n")},
        {**consistency, "second": consistency["second"].replace("asked", "hourly")},
    ]
    for proof in spoilt:
        done = checked(tmp_path, proof, "--key", consistency["key"])
        assert (done.returncode, done.stdout[:6]) == (1, "FAILS "), proof


def test_another_key_fails(inclusion: Proof, tmp_path: Path) -> None:
    name = inclusion["key"].partition("+")[0]
    for key in (_other_key(name), _other_key("tinhso/other/letters"), "no key", name + "+00000000+AAAA"):
        done = checked(tmp_path, inclusion, "--key", key)
        assert (done.returncode, done.stdout[:6]) == (1, "FAILS ")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"kind": "inclusion"}', '{"path": [], "kind": 1}', "{"])
def test_what_is_no_proof_is_said(tmp_path: Path, text: str) -> None:
    done = checked(tmp_path, text)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_without_any_package_the_hashes_are_checked_and_the_rest_is_said(inclusion: Proof, tmp_path: Path) -> None:
    done = checked(tmp_path, inclusion, "--key", inclusion["key"], isolated=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert "HOLDS" in done.stdout and "signature was not checked" in done.stdout
    spoilt = {**inclusion, "leaf": "{}"}
    assert checked(tmp_path, spoilt, "--key", inclusion["key"], isolated=True).returncode == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_checks_the_parts(consistency: Proof, tmp_path: Path) -> None:
    done = checked(tmp_path, consistency, "--key", consistency["key"], "--parts", "parts", isolated=True)
    commands = [line for line in done.stdout.splitlines() if line.startswith("openssl ")]
    assert len(commands) == 2
    for command in commands:
        said = subprocess.run(command.split(), cwd=tmp_path / "auditor", capture_output=True, text=True)
        assert (said.returncode, "Success" in said.stdout) == (0, True), said.stderr
    (tmp_path / "auditor" / "parts" / "checkpoint-1.txt").write_text("another\n")
    assert subprocess.run(commands[0].split(), cwd=tmp_path / "auditor", capture_output=True).returncode != 0


def test_nothing_is_proved_over_altered_rows(sealed: Sealed, db: Database) -> None:
    with db.owner() as conn:
        conn.execute("update post.letter set text = 'khác' where id = 3")
    with pytest.raises(Refused, match="do not give the root"):
        sealed.inclusion(7)
    with pytest.raises(Refused, match="do not give the root"):
        sealed.consistency(1, 3)


def test_what_no_checkpoint_covers_is_refused(sealed: Sealed, db: Database) -> None:
    with pytest.raises(Refused, match="no row 13"):
        sealed.inclusion(13)
    with pytest.raises(Refused, match="no checkpoint 4"):
        sealed.consistency(1, 4)
    empty = numbered("others", "post.letter", position="id", columns=("id",))
    with pytest.raises(Refused, match="no checkpoint yet"), db.owner() as conn:
        proofs.inclusion(conn, Path("/nowhere"), empty, 1)


def test_proofs_name_the_key_that_signed(sealed: Sealed, inclusion: Proof, tmp_path: Path) -> None:
    assert inclusion["key"] == str(keys.signer(tmp_path, "letters").verifier)


def test_the_script_imports_nothing_of_the_house() -> None:
    assert "import tinhso" not in SCRIPT.read_text(encoding="utf-8")
    assert "from tinhso" not in SCRIPT.read_text(encoding="utf-8")
