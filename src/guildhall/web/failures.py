"""The failures of a route in the API's description: those that follow from what it is, and those it says."""

from collections.abc import Iterable

from litestar.openapi.datastructures import ResponseSpec

from guildhall.errors import GuildhallError
from guildhall.web.examples import examples_of
from guildhall.web.problems import MEANINGS, MEDIA_TYPE, Problem

_ALWAYS = (429, 503)
_SIGNED_IN = (401, 403)


def failures(
    raises: Iterable[type[GuildhallError]], *, signed_in: bool, parameters: bool, body: bool
) -> dict[int, ResponseSpec]:
    """Return the problems of a route by their status, each with the errors that it raises itself, by code and text.

    401 and 403 follow from a sign-in, 400 from parameters, 400 and 413 from a body; 429 and 503 are always possible.
    """
    said: dict[int, list[str]] = {status: [] for status in _ALWAYS}
    for holds, statuses in ((signed_in, _SIGNED_IN), (parameters, (400,)), (body, (400, 413))):
        if holds:
            said |= {status: [] for status in statuses}
    for error in sorted(raises, key=lambda one: one.code):
        said.setdefault(error.status, []).append(f"- `{error.code}`: {error.says}")
    return {status: _described(status, said[status]) for status in sorted(said)}


def _described(status: int, codes: list[str]) -> ResponseSpec:
    meaning = MEANINGS[status]
    return ResponseSpec(
        Problem,
        generate_examples=False,
        description="\n".join([meaning, "", *codes]) if codes else meaning,
        media_type=MEDIA_TYPE,
        examples=examples_of(status),
    )
