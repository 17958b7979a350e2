#!/usr/bin/env bash
# croniter 7.0.0: is_valid() says yes to a schedule that has no date at all, for example every 30 February.
#
# The look-up of the next run then raises CroniterBadDateError. A program that checks its schedules with is_valid()
# when it starts, as the name suggests, learns of the mistake only when the scheduler asks for the next run, inside
# its loop. Expected: is_valid() is False, or a second check that asks for a date.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check croniter==7.0.0
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import datetime, timezone
from croniter import croniter

start, seen = datetime(2026, 11, 29, tzinfo=timezone.utc), []
for expression in ("0 0 29 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *"):
    try:
        following = str(croniter(expression, start).get_next(datetime))
    except Exception as error:
        following = f"{type(error).__name__}: {error}"
    seen.append((croniter.is_valid(expression), following.split(":")[0]))
    print(f"{expression:18} valid: {croniter.is_valid(expression)}  next: {following}")
if seen != [(True, "2028-02-29 00"), (True, "CroniterBadDateError"), (True, "CroniterBadDateError")]:
    sys.exit("this has changed")
PY
# Seen:
#   0 0 29 2 *         valid: True  next: 2028-02-29 00:00:00+00:00
#   0 0 30 2 *         valid: True  next: CroniterBadDateError: failed to find next date
#   0 0 31 4,6,9,11 *  valid: True  next: CroniterBadDateError: failed to find next date
