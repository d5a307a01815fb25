"""Measurements of the river at a province's real size; ``python -m bench`` (or ``make bench``) prints and writes them.

``ground`` a throw-away server · ``material`` the files · ``limits`` what cannot be beaten, measured in the same run ·
``cases`` what is measured · ``child`` a case's own process · ``report`` table and JSON.
Every case has a fresh database; fsync is on, as in daily use.
"""
