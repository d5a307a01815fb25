"""The key that signs checkpoints: made when first needed, kept in ``TINHSO_HOME/keys`` where only its owner reads.

``checkpoint.pem`` is private. Beside it lies what may go out: ``checkpoint-<fingerprint>.pub`` for openssl, and for
each ledger ``<ledger>-<fingerprint>.vkey`` in the line that tools of transparency logs take. Public keys of earlier
private keys stay there, and what they signed stays good.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.foundation.problems import refuse
from tinhso.foundation.secrets import secret
from tinhso.ledgers.notes import Signer, Verifier

PRIVATE = "checkpoint.pem"


def signer(home: Path, ledger: str) -> Signer:
    """The key under the name of this ledger, ``tinhso/<fingerprint>/<ledger>``; its public files are written.

    Raises:
        Refused: ``ledgers.key_open`` if others may read the private key, ``ledgers.key_unreadable`` if it is none.
    """
    folder = home / "keys"
    try:
        pem = secret(folder, PRIVATE, _made)
        if (folder / PRIVATE).stat().st_mode & 0o077 or folder.stat().st_mode & 0o077:
            raise refuse("ledgers.key_open", value=folder / PRIVATE)
        private = serialization.load_pem_private_key(pem.encode(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(type(private))
        return _published(folder, private, ledger)
    except (OSError, ValueError) as error:
        raise refuse("ledgers.key_unreadable", value=folder / PRIVATE) from error


def known(home: Path, ledger: str) -> list[Verifier]:
    """All keys, earlier ones too, whose signatures under this ledger count."""
    lines = [file.read_text(encoding="utf-8") for file in sorted((home / "keys").glob(f"{ledger}-*.vkey"))]
    found = [Verifier.parse(line) for line in lines]
    return [key for key in found if key is not None and key.name.endswith(f"/{ledger}")]


def _made() -> str:
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(*pem).decode()


def _published(folder: Path, private: Ed25519PrivateKey, ledger: str) -> Signer:
    public = private.public_key()
    fingerprint = sha256(public.public_bytes_raw()).hexdigest()[:16]
    made = Signer(f"tinhso/{fingerprint}/{ledger}", private)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    for name, text in ((f"checkpoint-{fingerprint}.pub", pem), (f"{ledger}-{fingerprint}.vkey", f"{made.verifier}\n")):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    return made
