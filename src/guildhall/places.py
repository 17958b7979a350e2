"""Places in code: the file and line at which an error came up, in the code of who has to mend it."""

import sysconfig
from pathlib import Path
from traceback import walk_tb

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def own_place(error: BaseException) -> tuple[Path, int] | None:
    """The last line of a pack's code that ran: of a file that is neither Guildhall's nor in a folder of libraries.

    None for an error that no such file had part in.
    """
    if isinstance(error, SyntaxError) and error.filename is not None and not _is_foreign("", error.filename):
        return Path(error.filename), error.lineno or 1
    places = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in walk_tb(error.__traceback__)
        if not _is_foreign(str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename)
    ]
    return places[-1] if places else None


def _is_foreign(module: str, file: str) -> bool:
    if module.startswith("guildhall.packs."):
        return False
    return module.partition(".")[0] == "guildhall" or file.startswith((*_LIBRARIES, "<"))


def shown(place: tuple[Path, int]) -> str:
    """A place as a person reads it: from the working folder, where the file is below it."""
    file, line = place
    here = Path.cwd()
    return f"{file.relative_to(here) if file.is_relative_to(here) else file}:{line}"
