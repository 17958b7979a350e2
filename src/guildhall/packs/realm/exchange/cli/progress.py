"""Progress bars of long commands, on standard error."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(TextColumn):
    """Rows a second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: object) -> Text:
        speed = getattr(task, "finished_speed", None) or getattr(task, "speed", None)
        return Text(f"{speed:,.0f}/s" if speed else "")


class Bars:
    """A progress bar for each table."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(),
            console=Console(stderr=True),
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def __call__(self, table: str, rows: int, total: int | None) -> None:
        """Rows more of a table, and how many it has if that is known."""
        if table not in self._tasks:
            self._tasks[table] = self._progress.add_task(table, total=total)
        elif total is not None:
            self._progress.update(self._tasks[table], total=total)
        self._progress.advance(self._tasks[table], rows)
