"""Tables of figures, and figures as JSON: what the commands of `byline eval` share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from eval.figures import Refusing


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column is names and whose others are figures."""
    made = Table(box=None, padding=(0, 2, 0, 0))
    for number, name in enumerate(head):
        made.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        made.add_row(*row)
    return made


def refusing_json(scores: Refusing) -> dict[str, Any]:
    """The measures of refusing; null where one has no value."""
    return {
        "auroc": scores.auroc.value,
        "f1": scores.f1.value,
        "answerable": scores.answerable,
        "unanswerable": scores.unanswerable,
    }


def refusing_rows(scores: Refusing) -> list[tuple[str, str]]:
    """The same for people, with intervals."""
    return [
        ("AUROC of the probability", str(scores.auroc)),
        ("F1 of refusing", str(scores.f1)),
        ("answered, of the answerable", f"{scores.answered} of {scores.answerable}"),
        ("refused, of the unanswerable", f"{scores.refused} of {scores.unanswerable}"),
    ]
