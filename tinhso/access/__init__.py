"""Access: the only room that makes a ``Scope``, without which nothing is read or written."""
