"""The system user that PostgreSQL runs as under root: made once, whoever asks first."""

import os
import shutil
import subprocess
import sys

import pytest

NAME = "guildhall-two"
ASK = f"""
import pwd
from guildhall.db import programs
programs._SYSTEM_USER = "{NAME}"
print("ready", flush=True)
input()
print(pwd.getpwnam(programs.unprivileged_user()).pw_uid)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0 or not shutil.which("useradd"), reason="only root makes it")
def test_two_processes_that_start_at_once_make_one_user_with_one_number():
    asking = [
        subprocess.Popen([sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        for process in asking:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in asking:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        numbers = [process.communicate(timeout=60)[0].strip() for process in asking]
    finally:
        for process in asking:
            process.kill()
        subprocess.run(["userdel", NAME], check=False, capture_output=True)

    assert len(set(numbers)) == 1, numbers
    assert numbers[0].isdigit()
