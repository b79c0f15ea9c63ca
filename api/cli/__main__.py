"""`python -m api.cli`, the same as `dermis`."""

from api.cli import main

main()
