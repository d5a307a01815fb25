"""Mail over TLS: STARTTLS (RFC 3207) and TLS from the first byte (RFC 8314, 3.3), to a real server on this machine."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.access.people import postbox
from tinhso.foundation.mail import NotSent, Post


def certificate(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """A server's side with a certificate of its own making for an IP address, and the file with that certificate."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"mail of {address}")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file, secret = folder / f"{address}.crt", folder / f"{address}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, file


def options(way: str, context: ssl.SSLContext) -> dict[str, Any]:
    return {"tls_context": context, "require_starttls": True} if way == "smtp" else {"ssl_context": context}


@pytest.fixture(params=["smtp", "smtps"])
def way(request: pytest.FixtureRequest) -> str:
    """STARTTLS on the usual port, or TLS from the first byte."""
    return str(request.param)


def test_a_letter_arrives_over_tls(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, file = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with postbox.opened(way, **options(way, context)) as box:
        box.post.send("chi@lungcu.example", "Chào", "Thư đi trong đường kín.\n")
    assert [to for to, _ in box.taken] == ["chi@lungcu.example"] and "đường kín" in box.text()


@pytest.mark.parametrize(("named", "trusted", "said"), [
    ("127.0.0.1", False, "self-signed"), ("127.0.0.2", True, "IP address mismatch"),
])  # fmt: skip
def test_a_wrong_certificate_is_refused_with_what_to_do(
    way: str, named: str, trusted: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one that nobody trusts, nor one of another server; no letter and no password is shown to it."""
    context, file = certificate(tmp_path, named)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with postbox.opened(way, **options(way, context)) as box, pytest.raises(NotSent) as refused:
        box.post.send("chi@lungcu.example", "Chào", "Không ai khác đọc.\n")
    assert box.taken == [] and said in str(refused.value)
    assert "chứng thư của máy chủ thư không được chấp nhận" in str(refused.value)
    assert "SSL_CERT_FILE" in str(refused.value)


def test_a_password_is_shown_over_tls_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, file = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    shown: list[Any] = []

    def known(server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
        shown.append((session.ssl is not None, auth.login, auth.password))
        return AuthResult(success=True)

    with postbox.opened(tls_context=context, authenticator=known, auth_require_tls=True) as box:
        host = box.url.removeprefix("smtp://")
        url = f"smtp://may%40tinh:b%3Am%40t@{host}"
        Post(url, postbox.SENDER).send("chi@lungcu.example", "Chào", "x\n")
    assert shown == [(True, b"may@tinh", b"b:m@t")]
