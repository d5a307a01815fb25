"""Settings: read once from the environment, then handed on as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tinhso.foundation import mail
from tinhso.foundation.mail import Post
from tinhso.foundation.problems import refuse
from tinhso.foundation.secrets import secret

PORT = 8000
SECOND_FACTOR = "TINHSO_SECOND_FACTOR"
"""The setting by which the demo, whose passwords are printed, asks for no second factor."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation keeps its things and which database it uses.

    ``home`` holds files, secrets and the embedded database. With ``database_url`` an outside PostgreSQL is
    used instead; ``pg_bin`` names a folder with other PostgreSQL programs for the embedded one. ``address`` is the
    house as people type it (``https://...``); ``proxies`` are the addresses of those that may speak for others;
    ``oidc_...`` name the provider of single sign-on and who we are there; ``post`` is where mail is handed in;
    ``demands_factor`` whether a second factor is demanded of those whose role demands it.
    """

    home: Path
    database_url: str | None = None
    port: int = PORT
    pg_bin: Path | None = None
    secret_key: str = ""
    address: str = ""
    proxies: frozenset[str] = frozenset()
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    post: Post | None = None
    demands_factor: bool = True

    @property
    def own_address(self) -> str:
        """The house's address for links that are read elsewhere."""
        return self.address or f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read ``TINHSO_*``; a missing secret key is made once and kept in the home folder.

        Raises:
            Refused: ``foundation.port`` if ``TINHSO_PORT`` is not a port number, ``foundation.address`` if
                ``TINHSO_ADDRESS`` is not one, ``foundation.mail_url`` or ``foundation.mail_from`` if
                ``TINHSO_MAIL_URL`` or ``TINHSO_MAIL_FROM`` is not, ``foundation.second_factor`` if
                ``TINHSO_SECOND_FACTOR`` is neither ``demanded`` nor ``off``, ``foundation.home`` if the home folder
                cannot be made or written to.
        """
        home = _home(Path(environ.get("TINHSO_HOME") or "var").absolute())
        pg_bin = environ.get("TINHSO_PG_BIN")
        return cls(
            home=home,
            database_url=environ.get("TINHSO_DATABASE_URL") or None,
            port=_port(environ.get("TINHSO_PORT") or str(PORT)),
            pg_bin=Path(pg_bin).absolute() if pg_bin else None,
            secret_key=environ.get("TINHSO_SECRET_KEY") or secret(home / "secrets", "secret_key"),
            address=_address(environ.get("TINHSO_ADDRESS") or ""),
            proxies=frozenset(environ.get("TINHSO_PROXIES", "").replace(",", " ").split()),
            oidc_issuer=environ.get("TINHSO_OIDC_ISSUER", ""),
            oidc_client_id=environ.get("TINHSO_OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("TINHSO_OIDC_CLIENT_SECRET", ""),
            post=mail.post(environ.get("TINHSO_MAIL_URL", ""), environ.get("TINHSO_MAIL_FROM", "")),
            demands_factor=_demanded(environ.get(SECOND_FACTOR) or "demanded"),
        )


def _home(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("foundation.home", value=folder) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise refuse("foundation.home", value=folder)
    return folder


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/")):
        raise refuse("foundation.address", value=text)
    return text.rstrip("/")


def _demanded(text: str) -> bool:
    if text not in ("demanded", "off"):
        raise refuse("foundation.second_factor", value=text)
    return text == "demanded"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise refuse("foundation.port", value=text)
    return int(text)
