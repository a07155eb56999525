"""What several tests ask of an assistant, and how they look at what it says."""

from __future__ import annotations

from index.types import Headline
from rag import Answer, Assistant

RAIN = "How much rain fell at Hollin before the disaster?"
PRICE = "How much do tickets for the night ferry cost?"
MEASURED = "The weather service measured 148 millimetres of rain at Hollin"


def titled(assistant: Assistant, words: str) -> Headline:
    [found] = [head for head in assistant.archive.newest(99) if words in head.title]
    return found


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]
