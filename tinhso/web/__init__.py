"""The faces of the house: ``public`` pages, ``staff`` pages, the ``api``, all standing on one ``kit``."""
