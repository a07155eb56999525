"""Questions in, cited answers out: `Assistant.open(path).ask(question)`."""

from typing import TYPE_CHECKING, Any

from index.types import Filters
from rag.types import (
    Answer,
    Citation,
    Paragraph,
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
    "Answer",
    "Assistant",
    "Citation",
    "Filters",
    "Paragraph",
    "Question",
    "Refusal",
    "RefusalKind",
    "Sentence",
    "SourceView",
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
