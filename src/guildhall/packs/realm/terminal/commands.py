"""Commands that are typed after a slash."""

from typing import Literal

from msgspec import Struct

Name = Literal[
    "help", "who", "me", "channels", "join", "search", "msg", "reply", "edit", "delete", "react", "retry", "raid",
    "close", "quit",
]  # fmt: skip

USES: dict[Name, tuple[str, str]] = {
    "help": ("", "this list"),
    "who": ("", "who is here"),
    "me": ("", "your character"),
    "channels": ("", "the channels of the server"),
    "join": ("channel", "go to another channel"),
    "search": ("words", 'find messages; -word without it, "a phrase"'),
    "msg": ("name text", 'a direct message; "a name" with spaces'),
    "reply": ("text", "answer the selected message"),
    "edit": ("text", "let your selected or last message say something else"),
    "delete": ("", "take your selected or last message away"),
    "react": ("emoji", "react to the selected or last message, :word: too"),
    "retry": ("", "send again what was not sent"),
    "raid": ("name", "watch a raid: the one that runs, or by its name"),
    "close": ("", "close the panel"),
    "quit": ("", "leave"),
}
"""The parameters and the help text of each command."""

KEYS = (
    ("PgUp PgDn", "scroll; at the top older messages come"),
    ("Ctrl+↑ Ctrl+↓", "select a message for /reply /edit /delete /react"),
    ("Ctrl+R", "send again what was not sent"),
    ("Esc", "close the panel, select nothing"),
    ("Ctrl+C", "leave"),
)


class Command(Struct, frozen=True):
    """A command with what stands behind it."""

    name: Name
    rest: str


class Mistake(Exception):
    """The typed text is no command, or a parameter is missing."""


def parse(text: str) -> Command | str:
    """The command, or the words to say: '//' begins words with a slash. Raises Mistake."""
    if not text.startswith("/"):
        return text
    if text.startswith("//"):
        return text[1:]
    word, _, rest = text[1:].partition(" ")
    for name, (takes, _what) in USES.items():
        if word.lower() == name:
            if takes and not rest.strip() and name != "raid":
                raise Mistake(f"/{name} {takes}: something is missing.")
            return Command(name, rest.strip())
    raise Mistake(f"There is no /{word}; /help tells what there is. // begins words with a slash.")


def name_and_rest(text: str) -> tuple[str, str]:
    """A name, in quotes when it has spaces, and what is behind it. Raises Mistake."""
    if text.startswith('"'):
        name, quote, rest = text[1:].partition('"')
        if not quote:
            raise Mistake("The name's second quotation mark is missing.")
    else:
        name, _, rest = text.partition(" ")
    if not name.strip() or not rest.strip():
        raise Mistake("/msg name text: something is missing.")
    return name.strip(), rest.strip()
