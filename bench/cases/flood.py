"""Sign-ins at a steady pace, from a process of its own: ``bench.cases.flood PORT RATE SIDES [LOGIN PASSWORD]``.

Without a login the passwords are wrong, and for many logins. Tells on standard output when it is under way, and ends
when its standard input does, with how many were answered how.
"""

from __future__ import annotations

import http.client
import json
import sys
from collections import Counter
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlencode

LOGINS = 50


def main(port: int, rate: int, sides: int, *right: str) -> None:
    """Send until nobody wants any more; ``right`` is a login and its password."""
    over, answers = Event(), Counter[int]()
    each = [(port, side, sides / rate, right, over, answers) for side in range(sides)]
    threads = [Thread(target=_side, args=words, daemon=True) for words in each]
    for thread in threads:
        thread.start()
    over.wait(1.0)
    print("under way", flush=True)
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join(30)
    print(json.dumps(answers), flush=True)


def sent(port: int, login: str, password: str) -> int:
    """One try to sign in, as a browser sends it; gives the status of the answer."""
    return _tried(port, login, password)[0]


def signed_in(port: int, login: str, password: str) -> str:
    """Sign in; gives the cookie to send along."""
    status, cookie = _tried(port, login, password)
    if status != 303:
        raise RuntimeError(f"{login} was answered {status}")
    return cookie


def _tried(port: int, login: str, password: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"origin": f"http://127.0.0.1:{port}", "content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", urlencode({"login": login, "password": password}), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, (answer.getheader("set-cookie") or "").partition(";")[0]
    finally:
        connection.close()


def _side(port: int, side: int, pause: float, right: tuple[str, ...], over: Event, answers: Counter[int]) -> None:
    start, number = monotonic() + pause * side / 16, 0
    while not over.wait(max(0.0, start + number * pause - monotonic())):
        login, password = right or (f"person{(side * 7 + number) % LOGINS}", f"wrong password {number}")
        answers[sent(port, login, password)] += 1
        number += 1


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6])
