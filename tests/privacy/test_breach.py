"""A breach: its clock runs from detection, and its notice says what is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.privacy.conftest import LUNG_CU, NOW, Room
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused
from tinhso.privacy import breach, cases, closing
from tinhso.privacy.breach import Finding

FOUND = Finding(
    "Tệp danh sách gửi nhầm hộp thư <ngoài>", 1204, ("workers", "households"), NOW - timedelta(hours=30),
    "Đã thu hồi thư.",
)  # fmt: skip


def test_72_hours_from_detection(room: Room) -> None:
    case = breach.report(room.office, FOUND, scope=room.station, area=LUNG_CU, detected_at=NOW - timedelta(hours=2))
    (term,) = case.terms
    assert (term.what, term.due, term.state) == ("notify", NOW + timedelta(hours=70), "running")
    with room.at() as conn:
        told = breach.notify(conn, room.office, case.id, scope=room.station)
        assert told.terms[0].state == "done"
        assert closing.close(conn, room.office, case.id, scope=room.station).closed


def test_closed_only_when_notified_or_with_a_basis_for_silence(room: Room) -> None:
    untold, excused = (breach.report(room.office, FOUND, scope=room.station, area=LUNG_CU) for _ in range(2))
    room.step(untold, "answered")
    room.step(untold, "carried_out")
    with room.at() as conn, pytest.raises(Refused, match="was not notified"):
        closing.close(conn, room.office, untold.id, scope=room.station)
    with room.at() as conn:
        cases.decline(conn, room.office, excused.id, "Điều 23", scope=room.station, words="không gây hại cho ai")
        assert closing.close(conn, room.office, excused.id, scope=room.station).closed


def test_late_only_with_a_reason(room: Room) -> None:
    case = breach.report(room.office, FOUND, scope=room.station, area=LUNG_CU)
    with clock.stopped(NOW + timedelta(hours=73)):
        with room.at() as conn, pytest.raises(Refused, match="72 hours"):
            breach.notify(conn, room.office, case.id, scope=room.station)
        with room.at() as conn:
            late = breach.notify(conn, room.office, case.id, scope=room.station, reason="mất mạng hai ngày")
            assert late.terms[0].state == "late"
            assert "mất mạng hai ngày" in breach.notice(conn, room.office, case.id, scope=room.station)


def test_the_notice_says_what_is_known(room: Room) -> None:
    case = breach.report(room.office, FOUND, scope=room.station, area=LUNG_CU)
    with room.at() as conn:
        better = Finding(FOUND.what, 1300, ("workers",), FOUND.occurred_at, FOUND.measures)
        breach.find(conn, room.office, case.id, better, scope=room.station)
        text = breach.notice(conn, room.office, case.id, scope=room.station)
    for told in ("A05", "1300", "Người lao động", "hộp thư &lt;ngoài&gt;", "Đã thu hồi thư", "Xã Lũng Cú"):
        assert told in text
    assert "Hộ nghèo" not in text


def test_only_of_breaches_and_registers_that_there_are(room: Room) -> None:
    case = room.open("see")
    with room.at() as conn, pytest.raises(Refused, match="not a breach"):
        breach.notice(conn, room.office, case.id, scope=room.station)
    with pytest.raises(Refused):
        breach.report(room.office, Finding("x", 1, ("nothing",)), scope=room.station, area=LUNG_CU)
    with room.at() as conn:
        assert [one.kind for one in cases.every(conn, room.office, scope=room.station)] == ["see"]
