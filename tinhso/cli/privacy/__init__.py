"""``tinhso privacy``: cases of persons, what is done about them, and the documents that come of it."""

from __future__ import annotations

import typer

from tinhso.cli.privacy import acts, cases, papers

app = typer.Typer(no_args_is_help=True, help="Rights of the person: cases, erasure, retention, consents, breaches.")
for part in (cases.app, acts.app, papers.app):
    app.add_typer(part)
