"""The document of error codes, made from the classes of errors."""

import importlib
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import guildhall
from guildhall.errors import GuildhallError

_PACKAGE = Path(guildhall.__file__).parent
_HEAD = """\
# Errors

Made by `make docs` from the code; a test fails when a code is not here. A request that fails is answered as
problem+json (RFC 9457):

```json
{
  "status": 409,
  "code": "realm.guild_full",
  "title": "The guild is full",
  "detail": "The guild is full.",
  "type": "about:blank",
  "instance": "urn:request:7f3a9c0000002a"
}
```

Programs go by `code`, which does not change. `title` and `detail` are for people, and their words may change. A name
in braces is filled in. Some answers have a more exact detail than the one below. When a parameter or the body has the
wrong shape, the code is `bad_request`, and `errors` names each field.

The same codes are in the `error` frames of [live connections](live.md), in the reports about a game server's rows, and
in the parameter `error` of the address that a failed sign-in returns to. A command prints the detail and exits with 1.

**Retry.** A number is the usual `Retry-After` in seconds; *varies* means that only the answer knows it. Wait that long
and send the same request again. Without one, the same request fails again until something else changes: the request, a
permission, or the state that the detail names.
"""
_COLUMNS = ("| code | status | detail | retry |", "|---|---|---|---|")


def error_classes() -> list[type[GuildhallError]]:
    """Every class of the core and the built-in packs that has a code of its own, in the order of slices and codes."""
    for path in sorted(_PACKAGE.rglob("*.py")):
        if "\n    says = " in path.read_text():
            importlib.import_module(".".join((_PACKAGE.name, *path.relative_to(_PACKAGE).with_suffix("").parts)))
    found = {
        kind for kind in _below(GuildhallError) if "says" in vars(kind) and kind.__module__.startswith("guildhall.")
    }
    ours = [kind for kind in found if kind.__module__.startswith("guildhall.")]
    return sorted(ours, key=lambda kind: (_slice(kind), kind.code, kind.status))


def errors_document() -> str:
    """docs/errors.md."""
    lines = [_HEAD]
    for name, kinds in groupby(error_classes(), _slice):
        lines += [f"## {name.capitalize() or 'Everywhere'}", "", *_COLUMNS]
        lines += [f"| `{kind.code}` | {kind.status} | {_detail(kind)} | {_retry(kind)} |" for kind in kinds]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _below(kind: type[GuildhallError]) -> Iterator[type[GuildhallError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _below(one)


def _slice(kind: type[GuildhallError]) -> str:
    return kind.code.rpartition(".")[0]


def _detail(kind: type[GuildhallError]) -> str:
    """The detail with its title in bold, and facts without their formats."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", f"**{kind.title}**{kind.says.removeprefix(kind.title)}")


def _retry(kind: type[GuildhallError]) -> str:
    if "retry_after" in kind.required:
        return "*varies*"
    return "" if kind.retry_after is None else f"{kind.retry_after}"
