"""`guildhall docs`: the generated documents of a checkout."""

from typing import Annotated

import typer

from guildhall.boot.documents import differences, generate
from guildhall.cli.session import run_loop
from guildhall.errors import Misconfigured


def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether they are current; exit status 2 when not.")
    ] = False,
) -> None:
    """Write docs/settings.md, docs/errors.md, docs/schema/*.sql, docs/openapi.json and .env.example of a checkout."""
    documents = run_loop(generate())
    stale = differences(documents)
    if check:
        if stale:
            raise Misconfigured(
                f"Generated documents are stale: {', '.join(sorted(map(str, stale)))}; run 'make docs'."
            )
        return
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(documents[path])
        typer.echo(str(path))
