"""The manifest of the ledger."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

LEDGER = Slice(
    name="ledger",
    settings=Reference("guildhall.core.ledger.settings:LedgerSettings"),
    migrations=Branch("ledger", "guildhall.core.ledger.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.ledger.process:PROCESS"),
            web=Reference("guildhall.core.ledger.web:WEB"),
            worker=Reference("guildhall.core.ledger.jobs:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.core.ledger.cli:commands"), "The ledger of value: accounts, their history, a recount."
    ),
)
