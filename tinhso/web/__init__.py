"""The faces of the house: pages for everybody (``public``) and for officers (``staff``), JSON (``api``), on one ``kit``."""
