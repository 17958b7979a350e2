"""Questions that two checkouts are asked in one run, alternately: this one, and another that `--against` names."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from bench.checkout import Checkout, Side
from bench.cluster import bench_database
from bench.compare import Result, alternate, at_most, median_of, number, told
from bench.context import Context

HERE = Path(__file__).resolve().parent
_QUESTIONS = re.compile(r"^QUESTIONS\b", re.MULTILINE)


class Question(Struct, frozen=True):
    """A figure of a whole process of a checkout: less is better.

    `measure` answers it once for a side. `times` is how much of the other's figure ours may be; None only tells.
    `rounds` bounds how often it is asked, for what takes minutes.
    """

    text: str
    unit: str
    measure: Callable[[Side], float]
    times: float | None = None
    rounds: int = 100


def modules() -> list[str]:
    """The names of the files beside this one that hold QUESTIONS for two checkouts."""
    return sorted(path.stem for path in HERE.glob("*.py") if _QUESTIONS.search(path.read_text()))


def answer(name: str, context: Context, other: Path) -> list[Result]:
    """Ask both checkouts the questions of a module, by turns; the figures are medians."""
    questions: Sequence[Question] = importlib.import_module(f"bench.{name}").QUESTIONS
    with _sides(context, Checkout.at(HERE.parent), Checkout.at(other)) as (ours, theirs):
        return [_compare(question, context.rounds, ours, theirs) for question in questions]


def _compare(question: Question, rounds: int, ours: Side, theirs: Side) -> Result:
    print(f"  {question.text} ...", file=sys.stderr, flush=True)
    measured = alternate(min(rounds, question.rounds), lambda: question.measure(ours), lambda: question.measure(theirs))
    here, there = (median_of(runs, float) for runs in measured)
    print(
        f"    {number(here)} {question.unit}, beside {number(there)}: {here / there:.2f}", file=sys.stderr, flush=True
    )
    text = f"beside {theirs.checkout.commit}: {question.text}"
    if question.times is None:
        return told(text, here, question.unit, there)
    return at_most(text, here, there, question.times, question.unit)


@contextmanager
def _sides(context: Context, *checkouts: Checkout) -> Iterator[list[Side]]:
    """A side for each checkout: a database of its own on the run's server, at the head of its own migrations."""
    sides: list[Side] = []
    with ExitStack() as stack:
        for number, checkout in enumerate(checkouts):
            directory = context.directory / f"side{number}"
            directory.mkdir()
            database = stack.enter_context(bench_database(context.database_url, f"side{number}"))
            side = Side(checkout, database.url, directory)
            side.run("db", "upgrade")
            sides.append(side)
        yield sides
