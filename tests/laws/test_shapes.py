"""What commands print with ``--json`` is what the JSON Schemas under docs/reference/shapes say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from typer.main import get_command

from tests.laws.json_schema import SHAPES, faults, load
from tests.laws.small_home import Home
from tinhso.access.keys import making
from tinhso.cli.main import app
from tinhso.foundation.postgres import opening
from tinhso.foundation.settings import Settings

GOOD, BAD = "lung-cu-2.csv", "lung-cu.csv"


@pytest.fixture
def taken(home: Home) -> None:
    """The good file is taken in."""
    shape = home.json("intake", "workers", GOOD)
    assert faults("intake", shape) == []
    assert shape["new"] + shape["same"] == 2


@pytest.mark.parametrize("name", sorted(path.name.removesuffix(".schema.json") for path in SHAPES.glob("*.json")))
def test_schemas_are_schemas(name: str) -> None:
    document = load(name)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["title"]


def test_apply(home: Home) -> None:
    shape = home.json("apply", "provinces/hagiang")
    assert faults("apply", shape) == []
    assert shape["differences"] == [], "applied already"


def test_intake_of_a_file_with_an_error(home: Home) -> None:
    shape = home.json("intake", "workers", BAD, "--dry-run", code=1)
    assert faults("intake", shape) == []
    assert not shape["committed"]
    assert any(problem["severity"] == "error" and problem["cell"] for problem in shape["problems"])


def test_intake_twice_is_the_same(home: Home, taken: None) -> None:
    shape = home.json("intake", "workers", GOOD, "--dry-run")
    assert faults("intake", shape) == []
    assert (shape["new"], shape["changed"], shape["same"]) == (0, 0, 2)


def test_figures(home: Home, taken: None) -> None:
    shape = home.json("figures", "--board", "article")
    assert faults("figures", shape) == []
    assert [row["id"] for row in shape if row["id"] == "A09"] == ["A09"]
    assert faults("figures", home.json("figures", "--board", "article", "--area", "00715")) == []


def test_explain(home: Home, taken: None) -> None:
    shape = home.json("explain", "A09", "--area", "00715")
    assert faults("explain", shape) == []
    assert {source["file"] for source in shape["sources"]} == {GOOD}
    assert {source["row"] for source in shape["sources"]} == {3, 4}


def test_quality(home: Home, taken: None) -> None:
    shape = home.json("quality", "workers", "--area", "00715")
    assert faults("quality", shape) == []
    assert shape["records"] >= 2 and shape["faulty"]["missing"] == 0
    assert home.json("quality", "nobody", code=1)["problems"][0]["code"] == "registers.unknown"
    assert home.run("quality", "workers").stdout.startswith("workers 02:")


def test_propose(home: Home) -> None:
    shape = home.json("propose", GOOD)
    assert faults("propose", shape) == []
    assert {"citizen_id", "commune"} <= {each["kind"] for each in shape["columns"]}
    assert home.run("propose", GOOD, "--yaml").stdout.startswith('register: "lung_cu_2"\n')


def test_verify(home: Home, taken: None) -> None:
    shape = home.json("verify")
    assert faults("verify", shape) == []
    assert shape["ok"]


def test_verify_chain_and_proofs(home: Home, taken: None) -> None:
    for period in ((), ("--period", "2026-Q3")):
        assert faults("chain_checkpoints", home.json("chain", "checkpoint", *period)) == []
    listed = home.json("chain", "checkpoints")
    assert faults("chain_checkpoints", listed) == []
    assert listed[-1]["occasion"] == "period 2026-Q3"
    assert faults("chain_key", home.json("chain", "key", "changes.vkey")) == []
    shape = home.json("verify", "--chain")
    assert (faults("verify_chain", shape), shape["ok"], shape["findings"]) == ([], True, [])
    numbers = (str(listed[-2]["number"]), str(listed[-1]["number"]))
    for kind, words in {"inclusion": ("proof", "1"), "consistency": ("consistency", *numbers)}.items():
        told = home.json("chain", *words, f"{kind}.json")
        assert (faults("chain_proof", told), told["kind"]) == ([], kind)
        written = json.loads((home.work / f"{kind}.json").read_text(encoding="utf-8"))
        assert faults(f"proof_of_{kind}", written) == []


def test_areas_find(home: Home) -> None:
    shape = home.json("areas", "find", "dong van")
    assert faults("areas_find", shape) == []
    assert "026" in [unit["code"] for unit in shape]


def test_areas_boundaries(home: Home) -> None:
    ring = [[105.28, 23.34], [105.36, 23.34], [105.36, 23.40], [105.28, 23.34]]
    feature = {
        "type": "Feature",
        "properties": {"code": "00715"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = home.work / "one.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert faults("areas_boundaries", home.json("areas", "boundaries", file.name)) == []


def test_export(home: Home, taken: None, tmp_path: Path) -> None:
    shape = home.json("export", "workers", str(tmp_path / "workers.csv"))
    assert faults("export", shape) == []
    assert shape["rows"] >= 2


def test_template(home: Home, taken: None, tmp_path: Path) -> None:
    shape = home.json("template", "workers", "--filled", "-o", str(tmp_path / "workers.xlsx"))
    assert faults("template", shape) == []


def test_undo(home: Home, taken: None) -> None:
    brought = home.json("explain", "A09", "--area", "00715")["sources"][0]["change_set"]
    undone = home.json("undo", str(brought), "--reason", "another month")
    assert faults("undo", undone) == []
    assert undone["gone"] == 2
    again = home.json("undo", str(undone["id"]), "--reason", "it was right")
    assert (faults("undo", again), again["new"]) == ([], 2)


def test_grants(home: Home) -> None:
    with opening.database(Settings(home=home.folder)) as db, db.owner() as conn:
        if conn.execute("select from access.person where login = 'an'").fetchone() is None:
            making.client(conn, "an", "An", actor="station")
    given = home.json(
        "grant", "add", "an", "commune_officer", "--area", "00715", "--purpose", "labour", "--to", "2099-01-01"
    )
    assert faults("grant_add", given) == []
    listed = home.json("grant", "list", "an")
    assert faults("grant_list", listed) == [] and listed[-1]["area"] == "00715"
    for words, allowed in (
        (("read", "workers", "--area", "00715", "--field", "phone"), True), (("read", "projects"), False),
        (("approve", "workers", "--area", "026"), False),
    ):  # fmt: skip
        told = home.json("user", "why", "an", *words)
        assert faults("user_why", told) == [] and told["allowed"] is allowed, told
    assert "access.why_register" in {
        each["code"] for each in home.json("user", "why", "an", "read", "projects")["grants"]
    }
    taken_back = home.json("grant", "revoke", str(given["grant"]), "--reason", "moved")
    assert faults("grant_revoke", taken_back) == [] and home.json("grant", "list", "an") == listed[:-1]
    assert home.run("grant", "list", "--ended").exit_code == 0


def test_a_refusal(home: Home) -> None:
    shape = home.json("intake", "no_such_register", GOOD, code=1)
    assert faults("refused", shape) == []
    assert shape["problems"][0]["code"] == "registers.unknown"


def test_wrong_use(home: Home) -> None:
    assert home.run("intake").exit_code == 2


def test_a_process_of_its_own_ends_with_the_same_codes(home: Home) -> None:
    done = home.run_apart("areas", "find", "lung cu", "--json")
    assert (done.returncode, faults("areas_find", json.loads(done.stdout))) == (0, [])
    assert home.run_apart("intake", "no_such_register", GOOD).returncode == 1


def test_rights_of_the_person(home: Home) -> None:
    """A case from its opening to its closing; whoever asked is gone afterwards, and the figures still agree."""
    rows = (home.work / GOOD).read_text(encoding="utf-8").splitlines()
    row = rows[2].replace("002090000011", "002090000055").replace("Vàng Mí An", "Vàng Mí Páo")
    (home.work / "pao.csv").write_text("\n".join([*rows[:2], row]), encoding="utf-8")
    assert home.json("intake", "workers", "pao.csv")["new"] == 1
    opened = home.json("privacy", "open", "delete", "--citizen-id", "002090000055", "--name", "Vàng Mí Páo")
    case = str(opened["case"])
    assert faults("privacy_case", opened) == []
    assert faults("privacy_case", home.json("privacy", "step", case, "identified", "--words", "Đã xem thẻ")) == []
    assert faults("privacy_cases", home.json("privacy", "list")) == []
    erased = home.json("privacy", "erase", case, "--for-good")
    assert faults("privacy_erase", erased) == []
    assert [(act["register"], act["records"]) for act in erased["acts"]] == [("workers", 1)]
    closed = home.json("privacy", "close", case)
    assert faults("privacy_case", closed) == [] and closed["subject"]["citizen_id"] is None
    assert home.json("verify")["ok"]


def test_own_data_consents_and_activities(home: Home, taken: None) -> None:
    case = str(home.json("privacy", "open", "see", "--citizen-id", "002090000011")["case"])
    home.json("privacy", "step", case, "identified")
    own = home.json("privacy", "see", case)
    assert faults("privacy_see", own) == []
    assert [each["register"] for each in own["registers"]] == ["workers"]
    home.json("privacy", "close", case)
    said = home.json("privacy", "consent", "002090000011", "--give", "community_teams")
    assert faults("privacy_consent", said) == [] and said[-1]["action"] == "given"
    assert faults("privacy_activities", home.json("privacy", "activities")) == []
    assert faults("privacy_retain", home.json("privacy", "retain", "--dry-run")) == []
    assert home.json("privacy", "show", "999999", code=1)["problems"][0]["code"] == "privacy.unknown_case"
    assert home.run("privacy", "erase", case).exit_code == 2


def test_keys(home: Home) -> None:
    login = f"may.{token_hex(4)}"
    assert faults("key_client", home.json("key", "client", login, "--name", "Máy chủ")) == []
    made = home.json("key", "add", login, "--name", "dem", "--register", "workers", "--area", "026")
    assert faults("key_add", made) == []
    listed = home.json("key", "list", login)
    assert faults("key_list", listed) == [] and [each["name"] for each in listed] == ["dem"]
    assert faults("key_revoke", home.json("key", "revoke", str(made["key"]))) == []
    assert not home.json("key", "list", login)[0]["open"]


def test_cases_led_on(home: Home) -> None:
    case = str(home.json("privacy", "open", "restrict", "--citizen-id", "002090000011")["case"])
    for words in (
        ("step", case, "identified"), ("step", case, "assigned", "--to", "station"),
        ("extend", case, "--reason", "phải tra nhiều sổ"), ("restrict", case),
        ("lift", case, "--reason", "đã xác minh"), ("close", case),
    ):  # fmt: skip
        assert faults("privacy_case", home.json("privacy", *words)) == [], words
    other = str(home.json("privacy", "open", "correct", "--citizen-id", "002090000011")["case"])
    home.json("privacy", "step", other, "identified")
    (own,) = home.json("privacy", "see", str(_seeing(home)))["registers"]
    record = str(own["records"][0]["record"])
    where = ("--register", "workers", "--record", record)
    corrected = home.json("privacy", "correct", other, *where, "--set", "job=Thợ may")
    assert faults("privacy_case", corrected) == []
    refused = home.json("privacy", "refuse", other, "--basis", "Điều 4")
    assert faults("privacy_case", refused) == [] and home.json("privacy", "close", other)["closed"]
    breach = home.json("privacy", "breach", "Gửi nhầm danh sách", "--persons", "2", "--register", "workers")
    assert faults("privacy_case", breach) == []
    noticed = home.json("privacy", "notice", str(breach["case"]), "--sent")
    assert faults("privacy_case", noticed) == []


def _seeing(home: Home) -> int:
    case = int(home.json("privacy", "open", "see", "--citizen-id", "002090000011")["case"])
    home.json("privacy", "step", str(case), "identified")
    return case


SHAPED = {
    "chain checkpoint": "chain_checkpoints", "chain consistency": "chain_proof", "privacy list": "privacy_cases",
    **{f"privacy {act}": "privacy_case" for act in (
        "open", "show", "step", "extend", "refuse", "close", "correct", "restrict", "lift", "breach", "notice")},
}  # fmt: skip
"""Commands whose shape bears another name than theirs."""


def _with_json(command: Any, words: tuple[str, ...] = ()) -> Iterator[str]:
    for name, each in sorted(getattr(command, "commands", {}).items()):
        yield from _with_json(each, (*words, name))
    if any(parameter.name == "json" for parameter in command.params):
        yield " ".join(words)


def test_every_command_that_prints_json_has_a_shape_which_a_test_asks_for() -> None:
    commands = list(_with_json(get_command(app)))
    asked = Path(__file__).read_text(encoding="utf-8")
    assert len(commands) > 40
    for command in commands:
        shape = SHAPED.get(command, command.replace(" ", "_"))
        assert (SHAPES / f"{shape}.schema.json").exists(), f"tinhso {command} --json: write its shape, {shape}"
        assert f'"{shape}"' in asked or shape.startswith("user_"), f"tinhso {command} --json: no test asks for {shape}"


def test_people(home: Home) -> None:
    login = f"an.{token_hex(4)}"
    added = home.json("user", "add", login, "--name", "Vàng Thị An")
    assert faults("user_add", added) == [] and added["link"].startswith("http://127.0.0.1:")
    for name in ("invite", "reset"):
        assert faults(f"user_{name}", home.json("user", name, login)) == []
    for name in ("disable", "enable", "end-sessions"):
        assert faults(f"user_{name}", home.json("user", name, login)) == []
    assert faults("user_list", home.json("user", "list")) == []
    refused = home.json("user", "link", login, "--subject", "x", code=1)
    assert refused["problems"][0]["code"] == "access.no_provider"


def test_a_citizens_code(home: Home) -> None:
    assert faults("citizen_code", home.json("citizen", "code", "002090002086")) == []
