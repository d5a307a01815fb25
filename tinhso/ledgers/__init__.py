"""What every ledger of the house has in common: a Merkle tree over its rows, signed checkpoints, proofs, verification.

A ledger is a name and a way to read its leaves in order (``ledger``). ``sealing`` signs how far it has come;
``verify`` recounts it against all that was ever signed; ``proofs`` carry one piece of it to an outsider.
"""
