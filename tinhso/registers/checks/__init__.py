"""Named checks: what a declaration calls by name where the formula language is too small.

A check looks at a whole column at once (Polars expressions, nothing per row). It gives the cleaned values, the
faults it finds (a code of ``registers/problems.yaml`` and where), and the repairs it could make. ::

    citizen_id          12 digits of the personal number: form, province, year; agrees with gender and birth date
    tax_code            10 digits, 10-3 of a branch, or the personal number of an individual (since 2025-07-01)
    phone               mobile and fixed numbers; numbers of 11 digits from before 2018 are renewed
    gtin, gln           GS1 numbers with their check digit
    email               one address
    social_insurance_no 10 digits, or the personal number
    poverty_class       the class that the rule in force on the assessment day gives

Other fields that a check looks at have roles; a role is a field of that name, or the one named under ``with``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tinhso.registers.checks import citizen, contact, gs1, poverty, tax
from tinhso.registers.checks.shape import Context, NamedCheck, Verdict

__all__ = ["CHECKS", "Context", "NamedCheck", "Verdict"]

CHECKS: Mapping[str, NamedCheck] = MappingProxyType(
    {
        "citizen_id": NamedCheck(citizen.check, roles=("gender", "birth_date"), describe=citizen.describe),
        "tax_code": NamedCheck(tax.check),
        "phone": NamedCheck(contact.phone, plain=contact.plain_phone),
        "email": NamedCheck(contact.email),
        "social_insurance_no": NamedCheck(contact.social_insurance_no),
        "gtin": NamedCheck(gs1.gtin),
        "gln": NamedCheck(gs1.gln),
        "poverty_class": NamedCheck(poverty.check, roles=poverty.ROLES),
    }
)
