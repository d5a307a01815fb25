"""Collection rounds: registers asked of units until a day, who has sent, who is late, and what was done about it.

``asking`` opens rounds and adds to them, ``standing`` says how they stand, ``days`` counts working days.
"""
