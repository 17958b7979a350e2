"""Lines of the log: what is in them, and what never is."""

import asyncio
import io
import json
import re
from uuid import UUID

import pytest

from guildhall import log

LOG = log.get_logger(__name__)
_STYLE = re.compile("\x1b\\[[0-9]+m")


class Stream(io.StringIO):
    """Standard error that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def stream(monkeypatch):
    """Where a process with this kind of standard error logs to."""
    before = {**vars(log._output)}

    def configured(terminal=False, **options):
        made = Stream(terminal)
        monkeypatch.setattr("sys.stderr", made)
        log.configure(**options)
        return made

    yield configured
    vars(log._output).update(before)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_fields_and_those_of_its_context(stream):
    out = stream()
    with log.log_with(request_id="r", job_id="outer"), log.log_with(job_id="inner"):
        LOG.warning("told", number=1, id=UUID(int=5))
    LOG.info("later")

    first, second = lines(out)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", first.pop("timestamp"))
    assert first == {
        "event": "told", "level": "warning", "number": 1, "id": "00000000-0000-0000-0000-000000000005",
        "request_id": "r", "job_id": "inner",
    }  # fmt: skip
    assert second.keys() == {"event", "level", "timestamp"}


async def test_a_context_is_its_tasks_own(stream):
    out = stream()

    async def tell(name: str) -> None:
        with log.log_with(name=name):
            await asyncio.sleep(0)
            LOG.info("told", said=name)

    await asyncio.gather(*(tell(str(number)) for number in range(5)))

    assert [line["name"] == line["said"] for line in lines(out)] == [True] * 5


@pytest.mark.parametrize("terminal", [False, True])
def test_an_exception_is_told_with_its_cause(stream, terminal):
    out = stream(terminal)
    try:
        try:
            raise ValueError("the cause")
        except ValueError as error:
            raise RuntimeError("what came of it") from error
    except RuntimeError as error:
        LOG.error("broken", exc_info=error)

    text = out.getvalue() if terminal else lines(out)[0]["exception"]
    assert text.index("ValueError: the cause") < text.index("RuntimeError: what came of it")
    assert text.count("Traceback") == 2


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize(
    "name", ["token", "refresh_token", "Password", "client_secret", "e_mail_or_email", "Set-Cookie"]
)
def test_a_secret_is_not_told(stream, terminal, name):
    out = stream(terminal)
    with log.log_with(**{name: "hush"}):
        LOG.error("told", **{f"{name}_2": "hush"})

    assert "hush" not in out.getvalue()
    assert out.getvalue().count("…") == 2


def test_what_is_below_the_level_is_not_told(stream):
    out = stream(level="warning")
    for tell in (LOG.debug, LOG.info, LOG.warning, LOG.error):
        tell("told")

    assert [line["level"] for line in lines(out)] == ["warning", "error"]


def test_a_line_for_a_terminal_is_in_columns(stream):
    out = stream(terminal=True)
    LOG.info("serving", packs="dota2, eve", address="http://localhost", port=8000)

    (line,) = out.getvalue().splitlines()
    stamp, _, rest = _STYLE.sub("", line).partition(" ")
    assert stamp.endswith("Z")
    assert rest == f"[info     ] {'serving':<30} address=http://localhost packs='dota2, eve' port=8000"


def test_a_line_that_nobody_can_read_any_more_is_dropped(stream):
    out = stream()
    out.close()

    LOG.error("told")


def test_a_stream_without_a_state_takes_lines(monkeypatch):
    class Capture:
        """A terminal application's stand-in for standard error: it only writes."""

        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            self.text += "|"

    capture = Capture()
    monkeypatch.setattr(log._output, "stream", capture)

    log._output.put("one\n")

    assert capture.text == "one\n|"
