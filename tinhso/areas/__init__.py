"""Areas: the tree of places in time; who is part of what, under which code and name.

``load`` a province's CSV -> units in the database · ``tree`` the tree in force, with its place numbers · ``find``
look a unit up by name or code · ``places`` frames that resolve names in files · ``shapes`` boundaries, real or
estimated · ``drawing`` shapes -> SVG paths of a map.
"""
