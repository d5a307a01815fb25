"""PostgreSQL without an administrator: found, prepared, started and found again by the platform itself.

``binaries`` the programs · ``account`` who runs them · ``places`` where the data lie · ``creation`` a new
cluster · ``postmaster`` its process · ``server`` start and stop · ``outside`` a server that others run.
"""
