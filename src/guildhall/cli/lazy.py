"""Commands that are loaded when they are run: their names and one line each are enough to list them."""

from collections.abc import Callable, Mapping
from typing import Any

import typer
from msgspec import Struct
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from guildhall.references import Loadable


class LazyCommand(Struct, frozen=True):
    """A command, or a group of them, as a list shows it. A test compares `help` with what the command says itself."""

    target: "Loadable[typer.Typer | Callable[..., None]]"
    help: str
    hidden: bool = False


class LazyGroup(TyperGroup):
    """A group whose commands are imported when one of them is run."""

    def __init__(self, *, lazy: Mapping[str, LazyCommand], **options: Any) -> None:
        super().__init__(**options)
        self.lazy = lazy
        for name, one in lazy.items():
            self.add_command(TyperCommand(name, help=one.help, hidden=one.hidden), name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for, itself and not its line in the list."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else self.loaded(name), rest

    def loaded(self, name: str) -> Any:
        """A command by its name, imported."""
        target = self.lazy[name].target.load()
        if isinstance(target, typer.Typer):
            command: Any = get_group(target)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(name)(target)
            command = get_command(alone)
        command.name = name
        return command
