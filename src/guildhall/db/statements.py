"""Typed statements: SQL beside the rows it returns and the parameters it takes, proven against the migrated schema.

    @rows(LedgerEntry, "select … where guild_id = :guild and number < :after limit :limit", hot=True)
    def ledger_page(guild: GuildId, after: int, limit: int) -> None:
        '''A guild's ledger below a number, the latest first.'''

    entries = await ledger_page.many(tx, guild_id, after=120, limit=20)

The body of the function never runs: its parameters are the statement's, and its docstring says what the statement does.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, get_origin, get_type_hints

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.db.slow import log_slow

if TYPE_CHECKING:
    from typing_extensions import TypeForm

P = ParamSpec("P")
Row = TypeVar("Row")

ALL: "list[Query[..., Any] | Command[...]]" = []
"""Every statement of every imported slice; the test of checked queries walks it."""

_TOKEN = re.compile(
    r"""
    (?<!\w)[eE]'(?:[^'\\]|\\.|'')*'              # a string with escapes
    | '(?:[^']|'')*' | "(?:[^"]|"")*"            # a string, a quoted name
    | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$
    | --[^\n]* | (?P<comment>/\*.*?\*/)
    | ::                                         # a cast
    | (?<![\w\])]):(?P<name>[A-Za-z_]\w*)        # not the end of a slice, as in x[low:high]
    | \$(?P<number>\d+)
    """,
    re.VERBOSE | re.DOTALL,
)
_VARIADIC = 0x04 | 0x08


class BadStatement(TypeError):
    """A statement's SQL and its signature do not fit; raised where it is declared."""


def rows(
    row: "TypeForm[Row]",
    sql: str,
    *,
    hot: bool = False,
    custom_plan: bool = False,
    proven: tuple[str, ...] = (),
    prefetch: int = 500,
) -> "Callable[[Callable[P, None]], Query[P, Row]]":
    """Declare a statement that returns rows of one type; the decorated signature names its parameters, `:name` in SQL.

    `row` is a struct whose fields are the columns in order, a tuple of them, or a scalar for a single column.
    `hot` statements are EXPLAINed on a populated database by a test that fails on a sequential scan of a large
    table. `custom_plan` has every execution planned anew, for statements whose generic plan (taken from the sixth
    call on) is a trap. `proven` names columns that the table lets be null but this statement does not. `stream`
    takes `prefetch` rows in one round trip. Raises BadStatement.
    """

    def declare(signature: Callable[P, None]) -> Query[P, Row]:
        return Query(row, sql, signature, hot=hot, custom_plan=custom_plan, proven=proven, prefetch=prefetch)

    return declare


def command(sql: str) -> "Callable[[Callable[P, None]], Command[P]]":
    """Declare a statement that changes rows and returns none; the decorated signature names its parameters.

    Raises BadStatement.
    """

    def declare(signature: Callable[P, None]) -> Command[P]:
        return Command(sql, signature)

    return declare


class Arguments(tuple[object, ...], Generic[P]):
    """The arguments of one execution, in the order of the signature. Made by `Command.arguments`."""

    __slots__ = ()


