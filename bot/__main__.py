"""`python -m bot` is the `wederhoor` command."""

from bot.cli import main

main()
