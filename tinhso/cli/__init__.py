"""The terminal: the same verbs as the pages. Exit codes: 0 done, 1 refused by a rule, 2 wrong use."""
