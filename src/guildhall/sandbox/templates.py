"""Path templates: "/api/users/{username}/games"."""

import re
from urllib.parse import unquote

from yarl import URL

from guildhall.sandbox.errors import Misread

_PARAMETER = re.compile(r"\{([A-Za-z_][\w.-]*)\}")


class Template:
    """A path with parameters in braces; a parameter is a part of one segment, and never empty."""

    def __init__(self, text: str) -> None:
        literals = _PARAMETER.split(text)
        self.names = tuple(literals[1::2])
        plain = "".join(literals[::2])
        if not text.startswith("/") or "{" in plain or "}" in plain or "?" in plain:
            raise Misread(f"{text!r} is no path: it begins with /, and parameters look like {{name}}")
        if len(set(self.names)) < len(self.names):
            raise Misread(f"{text!r} has a parameter twice")
        self.text = text
        pattern = ("([^/]+?)" if place % 2 else re.escape(_encoded(literal)) for place, literal in enumerate(literals))
        self._matches = re.compile("".join(pattern)).fullmatch

    def match(self, path: str) -> dict[str, str] | None:
        """Return the decoded parameters of an encoded path; None if it is another path."""
        found = self._matches(path)
        if found is None:
            return None
        return {name: unquote(value) for name, value in zip(self.names, found.groups(), strict=True)}


def _encoded(literal: str) -> str:
    return URL.build(path=f"/{literal}").raw_path[1:] if literal else ""
