"""Packs: a province's folder of content, read, checked, shown as a difference and applied.

``documents`` YAML with lines · ``shaping`` YAML -> typed declarations · ``read`` a folder -> a ``Pack`` ·
``consistency`` every name a declaration uses must exist · ``examples`` a register's examples, run through intake ·
``apply`` the difference against the database, in one transaction · ``schemas`` JSON Schemas for editors.
"""
