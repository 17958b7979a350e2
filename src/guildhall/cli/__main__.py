"""`python -m guildhall.cli`."""

from guildhall.cli.main import main

main()
