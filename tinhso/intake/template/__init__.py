"""Template workbooks: empty ones to fill in, or with the sender's own records for correction; and what comes back.

``choices`` what may be chosen in a cell · ``example`` the row that shows how · ``notes`` what goes into a column ·
``workbook`` the workbook itself · ``returned`` cells of a template as it comes back, marked by ``reading.stamps``.
"""

from __future__ import annotations

from tinhso.intake.template.workbook import Asked, write

__all__ = ["Asked", "write"]
