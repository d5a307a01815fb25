"""The records' side of tamper evidence: from a version's content up to the leaf that a checkpoint covers.

content > fingerprint > digest (with salt) > the change set's digest > the ledger ``changes`` > signed checkpoint.
``verify`` recounts every step for every register.
"""
