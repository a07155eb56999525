"""A claim is a copy of whole sentences, and of nothing less."""

from __future__ import annotations

import pytest

from rag.ready import LONGEST
from rag.verbatim import verbatim
from rag.verdict import Context

TEXT = (
    "ADLERBY, 3 May (MW) – Nine people died on the pier. Castellan denied that the minister took "
    "bribes. “We will win the\ncup,” he said. He was sure.\n"
    "Port Merrin (MW) - The ferry came back!\n"
    "“They knew it all. Nobody told the mayor. It was late.”"
)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Nine people died on the pier.", "Nine people died on the pier"),
        ("Castellan denied  that the minister took bribes",
         "Castellan denied that the minister took bribes"),
        ("The ferry came back.", "The ferry came back"),
        ("“The ferry came back.”", "The ferry came back"),
        ("Nine people died on the pier. Castellan denied that the minister took bribes.",
         "Nine people died on the pier. Castellan denied that the minister took bribes"),
    ],
)  # fmt: skip
def test_whole_sentences_are_found_where_they_stand(claim: str, words: str) -> None:
    ground = verbatim(claim, [Context("Nothing."), Context(TEXT)])
    assert ground is not None
    assert ground.context == 1
    assert TEXT[ground.start : ground.end] == ground.text == words


@pytest.mark.parametrize(
    "claim",
    [
        "The minister took bribes.",
        "the minister took bribes",
        "Nine people died.",
        "people died on the pier.",
        "We will win the cup.",
        "Nobody told the mayor.",
        "They knew it all.",
        "Nine people died on the pier. He was sure.",
        "He was.",
    ],
)
def test_part_of_a_sentence_or_of_a_quotation_is_no_copy(claim: str) -> None:
    assert verbatim(claim, [Context(TEXT)]) is None


def test_only_the_documented_length_of_a_context_is_read() -> None:
    padding = "Rain fell on the old pier. " * (LONGEST // 27 + 1)
    assert verbatim("Nine people died here.", [Context(padding + "Nine people died here.")]) is None
    assert verbatim("Nine people died here.", [Context("Nine people died here. " + padding)])