class Query(Generic[P, Row]):
    """A statement that returns rows of one type. Declared by `rows`."""

    __slots__ = ("_make", "custom_plan", "hot", "names", "prefetch", "proven", "row", "signature", "sql")

    def __init__(
        self,
        row: Any,
        sql: str,
        signature: Callable[P, None],
        *,
        hot: bool,
        custom_plan: bool,
        proven: tuple[str, ...],
        prefetch: int,
    ) -> None:
        self.row = row
        self.names = _names(signature)
        self.sql = _numbered(sql, self.names, signature)
        self.signature = signature
        self.hot = hot
        self.custom_plan = custom_plan
        self.proven = proven
        self.prefetch = prefetch
        self._make = _row_maker(row)
        ALL.append(self)

    @property
    def params(self) -> tuple[Any, ...]:
        """The declared types of the parameters, in order."""
        return _types(self.signature, self.names)

    async def one(self, tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> Row:
        """Return the single row. Raises LookupError if there is none."""
        connection = self._planning(tx) if self.custom_plan else tx.connection
        given = _in_order(self.names, args, kwargs) if kwargs else args
        began = perf_counter()
        try:
            record = await connection.fetchrow(self.sql, *given)
        finally:
            if (took := perf_counter() - began) > tx.slow_seconds:
                log_slow(self.sql, took)
        if record is None:
            raise LookupError("the statement returned no row")
        row: Row = self._make(record)
        return row

    async def one_or_none(self, tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> Row | None:
        """The first row, or None."""
        connection = self._planning(tx) if self.custom_plan else tx.connection
        given = _in_order(self.names, args, kwargs) if kwargs else args
        began = perf_counter()
        try:
            record = await connection.fetchrow(self.sql, *given)
        finally:
            if (took := perf_counter() - began) > tx.slow_seconds:
                log_slow(self.sql, took)
        if record is None:
            return None
        row: Row = self._make(record)
        return row

    async def many(self, tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        """All rows, in the statement's order."""
        connection = self._planning(tx) if self.custom_plan else tx.connection
        given = _in_order(self.names, args, kwargs) if kwargs else args
        began = perf_counter()
        try:
            records = await connection.fetch(self.sql, *given)
        finally:
            if (took := perf_counter() - began) > tx.slow_seconds:
                log_slow(self.sql, took)
        return list(map(self._make, records))

    async def stream(self, tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[Row]:
        """The rows one by one through a server-side cursor; needs a transaction."""
        connection: Any = self._planning(tx) if self.custom_plan else tx.connection
        given = _in_order(self.names, args, kwargs) if kwargs else args
        async for record in connection.cursor(self.sql, *given, prefetch=self.prefetch):
            yield self._make(record)

    async def prepared(self, tx: Transaction) -> "Prepared[P, Row]":
        """The statement for many calls on one connection, within the block of `tx`, for half the driver's work."""
        connection: Any = self._planning(tx) if self.custom_plan else tx.connection
        return Prepared(await connection.prepare(self.sql), self, tx.slow_seconds)

    def _planning(self, tx: Transaction) -> Any:
        if not tx.custom_plans:
            raise RuntimeError("a custom_plan query runs in db.read(custom_plans=True)")
        return tx.connection


class Prepared(Generic[P, Row]):
    """A query on the connection that it was prepared on."""

    __slots__ = ("_make", "_names", "_slow_seconds", "_statement")

    def __init__(self, statement: Any, query: Query[P, Row], slow_seconds: float) -> None:
        self._statement = statement
        self._slow_seconds = slow_seconds
        self._make = query._make
        self._names = query.names

    async def one(self, *args: P.args, **kwargs: P.kwargs) -> Row:
        """Return the single row. Raises LookupError if there is none."""
        given = _in_order(self._names, args, kwargs) if kwargs else args
        began = perf_counter()
        try:
            record = await self._statement.fetchrow(*given)
        finally:
            if (took := perf_counter() - began) > self._slow_seconds:
                log_slow(self._statement.get_query(), took)
        if record is None:
            raise LookupError("the statement returned no row")
        row: Row = self._make(record)
        return row


class Command(Generic[P]):
    """A statement that changes rows and returns none. Declared by `command`."""

    __slots__ = ("names", "signature", "sql")

    def __init__(self, sql: str, signature: Callable[P, None]) -> None:
        self.names = _names(signature)
        self.sql = _numbered(sql, self.names, signature)
        self.signature = signature
        ALL.append(self)

    @property
    def params(self) -> tuple[Any, ...]:
        """The declared types of the parameters, in order."""
        return _types(self.signature, self.names)

    async def run(self, tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> int:
        """Execute once; the number of rows that it touched."""
        given = _in_order(self.names, args, kwargs) if kwargs else args
        began = perf_counter()
        try:
            status: str = await tx.connection.execute(self.sql, *given)
        finally:
            if (took := perf_counter() - began) > tx.slow_seconds:
                log_slow(self.sql, took)
        try:
            return int(status.rpartition(" ")[2])
        except ValueError:  # a status without a number, as "DO"
            return 0

    def arguments(self, *args: P.args, **kwargs: P.kwargs) -> Arguments[P]:
        """One row of arguments for `run_many`."""
        return Arguments(_in_order(self.names, args, kwargs))

    async def run_many(self, tx: Transaction, rows: Iterable[Arguments[P]]) -> None:
        """Execute once for each row of arguments, in one round trip of the protocol's pipeline."""
        await tx.connection.executemany(self.sql, rows)


def _names(signature: Callable[..., None]) -> tuple[str, ...]:
    """The names of a signature's parameters. Raises BadStatement for what a statement cannot have."""
    code = signature.__code__
    if code.co_flags & _VARIADIC:
        raise BadStatement(f"{_place(signature)}: a statement has no *args and no **kwargs")
    if signature.__defaults__ or signature.__kwdefaults__:
        raise BadStatement(f"{_place(signature)}: a statement's parameters have no defaults")
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _numbered(sql: str, names: tuple[str, ...], signature: Callable[..., None]) -> str:
    """SQL with each `:name` as the `$number` of its place in the signature. Raises BadStatement."""
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    used = set()

    def replace(token: re.Match[str]) -> str:
        if (name := token["name"]) is not None:
            if name not in numbers:
                raise BadStatement(f"{_place(signature)}: the SQL names :{name}, the signature has no such parameter")
            used.add(name)
            return numbers[name]
        if token["number"] is not None:
            raise BadStatement(f"{_place(signature)}: the SQL has {token[0]}; write the parameter's :name")
        if token["comment"] is not None and "/*" in token["comment"][2:]:
            raise BadStatement(f"{_place(signature)}: a comment in the SQL holds another")
        return token[0]

    numbered = _TOKEN.sub(replace, sql)
    if unused := [name for name in names if name not in used]:
        raise BadStatement(f"{_place(signature)}: the SQL does not name :{', :'.join(unused)} of the signature")
    return numbered


def _in_order(names: tuple[str, ...], args: tuple[object, ...], kwargs: dict[str, object]) -> tuple[object, ...]:
    """Arguments in the order of the names. Raises TypeError as a call of the signature would."""
    try:
        given = (*args, *[kwargs[name] for name in names[len(args) :]])
    except KeyError:
        given = ()
    if not len(given) == len(args) + len(kwargs) == len(names):
        raise TypeError(f"a statement of ({', '.join(names)}) got {len(args)} values and {sorted(kwargs)}")
    return given


def _types(signature: Callable[..., None], names: tuple[str, ...]) -> tuple[Any, ...]:
    hints = get_type_hints(signature, include_extras=True)
    return tuple(hints.get(name, Any) for name in names)


def _row_maker(row: Any) -> Any:
    """Return a function from records to rows: structs and tuples take the columns in order, a scalar is the first."""
    if isinstance(row, type) and issubclass(row, Struct):
        return lambda record: row(*record)
    if get_origin(row) is tuple:
        return tuple
    return lambda record: record[0]


def _place(signature: Callable[..., None]) -> str:
    return f"{signature.__module__}.{signature.__qualname__}"
