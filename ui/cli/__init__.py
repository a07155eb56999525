"""The `byline` command: the one place where every layer is put together.

Each command has a file of its own and imports what it needs when it runs, so
that `byline --help` answers at once.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """The entry point of the `byline` script."""
    from ui.cli.app import run

    run()
