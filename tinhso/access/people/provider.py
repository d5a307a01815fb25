"""The province's single sign-on: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), nothing else.

What comes back is checked here: signature by the provider's published keys, issuer, audience, time, nonce. Whom it
makes somebody in this house is decided by ``outside.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tinhso.foundation import clock
from tinhso.foundation.problems import Refused, refuse

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures by public keys only: neither ``none`` nor a shared secret is ever believed."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
TIMEOUT, LARGEST = 5.0, 2**20
KEPT = 3600.0
"""Seconds for which what the provider publishes about itself is kept; keys are asked for again where one is unknown."""
PAUSE = 30.0
"""Seconds at least between two askings, so that forged key names do not make us ask all the time."""
STRONG = {"mfa", "otp", "hwk", "swk", "sc", "pop"}
"""Ways of authentication (RFC 8176) that count as a second factor."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody as the provider knows them. ``mail`` only where the provider says that it was verified."""

    issuer: str
    subject: str
    mail: str | None
    strong: bool


@dataclass
class Provider:
    """One provider; ``back`` is our address to which it sends people back. Safe to share between threads."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _asking: Lock = field(default_factory=Lock)

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in.

        Raises:
            Refused: ``access.provider_silent``.
        """
        words = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.back, "scope": SCOPE,
            "state": state, "nonce": nonce, "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(words)}"

    def redeem(self, code: str, *, verifier: str, nonce: str) -> Outsider:
        """Who came back with a code; a code is worth something once.

        Raises:
            Refused: ``access.provider_silent``, or ``access.provider_refused`` where anything is not as it should be.
        """
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "code_verifier": verifier,
        }  # fmt: skip
        identity = (quote(self.client_id, safe=""), quote(self.client_secret, safe=""))  # RFC 6749 section 2.3.1
        told = _asked("POST", self._endpoint("token_endpoint"), data=form, auth=identity)
        if not isinstance(told.get("id_token"), str):
            raise refuse("access.provider_refused", value="id_token")
        claims = self.checked(told["id_token"], nonce)
        mail = self._mail(claims, str(told.get("access_token", "")))
        return Outsider(self.issuer, claims["sub"], mail, bool(STRONG & set(claims.get("amr") or ())))

    def checked(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token, as OpenID Connect Core 1.0 section 3.1.3.7 tells to check them.

        Raises:
            Refused: ``access.provider_refused``.
        """
        try:
            token = self._decoded(id_token)
            options: Any = {
                "iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id},
                "sub": {"essential": True}, "exp": {"essential": True}, "iat": {"essential": True},
            }  # fmt: skip
            params = {"nonce": nonce, "client_id": self.client_id}
            checked = CodeIDToken(token.claims, token.header, options, params)
            checked.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
            claims = dict(checked)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise refuse("access.provider_refused", value=type(error).__name__) from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
            raise refuse("access.provider_refused", value="sub")
        return claims

    def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, KeySet.import_key_set(self._published("jwks_uri")), ALGORITHMS)
        except JoseError:
            # the provider may have changed its keys since they were read
            return jwt.decode(id_token, KeySet.import_key_set(self._published("jwks_uri", fresh=True)), ALGORITHMS)

    def _mail(self, claims: Mapping[str, Any], access_token: str) -> str | None:
        """The verified mail address, from the token itself or from the endpoint about the user."""
        about: Mapping[str, Any] = claims
        if "email" not in claims and self._metadata().get("userinfo_endpoint"):
            bearer = {"authorization": f"Bearer {access_token}"}
            about = _asked("GET", self._endpoint("userinfo_endpoint"), headers=bearer)
            if about.get("sub") != claims["sub"]:
                raise refuse("access.provider_refused", value="sub")
        mail = about.get("email")
        verified = about.get("email_verified") is True and isinstance(mail, str) and mail.isprintable()
        return mail.strip() if verified and isinstance(mail, str) else None

    def _endpoint(self, name: str) -> str:
        found = self._metadata().get(name)
        if not isinstance(found, str) or not _safe(found, self.issuer):
            raise refuse("access.provider_silent", value=name)
        return found

    def _metadata(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._kept(
            self.issuer.rstrip("/") + "/.well-known/openid-configuration", fresh=False
        )
        if found.get("issuer") != self.issuer:
            raise refuse("access.provider_silent", value=self.issuer)
        return found

    def _published(self, name: str, *, fresh: bool = False) -> Any:
        return self._kept(self._endpoint(name), fresh=fresh)

    def _kept(self, address: str, *, fresh: bool) -> Any:
        with self._asking:
            at, found = self._known.get(address, (0.0, None))
            if found is None or monotonic() - at > (PAUSE if fresh else KEPT):
                try:
                    found = _asked("GET", address)
                except Refused:
                    if self._known.get(address) is None:
                        raise
                self._known[address] = (monotonic(), found)
            return found


def _asked(method: str, address: str, **words: Any) -> dict[str, Any]:
    """A JSON object from the provider; redirects are not followed, and it has to be quick and small."""
    try:
        answer = httpx.request(method, address, timeout=TIMEOUT, **words)
        found = answer.json() if len(answer.content) <= LARGEST else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise refuse("access.provider_silent", value=type(error).__name__) from error
    if answer.status_code in (400, 401, 403):
        raise refuse("access.provider_refused", value=str((found or {}).get("error", answer.status_code))[:60])
    if answer.status_code != 200 or not isinstance(found, dict):
        raise refuse("access.provider_silent", value=answer.status_code)
    return found


def _safe(address: str, issuer: str) -> bool:
    """Whether an address is under https; a provider on this very machine may do without, in tests."""
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1") and urlsplit(issuer).scheme == "http"
    return parts.scheme == "https" or (parts.scheme == "http" and local)
