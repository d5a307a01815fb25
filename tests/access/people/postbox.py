"""A mail server on this machine, real in all but that it keeps what it takes; and one that takes nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tinhso.foundation.mail import Post

SENDER = "tinhso@hagiang.example"


@dataclass
class Postbox:
    """``taken`` are the letters, ``answer`` what the server says to each from now on."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answer: str = "250 taken"
    url: str = ""

    @property
    def post(self) -> Post:
        return Post(self.url, SENDER)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append((envelope.rcpt_tos[0], message))
        return self.answer

    def text(self, number: int = -1) -> str:
        """What a letter says."""
        body = self.taken[number][1].get_body()
        assert body is not None
        return str(body.get_content())


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def opened(scheme: str = "smtp", **options: Any) -> Iterator[Postbox]:
    """The server as long as it is needed, on loopback; ``scheme`` is how its address begins."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    box.url = f"{scheme}://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()
