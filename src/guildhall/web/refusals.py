"""Refusals as whole answers, for requests that are answered before or beside the framework."""

from http import HTTPStatus

from guildhall.errors import GuildhallError
from guildhall.web import problems
from guildhall.web.reply import API_POLICY, SECURITY, Fields

LANE_HEAD = b"".join(b"%s: %s\r\n" % field for field in (*SECURITY, API_POLICY))
"""The fields that every answer carries, as they go on the wire."""


def problem_fields(error: GuildhallError) -> Fields:
    """The header fields of a problem."""
    return [
        (b"content-type", problems.MEDIA_TYPE.encode()),
        *((name.encode(), value.encode()) for name, value in problems.headers_of(error).items()),
    ]


def refusal(error: GuildhallError, request_id: bytes, tail: bytes) -> tuple[int, bytes]:
    """The status and the whole answer of a problem; `tail` ends its header block."""
    body = problems.encode(problems.problem_of(error, f"urn:request:{request_id.decode()}"))
    fields = b"".join(b"%s: %s\r\n" % field for field in problem_fields(error))
    phrase = HTTPStatus(error.status).phrase.encode()
    head = b"HTTP/1.1 %d %s\r\n%scontent-length: %d\r\n" % (error.status, phrase, fields, len(body))
    return error.status, head + LANE_HEAD + tail + body
