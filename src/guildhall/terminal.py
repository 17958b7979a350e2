"""Output of commands: tables that keep ids whole, sentences, or JSON for scripts."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
"""The option that every command has which prints an answer and ends."""
_NARROW = 10
"""Cells that a column keeps when the terminal is too narrow for all of them."""


def print_json(answer: object) -> None:
    """Print one line of JSON."""
    typer.echo(msgspec.json.encode(answer).decode())


def print_answer(answer: object, as_json: bool, sentence: str) -> None:
    """Print the answer as JSON, or the sentence that says the same to a person."""
    if as_json:
        print_json(answer)
    else:
        typer.echo(sentence)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Print a table whose first column, what a row is named by, is never cut or folded.

    In a terminal the other columns fold into the room that is left; a pipe has all the room there is.
    """
    # Rich takes a tenth of a second to load, which only a command that prints a table should pay for.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[_printable(cell) for cell in row] for row in rows]
    console = Console()
    widths = _widths([list(columns), *cells], console.width if console.is_terminal else None)
    table = Table(title=title)
    for name, width in zip(columns, widths, strict=True):
        table.add_column(name, width=width, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console(width=max(sum(widths) + 3 * len(widths) + 1, len(title or ""))).print(table)


def _widths(cells: Sequence[Sequence[str]], most: int | None) -> list[int]:
    """The width of each column: what it needs, or a fair part of `most`, but all of what the first one needs."""
    from rich.cells import cell_len

    needed = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    if most is None:
        return needed
    least = [
        needed[0],
        *(min(need, max(cell_len(cells[0][at]), _NARROW)) for at, need in enumerate(needed) if at),
    ]
    widths, left = least.copy(), most - sum(least) - 3 * len(least) - 1
    while left > 0 and (short := [at for at, need in enumerate(needed) if widths[at] < need]):
        for at in short[:left]:
            widths[at] += 1
        left -= len(short)
    return widths


def _printable(text: str) -> str:
    """The text in one line, without what steers a terminal."""
    return "".join(letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text)
