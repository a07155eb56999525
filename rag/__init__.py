"""Questions in, cited answers out: `Assistant.open(path).ask(question)`."""

from typing import TYPE_CHECKING, Any

from index.types import Filters
from rag.remarks import Account, Correction, Days, Difference, DifferenceKind, Speech
from rag.types import (
    Answer,
    Asks,
    Citation,
    Paragraph,
    Part,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    SourceView,
    Story,
    Timings,
    Turn,
)

if TYPE_CHECKING:
    from rag.assistant import Assistant

__all__ = [
    "Account",
    "Answer",
    "Asks",
    "Assistant",
    "Citation",
    "Correction",
    "Days",
    "Difference",
    "DifferenceKind",
    "Filters",
    "Paragraph",
    "Part",
    "Question",
    "Refusal",
    "RefusalKind",
    "Sentence",
    "SourceView",
    "Speech",
    "Story",
    "Timings",
    "Turn",
]


def __getattr__(name: str) -> Any:
    """Import the assistant, and all it stands on, when it is first named."""
    if name == "Assistant":
        from rag.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
