"""`python -m domicile.cli` is `domicile`."""

from domicile.cli import main

main()
