"""Mail: one message at a time to the office's mail server (SMTP, RFC 5321), plain text, never from within a request."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from tinhso.foundation.problems import Problem, refuse

PATIENCE = 20.0
"""Seconds that a mail server may take for each answer."""
PORTS = {"smtp": 25, "smtps": 465}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSent(Exception):
    """The mail server did not take a message; the text says what it answered."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail is handed in and whom it comes from.

    ``url`` is ``smtp://host:port`` (STARTTLS where the server offers it, and always before a password) or
    ``smtps://user:password@host``; certificates are checked against those that the machine trusts (``SSL_CERT_FILE``
    names others, such as those of a province's own authority). ``sender`` is a mail address.
    """

    url: str
    sender: str

    @property
    def address(self) -> SplitResult:
        return urlsplit(self.url)

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand a message in.

        Raises:
            NotSent: with what went wrong; nothing was sent then, as far as the server told.
        """
        try:
            message = self._message(to, subject, text)
            with self._server() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(_said(error)) from error

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("tinhso", addr_spec=self.sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine should answer
        message.set_content(text)
        return message

    def _server(self) -> smtplib.SMTP:
        parts, context = self.address, ssl.create_default_context()
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE)
        try:
            self._prove(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _prove(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        parts = self.address
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif parts.scheme == "smtp" and parts.username and parts.hostname not in HERE:
            raise smtplib.SMTPException("the server offers no STARTTLS, so the password is not shown to it")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


def post(url: str, sender: str) -> Post | None:
    """The post of an installation; None where it has none.

    Raises:
        Refused: ``foundation.mail_url`` or ``foundation.mail_from`` where one of them is not what it should be.
    """
    if not url and not sender:
        return None
    parts = urlsplit(url)
    try:
        fits = parts.scheme in PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.path not in ("", "/"):
        raise refuse("foundation.mail_url", value=parts.hostname or parts.scheme or "–")
    name, _, domain = sender.rpartition("@")
    if not name or not domain or any(each.isspace() or each in "<>," for each in sender):
        raise refuse("foundation.mail_from", value=sender or "–")
    return Post(url, sender)


def _said(error: Exception) -> str:
    """What a mail server answered, in one line, without what we showed it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"{code} {_text(answer)}"[:300]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:300]
    if isinstance(error, ssl.SSLCertVerificationError):
        problem = Problem("foundation.mail_certificate", value=error.verify_message)
        return f"{problem.vi} / {problem.en}"
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _text(answer: bytes | str) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(said.split())
