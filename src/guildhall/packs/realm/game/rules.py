"""Bodies of many rows: a JSON object a line (NDJSON), each good or bad by itself."""

import re
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

Row = TypeVar("Row")
FaultCode = Literal["realm.row_malformed", "realm.row_invalid", "realm.row_too_long"]

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_LONGEST_DETAIL = 300


class Fault(Struct, frozen=True):
    """A line that is not taken, by its number from 1, and why."""

    line: int
    code: str
    detail: str


class Rows(Struct, Generic[Row], frozen=True):
    """The result of reading rows: the good rows with their line numbers, and the faults of the others."""

    rows: list[tuple[int, Row]]
    faults: list[Fault]


def count_lines(body: bytes) -> int:
    """Lines of a body; what follows the last line end counts when there is something."""
    return body.count(b"\n") + (not body.endswith(b"\n") and bool(body))


def read_rows(body: bytes, decoder: msgspec.json.Decoder[Row], longest: int) -> Rows[Row]:
    """Read one row from each line. Blank lines are skipped; lines of more than `longest` bytes are refused unread."""
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []

    def refuse(code: FaultCode, detail: str) -> None:
        faults.append(Fault(number, code, detail[:_LONGEST_DETAIL]))

    for number, line in enumerate(body.split(b"\n"), 1):
        if len(line) > longest:
            refuse("realm.row_too_long", f"A row may have {longest} bytes.")
            continue
        if not line or line.isspace():
            continue
        try:
            rows.append((number, decoder.decode(line)))
        except msgspec.ValidationError as error:
            refuse("realm.row_invalid", str(error))
        except UnicodeDecodeError:
            refuse("realm.row_malformed", "The row is not UTF-8.")
        except RecursionError:
            refuse("realm.row_malformed", "The row is nested too deeply.")
        except msgspec.DecodeError as error:
            refuse("realm.row_malformed", str(error))
    return Rows(rows, faults)


def stored_json(value: Any) -> bytes | None:
    """The JSON of a value that came as JSON, if PostgreSQL can hold it: without NUL, without endless numbers."""
    text = msgspec.json.encode(value)
    return None if _NUL.search(text) else text
