"""Keys: how programs ask. A key stands for an account and can only narrow what the grants of that account give.

``making`` keys made, listed and revoked · ``using`` the Scope of whoever shows one.
"""
