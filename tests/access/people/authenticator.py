"""A device that holds passkeys, in software: it signs what a browser would send (W3C Web Authentication, level 2)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tinhso.access.people.passkeys import Site

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey of one person. What it says of itself can be set, to see it refused."""

    site: Site
    verified: bool = True
    counter: int = 0
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def makes(self, options: str, **said: Any) -> str:
        """The answer to options of registration."""
        told = json.loads(options)
        self.handle = base64url_to_bytes(told["user"]["id"])
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        data = self._data(ATTESTED) + attested
        client = self._client("webauthn.create", said.get("challenge", told["challenge"]), said)
        response = {"attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})}
        return self._answer({**response, "clientDataJSON": client})

    def signs(self, options: str, **said: Any) -> str:
        """The answer to options of signing in; the counter goes on by one, where it counts at all."""
        challenge = said.get("challenge", json.loads(options)["challenge"])
        client = self._client("webauthn.get", challenge, said)
        self.counter += said.get("step", 1)
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"authenticatorData": data, "clientDataJSON": client, "signature": signature, "userHandle": self.handle}
        )

    def _client(self, kind: str, challenge: str, said: dict[str, Any]) -> bytes:
        told = {"type": said.get("type", kind), "challenge": challenge, "origin": said.get("origin", self.site.origin)}
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return hashlib.sha256(self.site.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, bytes]) -> str:
        told = {name: bytes_to_base64url(value) for name, value in response.items()}
        name = bytes_to_base64url(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told,
                           "clientExtensionResults": {}})  # fmt: skip
