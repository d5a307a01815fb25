"""Letters: sent as jobs to a real mail server, links in them that work once, nothing told about who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.access.people import postbox
from tests.access.people.conftest import ELSEWHERE, HOME, OTHER, PASSWORD, START, People, after
from tests.access.people.postbox import Postbox
from tests.access.people.refusing import refused
from tinhso.access.people import accounts, links, signing_in
from tinhso.access.people.letters import TRIES, Letters
from tinhso.foundation import clock, jobs
from tinhso.foundation.mail import NotSent, Post

ADDRESS = "https://tinhso.hagiang.example"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox.opened() as box:
        yield box


@pytest.fixture
def letters(people: People, box: Postbox) -> Iterator[Letters]:
    with clock.stopped(START):
        yield Letters(people.door, box.post, ADDRESS)


def delivered(letters: Letters) -> None:
    jobs.run_waiting(letters.door.db, letters.jobs())


def path(box: Postbox) -> str:
    found = re.search(rf"{re.escape(ADDRESS)}({links.PATH}\S+)", box.text())
    assert found is not None, box.text()
    return found[1].removeprefix(links.PATH)


def states(letters: Letters) -> list[tuple[str, str, int, str | None]]:
    with letters.door.db.owner() as conn:
        return conn.execute("select kind, state, tries, error from access.letter order by id").fetchall()


def invited(letters: Letters, login: str = "chi", mail: str = "chi@yenminh.example") -> None:
    with letters.door.db.owner() as conn:
        accounts.add(conn, login, "Lù Thị Chi", mail, actor="admin")
        link = accounts.invite(conn, login, actor="admin", by_mail=True)
        letters.send_link(conn, login, "invitation", link, actor="admin")


def test_an_invitation_comes_by_mail_in_both_languages_and_works_once(letters: Letters, box: Postbox) -> None:
    invited(letters)
    assert box.taken == [], "nothing is sent within the request"
    delivered(letters)
    (to, message), text = box.taken[0], box.text()
    assert to == "chi@yenminh.example" and message["From"] == "tinhso <tinhso@hagiang.example>"
    assert message.get_content_type() == "text/plain" and message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Lời mời vào tinhso / Your invitation to tinhso"
    assert text.index("Lù Thị Chi được mời") < text.index("Lù Thị Chi is invited")
    links.use(letters.door, path(box), OTHER)
    assert refused(links.use, letters.door, path(box), PASSWORD) == "access.link_over"
    delivered(letters)
    assert len(box.taken) == 1 and states(letters) == [("invitation", "sent", 1, None)]


def test_the_database_keeps_no_link_and_nothing_of_it_once_sent(letters: Letters, box: Postbox) -> None:
    invited(letters)
    query = "select sealed from access.letter"
    with letters.door.db.owner() as conn:
        kept = bytes((conn.execute(query).fetchone() or (b"",))[0])
        args = str(conn.execute("select args from jobs.procrastinate_jobs").fetchall())
    delivered(letters)
    assert path(box).encode() not in kept and path(box) not in args
    with letters.door.db.owner() as conn:
        assert conn.execute(query).fetchone() == (None,)


def test_a_letter_with_a_replaced_link_is_not_sent(letters: Letters, box: Postbox) -> None:
    invited(letters)
    with letters.door.db.owner() as conn:
        accounts.invite(conn, "chi", actor="admin")
    delivered(letters)
    assert box.taken == [] and states(letters) == [("invitation", "dropped", 0, None)]


def test_a_server_that_takes_nothing_is_tried_again_and_then_noted(letters: Letters, box: Postbox) -> None:
    box.answer = "451 hộp thư đang bận"
    invited(letters)
    delivered(letters)
    assert states(letters) == [("invitation", "waiting", 1, "451 hộp thư đang bận")]
    for _ in range(TRIES - 2):
        with pytest.raises(NotSent):
            letters.send(letters.door.db, 1)
    letters.send(letters.door.db, 1)
    assert states(letters) == [("invitation", "failed", TRIES, "451 hộp thư đang bận")]
    with letters.door.db.owner() as conn:
        last = conn.execute("select action, subject from access.event order by id desc limit 1").fetchone()
    assert last == ("letter.failed", "chi")
    box.answer = "250 taken"
    letters.send(letters.door.db, 1)
    assert box.taken == [], "what was given up stays so"


def test_nobody_at_the_port_is_a_failure_like_any(letters: Letters) -> None:
    silent = Letters(letters.door, Post(f"smtp://127.0.0.1:{postbox.free_port()}", postbox.SENDER), ADDRESS)
    invited(silent)
    delivered(silent)
    ((_, state, tries, error),) = states(silent)
    assert (state, tries) == ("waiting", 1) and "refused" in (error or "")


def test_who_forgot_gets_a_link_of_short_life(letters: Letters, box: Postbox, people: People) -> None:
    letters.forgotten(" AN ", HOME)
    delivered(letters)
    assert box.taken[0][0] == "an@dongvan.example" and "quên mật khẩu" in box.text()
    assert people.signs_in("an").token, "asking changes nothing"
    with clock.stopped(after(minutes=31)):
        assert refused(links.read, letters.door, path(box)) == "access.link_over"
    links.use(letters.door, path(box), OTHER)
    assert signing_in.sign_in(letters.door, "an", OTHER, HOME).token
    assert refused(links.use, letters.door, path(box), PASSWORD) == "access.link_over"


def test_a_mail_address_is_a_name_too(letters: Letters, box: Postbox) -> None:
    letters.forgotten("An@DongVan.example", HOME)
    delivered(letters)
    assert [to for to, _ in box.taken] == ["an@dongvan.example"]


@pytest.mark.parametrize("typed", ["nobody", "binh", "chi", "disabled", "", "a\x00b", "%", "an' or true --"])
def test_of_nobody_nothing_is_sent_and_nothing_told(letters: Letters, box: Postbox, people: People, typed: str) -> None:
    """Nobody; Bình without mail; Chi who was invited only; somebody disabled. The answer is none, like An's."""
    invited(letters)
    people.joins("disabled", "Giàng A Páo", "pao@meovac.example")
    with letters.door.db.owner() as conn:
        accounts.disable(conn, "disabled", actor="admin")
    delivered(letters)
    box.taken.clear()
    letters.forgotten(typed, HOME)
    delivered(letters)
    assert box.taken == [] and states(letters)[-1][:2] == ("forgotten", "dropped")


