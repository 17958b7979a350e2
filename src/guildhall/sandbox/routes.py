"""Routes of a stand-in that are written by hand: one function for a path, or a table of rows."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any
from urllib.parse import quote

from guildhall.sandbox.asking import Answer, Ask, Found, Refused, as_answer
from guildhall.sandbox.errors import Misread
from guildhall.sandbox.templates import Template

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Row = dict[str, Any]


class Route:
    """One route, "GET /api/users/{username}", whose answer a function makes.

    The function gets the Ask and returns a JSON value or an Answer; it raises Refused for an error.
    """

    def __init__(self, route: str, answer: Callable[[Ask], object]) -> None:
        self._method, _, path = route.partition(" ")
        if self._method not in _METHODS:
            raise Misread(f"{route!r} is no route: it looks like 'GET /api/users/{{username}}'")
        self._template = Template(path)
        self._name = route
        self._answer = answer

    def open(self, seed: int) -> "Route":
        """Return the route; it has no state."""
        return self

    def find(self, ask: Ask) -> Found | None:
        """Find the route of a call."""
        if ask.method != self._method or (parameters := self._template.match(ask.path)) is None:
            return None
        own = Ask(ask.method, ask.path, ask.query, ask.headers, ask.body, ask.now, ask.base, parameters)
        return Found(self._name, lambda: as_answer(self._answer(own)))


class Table:
    """Rows at "/api/users/{username}": one of them, 404 for an unknown one, and all of them at "/api/users".

    The parameter of the path is compared with the `key` of the rows, which is the parameter's name if it is not given,
    and case does not matter. The list is paged by `page`, from 1 on, or `offset`, and `limit`, of which `page_rows` is
    the usual one; `X-Total-Count` is the number of rows, and `Link` leads to the next page. Other parameters of the
    query that are fields of the rows are filters. A POST to the list adds the row of its body: 409 if it exists.
    """

    def __init__(
        self, path: str, rows: Sequence[Mapping[str, Any]], key: str | None = None, page_rows: int = 20
    ) -> None:
        self._one = Template(path)
        if len(self._one.names) != 1 or not path.endswith(f"/{{{self._one.names[0]}}}"):
            raise Misread(f"{path!r} is no path of a table: it ends with its one parameter, like /api/users/{{id}}")
        self._parameter = self._one.names[0]
        self._key = key or self._parameter
        self._list = Template(path.rpartition("/")[0] or "/")
        self._rows = rows
        self._page_rows = page_rows
        if page_rows < 1:
            raise Misread("page_rows must be at least 1")
        for row in rows:
            if self._key not in row:
                raise Misread(f"a row of the table {path!r} has no {self._key!r}")

    def open(self, seed: int) -> "_OpenTable":
        """Return the table with rows of its own."""
        return _OpenTable(self._one, self._list, self._parameter, self._key, self._page_rows, self._rows)


class _OpenTable:
    def __init__(
        self, one: Template, all_: Template, parameter: str, key: str, page_rows: int, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        self._one, self._list, self._parameter, self._key, self._page_rows = one, all_, parameter, key, page_rows
        self._rows: dict[str, Row] = {_id(row[key]): deepcopy(dict(row)) for row in rows}

    def find(self, ask: Ask) -> Found | None:
        """Find the route of a call: the list, or one row."""
        if self._list.match(ask.path) is not None:
            answers = {"GET": self._page, "POST": self._add}
            name = self._list.text
        elif (parameters := self._one.match(ask.path)) is not None:
            answers = {"GET": partial(self._row, parameters[self._parameter])}
            name = self._one.text
        else:
            return None
        answer = answers.get(ask.method)
        if answer is None:
            return Found(f"{ask.method} {name}", partial(_not_allowed, tuple(answers)))
        return Found(f"{ask.method} {name}", partial(answer, ask))

    def _row(self, id_: str, ask: Ask) -> Answer:
        row = self._rows.get(_id(id_))
        if row is None:
            raise Refused(404, "Not found")
        return as_answer(row)

    def _page(self, ask: Ask) -> Answer:
        limit = ask.number("limit", self._page_rows, least=1, most=1000)
        offset = ask.number("offset", 0)
        page = ask.number("page", offset // limit + 1, least=1)
        start = (page - 1) * limit if "page" in ask.query else offset
        rows = [row for row in self._rows.values() if _fits(row, ask)]
        answer = as_answer(rows[start : start + limit])
        headers = {**answer.headers, "X-Total-Count": str(len(rows))}
        if start + limit < len(rows):
            headers["Link"] = f'<{_next(ask, page, start + limit)}>; rel="next"'
        return Answer(answer.body, 200, headers)

    def _add(self, ask: Ask) -> Answer:
        row = ask.json()
        if not isinstance(row, dict) or self._key not in row:
            raise Refused(400, f"The body must be an object with {self._key}")
        if self._rows.setdefault(_id(row[self._key]), row) is not row:
            raise Refused(409, f"{self._key} exists already")
        return as_answer(row, 201)


def _next(ask: Ask, page: int, offset: int) -> str:
    further = {"page": str(page + 1)} if "page" in ask.query or "offset" not in ask.query else {"offset": str(offset)}
    query = {name: value for name, value in ask.query.items() if name not in ("page", "offset")} | further
    return f"{ask.base}{ask.path}?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())


def _not_allowed(methods: tuple[str, ...]) -> Answer:
    made = as_answer({"error": "Method not allowed"}, 405)
    return Answer(made.body, 405, {**made.headers, "Allow": ", ".join(methods)})


def _fits(row: Row, ask: Ask) -> bool:
    return all(name not in row or _id(row[name]) == _id(value) for name, value in ask.query.items())


def _id(value: object) -> str:
    return str(value).casefold()
