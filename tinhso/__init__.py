"""tinhso: a digital province on one truthful base of registers.

The rooms, from the cellar up: ``foundation``, ``areas``, ``access``, ``registers``, ``intake`` and
``indicators``, ``dashboards``, ``web``, ``packs``, ``cli``. A room imports only rooms below it.
"""

__version__ = "0.1.0"
