"""Bugs told to who is writing a pack: in plain words, with the line. Only a development server does this."""

import linecache
from html import escape
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response

from guildhall.errors import GuildhallError
from guildhall.log import get_logger
from guildhall.places import own_place, shown
from guildhall.web import problems

log = get_logger(__name__)

_AROUND = 4
"""Lines of code that are shown above and below the one that failed."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem; }}
  pre {{ background: #f4f4f4; padding: 1rem; overflow-x: auto; }} mark {{ background: #ffd6d6; }}
  @media (prefers-color-scheme: dark) {{
    body {{ background: #161616; color: #eee; }} pre {{ background: #222; }} mark {{ background: #733; color: #fff; }}
  }}
</style>
<h1>{title}</h1><p>{words}</p><p><strong>{place}</strong></p>{code}<p>{foot}</p>
</html>
"""


def explain_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Tell a bug with the line of the pack at which it came up: as a page for a browser, else as a problem."""
    found = own_place(error)
    place = "" if found is None else shown(found)
    words = f"{type(error).__name__}: {error}"
    log.error("request_broken", path=request.url.path, why=words, place=place)
    log.debug("request_traceback", exc_info=error)
    if "text/html" in request.headers.get("accept", ""):
        body = error_page(f"{request.method} {request.url.path} failed", words, found)
        return Response(body, status_code=500, media_type="text/html", headers={"cache-control": "no-store"})
    problem = problems.problem_of(GuildhallError(detail=f"{words} ({place})" if place else words))
    return Response(
        msgspec.json.encode({**msgspec.to_builtins(problem), "type": "about:blank"}), status_code=500,
        media_type=problems.MEDIA_TYPE, headers={"cache-control": "no-store"},
    )  # fmt: skip


def error_page(title: str, words: str, found: tuple[Path, int] | None, foot: str = "The log has it too.") -> bytes:
    """A page about an error at a place, with the code around it."""
    place = "" if found is None else shown(found)
    code = "" if found is None else f"<pre>{_code(str(found[0]), found[1])}</pre>"
    lines = escape(words).replace("\n", "<br>")
    page = PAGE.format(title=escape(title), words=lines, place=escape(place), code=code, foot=escape(foot))
    return page.encode()


def _code(file: str, line: int) -> str:
    """The lines around one, which is marked."""
    linecache.checkcache(file)
    shown_lines: list[str] = []
    for number in range(max(line - _AROUND, 1), line + _AROUND + 1):
        if text := linecache.getline(file, number):
            numbered = escape(f"{number:>5}  {text.rstrip()}")
            shown_lines.append(f"<mark>{numbered}</mark>" if number == line else numbered)
    return "\n".join(shown_lines)


HANDLERS: dict[Any, Any] = {**problems.HANDLERS, Exception: explain_bug}
