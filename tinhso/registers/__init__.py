"""Registers: a declaration becomes tables; the only room that writes records, and it remembers every change.

``declaration`` what a person may write in ``registers/*.yaml`` · ``expressions`` the one small language of
checks, filters and formulas · ``checks`` named checks of values · ``tables`` declaration -> SQL ·
``changes`` propose, commit, undo · ``records`` find, list, count within a scope · ``history`` versions, as of.
"""
