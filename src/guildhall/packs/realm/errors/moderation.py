"""What goes wrong when order is kept."""

from guildhall.errors import BadRequest, Conflict, GuildhallError, NotFound


class SanctionNotFound(NotFound):
    """There is no such sanction."""

    code = "realm.sanction_not_found"
    title = "Sanction not found"

    def __init__(self) -> None:
        super().__init__("There is no such sanction.")


class SanctionOver(Conflict):
    """The sanction does not run any more."""

    code = "realm.sanction_over"
    title = "It is over"

    def __init__(self) -> None:
        super().__init__("The sanction is over already.")


class SanctionInThePast(GuildhallError):
    """A sanction would end before it begins."""

    status = 422
    code = "realm.sanction_in_the_past"
    title = "It would be over already"

    def __init__(self) -> None:
        super().__init__("'until' must be in the future; leave it out for a sanction for good.")


class NothingChosen(BadRequest):
    """Nothing says which messages are meant, or two things do."""

    code = "realm.nothing_chosen"
    title = "Which messages?"

    def __init__(self) -> None:
        super().__init__("Give either 'ids', or 'author_id' with 'since'.")


class TooManyChosen(GuildhallError):
    """More messages are named than one call deletes."""

    status = 422
    code = "realm.too_many_chosen"
    title = "Too many at once"

    def __init__(self, most: int) -> None:
        super().__init__(f"One call deletes {most} messages at most.")


class WordNotFound(NotFound):
    """There is no such word in the filter."""

    code = "realm.word_not_found"
    title = "Word not found"

    def __init__(self) -> None:
        super().__init__("The filter has no such word.")


class WordKnown(Conflict):
    """The filter has the word already, perhaps written otherwise."""

    code = "realm.word_known"
    title = "Filtered already"

    def __init__(self) -> None:
        super().__init__("The filter has this word already.")


class WordRefused(GuildhallError):
    """Nothing of the word can be looked for."""

    status = 422
    code = "realm.word_refused"
    title = "The word is refused"

    def __init__(self) -> None:
        super().__init__("There is nothing in this word to look for, or too much.")


class TooManyWords(Conflict):
    """The filter is full."""

    code = "realm.too_many_words"
    title = "Too many words"

    def __init__(self, most: int) -> None:
        super().__init__(f"A server filters {most} words at most.")


class ReportNotFound(NotFound):
    """There is no such report."""

    code = "realm.report_not_found"
    title = "Report not found"

    def __init__(self) -> None:
        super().__init__("There is no such report.")


class ReportHandled(Conflict):
    """Somebody has handled the report."""

    code = "realm.report_handled"
    title = "Handled already"

    def __init__(self) -> None:
        super().__init__("The report was handled already.")


class AlreadyReported(Conflict):
    """The viewer has reported that message."""

    code = "realm.already_reported"
    title = "Reported already"

    def __init__(self) -> None:
        super().__init__("You have reported this message already.")


class TooManyReports(Conflict):
    """As many reports of the viewer wait as may."""

    code = "realm.too_many_reports"
    title = "Too many reports"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} of your reports wait to be handled; no more until then.")


class NothingReported(BadRequest):
    """Nothing says what is reported, or two things do."""

    code = "realm.nothing_reported"
    title = "What is reported?"

    def __init__(self) -> None:
        super().__init__("Give either 'message_id' or 'user_id'.")
