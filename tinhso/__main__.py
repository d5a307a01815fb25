"""``python -m tinhso`` is the command ``tinhso``."""

from tinhso.cli.main import main

main()
