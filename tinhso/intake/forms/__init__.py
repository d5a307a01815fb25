"""Forms: one record typed by hand takes the same way as the rows of a file, with the same sentences.

::

    typed     what was sent, field by field: too much of it, or characters that no keyboard writes
    sheets    the record it was typed upon, what others recorded meanwhile, and both put together (``merging``)
    looking   checked like a row of a file (``intake.checking``: there is no second rule book)
    choosing  what may be chosen in a field: codes of the day, units of the officer's own area
    drafts    kept while it is typed, for its owner alone
    writing   recorded through ``registers.changes``
"""

from __future__ import annotations

from tinhso.intake.forms.looking import checked, wrong

__all__ = ["checked", "wrong"]
