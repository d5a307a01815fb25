"""What a column is: the first kind, from the most telling on, that nearly all of its values fit.

The heading may speak for a kind; its values have to bear it out. ``Guess.fits`` holds the evidence, the chosen kind
first, then the others that many values fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tinhso.foundation.text import fold
from tinhso.intake import matching
from tinhso.intake.checking.values import FALSE, TRUE
from tinhso.intake.sketching import kinds
from tinhso.intake.sketching.columns import Texts
from tinhso.intake.sketching.measuring import FEW, Fit, Measure

SURE, HINTED = 0.9, 0.5
"""Shares of values that have to fit: without a word of the heading, and with one."""
MOST_CODES, LONGEST_CODE, FEWEST = 30, 60, 6
"""A list of codes is proposed for at most so many different values, none longer, in at least so many cells."""
REPEATS = 3
"""So often each value of a list of codes comes on average."""

HINTS: dict[str, str] = {
    "email": r"\b(e ?mail|thu dien tu)\b",
    "citizen_id": r"\b(cccd|can cuoc|dinh danh|cmnd|chung minh)\b",
    "phone": r"\b(dien thoai|sdt|so dt|phone|zalo|di dong|lien he)\b",
    "tax_code": r"\b(mst|ma so thue|tax)\b",
    "social_insurance_no": r"\b(bhxh|bao hiem xa hoi)\b",
    "gtin": r"\b(gtin|ma vach|barcode)\b",
    "gln": r"\bgln\b",
    "district": r"\b(huyen|quan|thi xa|thanh pho|district)\b",
    "commune": r"\b(xa|phuong|thi tran|commune)\b",
    "village": r"\b(thon|ban|xom|to dan pho|tdp|khu pho|village)\b",
    "date": r"\b(ngay|date)\b",
    "money": r"\b(tien|kinh phi|thu nhap|luong|doanh thu|von|gia|gia tri|vnd|dong|chi phi|hoc phi|tro cap|hoc bong)\b",
}
"""What headings say, folded."""
NAMED = re.compile(r"\b(ma|so hieu|ky hieu|code|id|so the|so ho so|so giay|so dinh danh)\b")
"""Headings of what is a name made of digits rather than a number."""
DELICATE = re.compile(
    r"\b(suc khoe|benh|khuyet tat|dan toc|ton giao|thu nhap|luong|cccd|cmnd|can cuoc|dinh danh|chung minh|dien thoai"
    r"|sdt|bao hiem|tai khoan|ngay sinh|nam sinh|hiv|tien an|health|ethnic|income|religion)\b"
)
"""Headings of what is sensitive: health, ethnicity, belief, income, numbers of persons (Law 91/2025/QH15, art. 2)."""
PROSE = re.compile(r"\b(ho va ten|ho ten|chu ho|nguoi|dia chi|ghi chu|noi dung)\b")
"""Headings of what repeats by chance: names of persons, addresses, remarks."""
UNHINTED = ("email", "citizen_id", "phone")
"""Named checks that are strict enough to be recognised by values alone."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The kind of a column; the chosen one is the first of ``fits``. ``distinct`` values stand in it, ``blank`` cells
    have none."""

    kind: str
    fits: tuple[Fit, ...]
    distinct: int
    blank: int
    delicate: bool


def guess(column: Texts, measure: Measure) -> Guess:
    """What a column is, with the evidence."""
    heading, filled = folded(column.heading), column.filled
    tried: list[Fit] = []
    chosen = next(_fitting(column, heading, measure, tried), None) if filled.len() else None
    chosen = chosen or Fit("text", filled.len(), filled.len())
    others = [one for one in tried if one.kind != chosen.kind and one.share >= HINTED]
    delicate = chosen.kind in kinds.PRIVATE or bool(DELICATE.search(heading))
    return Guess(chosen.kind, (chosen, *others), filled.n_unique(), column.rows.null_count(), delicate)


def folded(heading: str) -> str:
    """A heading as the hints read it: what stands in brackets too, since units do."""
    return matching.key(heading, brackets=True)


def hinted(kind: str, heading: str) -> bool:
    """Whether the (folded) heading speaks for the kind."""
    return kind in HINTS and bool(re.search(HINTS[kind], heading))


def _fitting(column: Texts, heading: str, measure: Measure, tried: list[Fit]) -> Iterator[Fit]:
    """The kinds that fit, best first; all that were measured are added to ``tried``."""
    for kind, needed, mended in (*_special(heading), *_plain(column, heading), *_listed(column, heading, measure)):
        fit = measure.fit(kind, column, mended=mended)
        tried.append(fit)
        if fit.filled and fit.share >= needed:
            yield fit
    if _repeats(column) and not PROSE.search(heading):
        yield Fit(kinds.OWN, column.filled.len(), column.filled.len())


Trial = tuple[str, float, bool]
"""A kind, the share that has to fit, and whether what a repair could mend counts."""


def _special(heading: str) -> Iterator[Trial]:
    """Checks and places: those that the heading names, then those that values tell by themselves."""
    for kind in (*kinds.CHECKED, *kinds.AREAS):
        if hinted(kind, heading):
            yield kind, HINTED, True
    for kind in UNHINTED:
        if not hinted(kind, heading):
            yield kind, SURE, False


def _plain(column: Texts, heading: str) -> Iterator[Trial]:
    if _names(column, heading):
        return
    if _says_yes_or_no(column):
        yield "yes_no", 1.0, False
    if hinted("date", heading):
        yield "date", HINTED, True
    yield "date", SURE, False
    money = hinted("money", heading)
    yield ("money" if money else "whole"), SURE, False
    yield "number", SURE, False
    yield "partial_date", SURE, False


def _names(column: Texts, heading: str) -> bool:
    """Whether digits are a name: by the heading, or since some begin with a zero or are longer than numbers are."""
    digits = column.filled.filter(column.filled.str.contains(r"^[0-9]+$"))
    return bool(NAMED.search(heading)) or bool(digits.str.contains(r"^0[0-9]|^[0-9]{16}").any())


def _says_yes_or_no(column: Texts) -> bool:
    """Words for yes and no, of which not all are digits: zeros and ones may count something."""
    said = {fold(each) for each in column.filled.unique()} if column.filled.n_unique() <= 4 else set[str]()
    return bool(said) and said <= {*TRUE, *FALSE} and not all(each.isdigit() for each in said)


def _listed(column: Texts, heading: str, measure: Measure) -> Iterator[Trial]:
    """Lists of codes that are there; for bare digits, which fit many, only where the heading names the list."""
    if column.filled.n_unique() > FEW:
        return
    digits = bool(column.filled.str.contains(r"^[0-9]+$").all())
    for name, each in sorted(measure.lists.items(), key=lambda pair: len(pair[1].codes)):
        named = folded(each.title.vi) in heading or heading in folded(each.title.vi)
        if (named and heading) or (not digits and column.filled.n_unique() > 1):
            yield f"{kinds.LISTED}{name}", SURE, False


def _repeats(column: Texts) -> bool:
    filled, distinct = column.filled, column.filled.n_unique()
    few = distinct <= MOST_CODES and filled.len() >= max(FEWEST, REPEATS * distinct)
    return few and int(filled.str.len_chars().max() or 0) <= LONGEST_CODE  # type: ignore[arg-type]
