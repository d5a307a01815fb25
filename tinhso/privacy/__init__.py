"""Privacy: what the law gives a person over data about them, as cases with terms, and what is done about it.

``declaration`` terms by law and date · ``office`` what handling needs at hand · ``cases`` a case is its steps ·
``terms`` what is due when · ``person`` where a person stands in the registers · ``seeing`` own data as a document ·
``correcting`` values to change sets · ``restricting`` · ``erasing`` with ``holding``, the files that hold somebody ·
``waiting`` what was never recorded ·
``consent`` · ``retention`` · ``breach`` notice · ``activities`` the record of processing.
"""
