"""What the commands write: results to stdout, everything else to stderr.

Text from an article may hold whatever its page held, so it goes through
`line`: control characters would otherwise reach the reader's terminal.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Final

import typer
from rich.console import Console

from ui.chat.words import clean

out: Final = Console(markup=False, highlight=False, emoji=False)
err: Final = Console(stderr=True, markup=False, highlight=False, emoji=False)

_OURS: Final = ("index", "rag", "ui", "eval")
_LOUD: Final = (logging.WARNING, logging.INFO, logging.DEBUG)
_HANDLER: Final = "byline"


class _ToStderr(logging.Handler):
    """Goes through the console, which keeps lines clear of a progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def line(text: str | None) -> str:
    """Text on one line, without control characters."""
    return " ".join(clean(text or "").split())


def say(text: str) -> None:
    """A remark to the person, in one unbroken line."""
    err.print(text, soft_wrap=True)


def fail(text: str) -> None:
    """An error in one line on stderr."""
    say(f"byline: {line(text)}")


def write(text: str = "") -> None:
    """A line of the result: wrapped to the terminal, unbroken where it is piped on."""
    out.print(text, soft_wrap=not out.is_terminal)


def write_json(value: object) -> None:
    """The whole result as one JSON object, the only thing on stdout."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    typer.echo(json.dumps(value, indent=2, ensure_ascii=not utf8))


def set_up_logging(verbose: int) -> None:
    """Log to stderr: warnings, with -v what is done, with -vv its details.

    Libraries that read broken pages complain about each; the ingest counts
    those itself, so others are heard only with -vv.
    """
    root = logging.getLogger()
    for old in [each for each in root.handlers if each.name == _HANDLER]:
        root.removeHandler(old)
    handler = _ToStderr()
    handler.name = _HANDLER
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.WARNING if verbose > 1 else logging.CRITICAL)
    # It would set itself apart from the root, and tell of a Ctrl-C amid one of its own steps.
    logging.getLogger("sqlalchemy").setLevel(root.level)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(_LOUD[min(verbose, len(_LOUD) - 1)])
