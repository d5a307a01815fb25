"""Access: the only room that makes a ``Scope``, without which nothing is read or written.

``scope`` what may be done where · ``grants`` the ways to one · ``holding`` what a person's grants come to ·
``giving`` grants given and revoked · ``roles`` those in force · ``why`` why somebody can or cannot ·
``sealing`` how the database is told · ``policies`` what it holds by itself · ``events`` what was changed here ·
``readings`` who looked · ``people`` accounts and sign-in · ``keys`` how programs ask.
"""
