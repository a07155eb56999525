"""What an ingest did, as a table for people and as JSON for programs.

The JSON, `byline.index/1`: the counts of `index.summary.Summary` by name;
`skipped` {reason: pages}; `skips` the first of them one by one [{origin,
reason, detail}]; `failed` the sources that could not be read at all [{source,
error}]; `interrupted`; `archive` its folder or address; `seconds` it took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.table import Table

from index.location import Location
from index.summary import Summary
from index.types import SkipReason
from ui.chat.words import count
from ui.cli.console import line, out, write

SCHEMA = "byline.index/1"
_EXAMPLES = 3  # skipped pages named for each reason
_COUNTS = {
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "same": "same article at another address",
    "copies": "of these, copies linked to an original",
    "passages": "passages embedded",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ingest, and what was around it. `failed` are (source, error) pairs."""

    summary: Summary
    failed: tuple[tuple[str, str], ...]
    archive: Location
    seconds: float


def notice(summary: Summary) -> str:
    """The counts while they grow, in a few words."""
    counts = {
        "added": summary.added,
        "updated": summary.updated,
        "unchanged": summary.unchanged + summary.same,
        "skipped": summary.skips_total,
    }
    parts = [f"{number:,} {name}" for name, number in counts.items() if number]
    return " · ".join([*parts, count(summary.passages, "passage")])


def to_json(outcome: Outcome) -> dict[str, Any]:
    summary = outcome.summary
    return {
        "schema": SCHEMA,
        **{name: getattr(summary, name) for name in _COUNTS},
        "skipped": {reason.value: number for reason, number in summary.skipped},
        "skips": [
            {"origin": skip.origin, "reason": skip.reason.value, "detail": skip.detail}
            for skip in summary.skips
        ],
        "failed": [{"source": source, "error": error} for source, error in outcome.failed],
        "interrupted": summary.interrupted,
        "archive": str(outcome.archive),
        "seconds": round(outcome.seconds, 3),
    }


def show(outcome: Outcome, *, everything: bool = False) -> None:
    """The table, and under it examples of what was skipped, or `everything` that was."""
    summary = outcome.summary
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    for name, label in _COUNTS.items():
        number = getattr(summary, name)
        if number or name in ("added", "updated", "unchanged"):
            table.add_row(f"{number:,}", label)
    for reason, number in summary.skipped:
        table.add_row(f"{number:,}", f"skipped: {reason.value}")
    out.print(table)
    for reason, number in summary.skipped:
        _show_skips(summary, reason, number, everything)
    write()
    pages = count(summary.pages, "page")
    write(f"{pages} in {outcome.seconds:,.1f} s. The archive is {line(str(outcome.archive))}")


def _show_skips(summary: Summary, reason: SkipReason, number: int, everything: bool) -> None:
    named = [skip for skip in summary.skips if skip.reason is reason]
    shown = named if everything else named[:_EXAMPLES]
    if not shown:
        return
    write()
    write(f"{reason.value}:")
    for skip in shown:
        detail = f" ({line(skip.detail)})" if skip.detail else ""
        write(f"  {line(skip.origin)}{detail}")
    if number > len(shown):
        hint = "" if everything else "; --verbose names them"
        write(f"  and {number - len(shown):,} more{hint}")