def telling(known: Callable[..., Any], name: str, said: list[str]) -> Callable[..., Any]:
    """The same way to the database, which says each time that it was taken."""

    def counting(*args: Any) -> Any:
        said.append(name)
        return known(*args)

    return counting


def counted(letters: Letters, typed: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that asking for a login comes to, with what they answer left out."""
    said: list[str] = []
    for name in ("app", "owner"):
        known = getattr(type(letters.door.db), name)

        monkeypatch.setattr(type(letters.door.db), name, telling(known, name, said))
    letters.forgotten(typed, HOME)
    monkeypatch.undo()
    with letters.door.db.owner() as conn:
        kept = "select kind, person is null, octet_length(sealed) > 0, state from access.letter order by id desc"
        said += map(str, conn.execute(kept).fetchone() or ())
        said += [str(row) for row in conn.execute("select count(*) from jobs.procrastinate_jobs").fetchall()]
        conn.execute("delete from jobs.procrastinate_jobs")
    return said


def test_the_request_does_the_same_whether_or_not_there_is_such_an_account(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted(letters, "an", monkeypatch) == counted(letters, "nobody", monkeypatch)
    assert counted(letters, "an@dongvan.example", monkeypatch) == counted(letters, "binh", monkeypatch)


def test_asking_is_held_back_by_address_and_by_login_in_silence(letters: Letters, box: Postbox) -> None:
    for _ in range(6):
        letters.forgotten("an", ELSEWHERE)
    delivered(letters)
    assert len(box.taken) == 3, "somebody's box is not filled by a stranger"
    for number in range(4):
        letters.forgotten(f"nobody{number}", ELSEWHERE)
    assert refused(letters.forgotten, "anybody", ELSEWHERE) == "access.wait"
    letters.forgotten("anybody", HOME)


def test_who_asks_ends_no_invitation_and_no_reset(letters: Letters, people: People) -> None:
    with letters.door.db.owner() as conn:
        link = accounts.reset(conn, "an", actor="admin").removeprefix(links.PATH)
    letters.forgotten("an", HOME)
    delivered(letters)
    assert links.read(letters.door, link).kind == "reset"


def test_a_change_is_told_once_and_only_if_it_happened(letters: Letters, box: Postbox) -> None:
    letters.changed("an", "password.changed")
    delivered(letters)
    assert box.taken == []
    with letters.door.db.owner() as conn:
        conn.execute("insert into access.event (actor, action, subject) values ('an', 'password.changed', 'an')")
    for _ in range(2):
        letters.changed("an", "password.changed")
    delivered(letters)
    (to, _), text = box.taken[0], box.text()
    assert len(box.taken) == 1 and to == "an@dongvan.example"
    assert "mật khẩu đã được đổi" in text and "the password was changed" in text


def test_a_header_cannot_be_smuggled_in(people: People, box: Postbox) -> None:
    for bad in ("an@x.example\r\nBcc: all@x.example", "an@x.example, binh@x.example", "không phải thư"):
        with pytest.raises(NotSent):
            box.post.send(bad, "s", "t")
    with pytest.raises(NotSent):
        box.post.send("an@x.example", "s\r\nBcc: all@x.example", "t")
    assert box.taken == []


def test_a_password_is_not_shown_to_a_server_without_tls(box: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinhso.foundation.mail.HERE", frozenset())
    with pytest.raises(NotSent, match="no STARTTLS"):
        Post(box.url.replace("//", "//an:mật-khẩu@"), postbox.SENDER).send("an@x.example", "s", "t")
    assert box.taken == []


def test_links_hold_as_long_as_they_say() -> None:
    assert links.VALID["forgotten"] <= timedelta(minutes=30) < links.VALID["reset"]
