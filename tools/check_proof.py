#!/usr/bin/env python3
"""Check a proof that tinhso wrote, without tinhso: one file, nothing to install.

    python3 check_proof.py PROOF.json --key KEY.vkey [--parts FOLDER]

An inclusion proof says that one entry stands in a ledger under a signed checkpoint; a consistency proof says that
between two signed checkpoints the ledger only grew (RFC 9162 sections 2.1.3 and 2.1.4, hashes by SHA-256). Checkpoints
are signed notes (c2sp.org/tlog-checkpoint, c2sp.org/signed-note) with Ed25519 (RFC 8032).

KEY is the ledger's public key as you were given it by another way than the proof: the line itself or a file with it.
Without it only the key that the proof itself names can be used, which proves little; the answer says so.
Python's standard library has no Ed25519. Where the package ``cryptography`` is there it is used; where it is not,
``--parts`` writes what openssl needs, and the answer says the command.

Ends with 0 where everything holds, 1 where something does not, 2 where this was called or given wrongly,
3 where all holds but who signed is not shown: no signature could be checked here, or no key was given.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_SIGN = True
except ImportError:
    CAN_SIGN = False

HOLDS, FAILS, WRONG_USE, UNSIGNED = 0, 1, 2, 3
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in a public key file (RFC 8410)."""


Key = tuple[str, bytes, bytes]
"""A key's name, its number (4 bytes) and itself (32)."""


class Fault(Exception):
    """Something that does not hold."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two nodes side by side."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_from_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf's path leads to."""
    if not 0 <= index < size:
        raise Fault(f"no entry {index} in a ledger of {size}")
    node, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Fault("the path is too long")
        if node % 2 or node == last:
            found = node_hash(step, found)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            found = node_hash(found, step)
        node, last = node // 2, last // 2
    if last:
        raise Fault("the path is too short")
    return found


