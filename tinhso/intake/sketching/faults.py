"""What no register can be made of: names that cannot be, no key, nothing to call records by."""

from __future__ import annotations

from collections.abc import Mapping

from tinhso.foundation.problems import Problem, Refused
from tinhso.intake.sketching import kinds, naming
from tinhso.intake.sketching.wishes import MOST_FIELDS, Wish, links
from tinhso.registers.declaration import CodeList, Declaration


def refuse(
    wish: Wish, declared: Mapping[str, Declaration], lists: Mapping[str, CodeList], base: Declaration | None
) -> None:
    """Refuse what no declaration can be made of; each problem names the field it is about."""
    found = [*_register_faults(wish, declared, base), *_field_faults(wish, lists, declared, base)]
    names = [each.name for each in wish.kept]
    if wish.kept and not any(each.key for each in wish.kept):
        found.append(Problem("intake.sketch_no_key"))
    if wish.kept and wish.label not in names:
        found.append(Problem("intake.sketch_no_label"))
    if found:
        raise Refused(found)


def _register_faults(wish: Wish, declared: Mapping[str, Declaration], base: Declaration | None) -> list[Problem]:
    found = []
    if base is None and not naming.good(wish.register, naming.LONGEST_REGISTER):
        facts = {"longest": str(naming.LONGEST_REGISTER)}
        found.append(Problem("intake.sketch_bad_name", field="register", value=wish.register, facts=facts))
    if base is None and wish.register in declared:
        title = declared[wish.register].title
        facts = {"title_vi": title.vi, "title_en": title.en}
        found.append(Problem("intake.sketch_name_taken", field="register", value=wish.register, facts=facts))
    if not wish.vi.strip() or not wish.en.strip():
        found.append(Problem("intake.sketch_no_title", field="register", value=wish.register))
    if not wish.kept:
        found.append(Problem("intake.sketch_no_field"))
    if len(wish.kept) > MOST_FIELDS:
        found.append(Problem("intake.sketch_too_wide", value=str(len(wish.kept)), facts={"most": str(MOST_FIELDS)}))
    return found


def _field_faults(
    wish: Wish, lists: Mapping[str, CodeList], declared: Mapping[str, Declaration], base: Declaration | None
) -> list[Problem]:
    found, names = [], [each.name for each in wish.kept]
    longest = {"longest": str(naming.LONGEST_FIELD)}
    for each in wish.kept:
        kept_name = base is not None and each.name in base.fields
        if not kept_name and not naming.good(each.name, naming.LONGEST_FIELD):
            found.append(Problem("intake.sketch_bad_name", field=each.name, value=each.name, facts=longest))
        if names.count(each.name) > 1:
            found.append(Problem("intake.sketch_name_twice", field=each.name, value=each.name))
        if not each.vi.strip() or not each.en.strip():
            found.append(Problem("intake.sketch_no_title", field=each.name, value=each.name))
        stays = kept_name and base is not None and kinds.of(base.fields[each.name], links(base), each.name) == each.kind
        if not stays and not kinds.known(each.kind, lists, declared):
            found.append(Problem("intake.sketch_no_kind", field=each.name, value=each.kind))
    return found
