"""How good a register is: what is missing, wrong, there twice, old, out of the usual, or does not add up.

``measures`` says what is looked at, ``conditions`` puts it into SQL, ``closer`` is for what only a check of the engine
can tell, ``counting`` counts all of it by place in one pass, ``report`` sums up an area, ``behind`` gives the condition
that a list needs to show the very records that were counted. Nothing here reads beyond the scope.
"""