def roots_from_consistency(first: int, second: int, path: list[bytes], was: bytes) -> tuple[bytes, bytes]:
    """The two roots that a path between two sizes leads to; ``was`` is the older root."""
    if not 0 < first <= second:
        raise Fault(f"a ledger of {first} entries cannot have grown to {second}")
    if first == second:
        if path:
            raise Fault("the path is too long")
        return was, was
    steps = [was, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        raise Fault("the path is too short")
    node, last = first - 1, second - 1
    while node % 2:
        node, last = node // 2, last // 2
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise Fault("the path is too long")
        if node % 2 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            after = node_hash(after, step)
        node, last = node // 2, last // 2
    if last:
        raise Fault("the path is too short")
    return before, after


class Checkpoint:
    """A signed note, taken apart; what the signature covers is ``text``."""

    def __init__(self, note: str) -> None:
        text, separator, signatures = note.rpartition("\n\n")
        if not separator:
            raise Fault("a checkpoint without a signature")
        self.text = text + "\n"
        lines = text.split("\n")
        if len(lines) < 3 or not lines[1].isdigit():
            raise Fault("what is given as a checkpoint is none")
        self.origin, self.size, self.root = lines[0], int(lines[1]), decoded(lines[2])
        self.said = lines[3:]
        self.signatures: list[tuple[str, bytes]] = []
        for line in signatures.rstrip("\n").split("\n"):
            dash, name, value = [*line.split(" "), "", ""][:3]
            if dash == "—":
                self.signatures.append((name, decoded(value)))


def decoded(text: str) -> bytes:
    """Bytes of base64 in its one right form."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        found = b""
    if base64.b64encode(found).decode() != text:
        raise Fault(f"not base64: {text[:40]}")
    return found


def key_of(line: str) -> Key:
    """Name, number and 32 bytes of a key's line."""
    name, _, rest = line.strip().partition("+")
    number, _, value = rest.partition("+")
    key = decoded(value)
    made = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    if len(key) != 33 or key[0] != 1 or made != number:
        raise Fault(f"not an Ed25519 key line: {line.strip()[:60]}")
    return name, bytes.fromhex(number), key[1:]


def signature_of(checkpoint: Checkpoint, key: Key) -> bytes:
    """The key's own signature on the checkpoint."""
    name, number, _ = key
    if checkpoint.origin != name:
        raise Fault(f"the checkpoint is of {checkpoint.origin}, the key of {name}")
    for signer, value in checkpoint.signatures:
        if (signer, value[:4]) == (name, number):
            return value[4:]
    raise Fault(f"{name} did not sign this checkpoint")


def check_signature(checkpoint: Checkpoint, key: Key) -> bool | None:
    """True where the signature holds, None where it cannot be checked here; a Fault where it does not hold."""
    signature = signature_of(checkpoint, key)
    if not CAN_SIGN:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(key[2]).verify(signature, checkpoint.text.encode())
    except InvalidSignature:
        raise Fault("the signature is not by this key over this checkpoint") from None
    return True


def write_parts(folder: Path, checkpoints: list[Checkpoint], key: Key) -> None:
    """Text, signature and key as files, and the commands that let openssl check them."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = base64.b64encode(SPKI + key[2]).decode()
    (folder / "key.pub").write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
    for at, checkpoint in enumerate(checkpoints, 1):
        (folder / f"checkpoint-{at}.txt").write_bytes(checkpoint.text.encode())
        (folder / f"checkpoint-{at}.sig").write_bytes(signature_of(checkpoint, key))
        print(
            f"openssl pkeyutl -verify -pubin -inkey {folder}/key.pub -rawin"
            f" -in {folder}/checkpoint-{at}.txt -sigfile {folder}/checkpoint-{at}.sig"
        )


def check_hashes(proof: dict[str, Any]) -> list[Checkpoint]:
    """Recount the proof; its checkpoints, oldest first."""
    path = [decoded(step) for step in proof["path"]]
    if proof["kind"] == "inclusion":
        checkpoint = Checkpoint(proof["checkpoint"])
        leaf = leaf_hash(proof["leaf"].encode())
        if root_from_inclusion(leaf, proof["index"], checkpoint.size, path) != checkpoint.root:
            raise Fault("the entry does not lead to the root of the checkpoint")
        return [checkpoint]
    first, second = Checkpoint(proof["first"]), Checkpoint(proof["second"])
    if roots_from_consistency(first.size, second.size, path, first.root) != (first.root, second.root):
        raise Fault("the older ledger is not the beginning of the newer")
    return [first, second]


def tell(proof: dict[str, Any], checkpoints: list[Checkpoint]) -> None:
    """What has been shown, in words."""
    if proof["kind"] == "inclusion":
        print(f"HOLDS  entry {proof['index'] + 1} of {checkpoints[0].size} in {checkpoints[0].origin} is")
        print(f"       {proof['leaf']}")
    else:
        print(f"HOLDS  {checkpoints[0].origin} only grew, from {checkpoints[0].size} to {checkpoints[1].size} entries")
    for checkpoint in checkpoints:
        print("       under the checkpoint: " + ", ".join(checkpoint.said))


def check(file: Path, given: str | None, parts: Path | None) -> int:
    """Check one file; the number to end with."""
    proof = json.loads(file.read_text(encoding="utf-8"))
    checkpoints = check_hashes(proof)
    key = key_of(given or proof["key"])
    signed = [check_signature(checkpoint, key) for checkpoint in checkpoints]
    tell(proof, checkpoints)
    if not given:
        print("BUT    the key is the one that the proof itself brought: ask for it by another way and give it by --key")
    print("KEY    " + "+".join((key[0], key[1].hex(), base64.b64encode(b"\1" + key[2]).decode())))
    if parts:
        write_parts(parts, checkpoints, key)
    if None in signed:
        print("BUT    the signature was not checked: Python has no Ed25519 here. Install the package cryptography,")
        print("       or run again with --parts FOLDER and then the openssl command that it prints")
        return UNSIGNED
    print("SIGNED by this key")
    return HOLDS if given else UNSIGNED


def main() -> int:
    """Read the command line, check, say how it went."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("proof", type=Path, help="file written by tinhso chain proof or tinhso chain consistency")
    asked.add_argument("--key", help="the ledger's public key: a line, or a file that holds it")
    asked.add_argument("--parts", type=Path, help="folder for the files that openssl needs")
    told = asked.parse_args()
    try:
        given = Path(told.key).read_text(encoding="utf-8") if told.key and Path(told.key).is_file() else told.key
        return check(told.proof, given, told.parts)
    except Fault as fault:
        print(f"FAILS  {fault}")
        return FAILS
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"No proof can be read from {told.proof}: {error!r}")
        return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
