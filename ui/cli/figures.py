"""What the commands of `byline eval` share: what is measured, and how figures are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from eval.asking import Setup
    from eval.figures import Refusing
    from index.embed import Identity
    from ui.settings import Settings


def setup_for(chosen: Settings, made_with: Identity | None = None) -> Setup:
    """The models and the threshold that are set."""
    from eval.asking import Setup
    from rag.assistant import NO_READER
    from rag.reader import reader_for
    from rag.refuse import THRESHOLD
    from ui.cli.opening import embedder_for

    return Setup(
        embedder_for(chosen, made_with),
        None if chosen.reader == NO_READER else reader_for(chosen.reader),
        THRESHOLD if chosen.threshold is None else chosen.threshold,
    )


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
