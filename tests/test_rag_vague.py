"""Which questions are too vague, and what they may mean in the sample archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from rag.retrieve import Query, Step, retrieve
from rag.types import Hit
from rag.vague import is_vague, readings
from rag.weights import terms


@pytest.fixture(scope="module")
def archive(sample_archive: Path) -> Iterator[Archive]:
    opened = Archive(sample_archive)
    yield opened
    opened.close()


def found(archive: Archive, question: str) -> list[Hit]:
    vector = np.zeros(archive.identity.dimension, dtype=np.float32)
    return retrieve(archive, Query(question, vector), 20, step=Step.LEXICAL)


@pytest.mark.parametrize(
    "question",
    ["What happened?", "Any news?", "the bank", "Tell me about the election", "Who won?", "flood"],
)
def test_what_may_mean_several_things_is_vague_and_gets_readings(
    archive: Archive, question: str
) -> None:
    telling = terms(question, archive)
    hits = found(archive, question)
    assert is_vague(archive, question, telling, hits)
    offered = readings(archive, question, telling, hits)
    assert 2 <= len(offered) == len(set(offered)) <= 3


@pytest.mark.parametrize(
    "question",
    [
        "What happened at the Hollin Dam?",
        "Who is Mirela Dane?",
        "earthquake",
        "the museum",
        "the opera house",
        "Tell me about the levy",
        "How many pairs of sea eagles nested?",
        "volcano",
    ],
)
def test_one_subject_is_not_vague(archive: Archive, question: str) -> None:
    assert not is_vague(archive, question, terms(question, archive), found(archive, question))


def test_two_banks_are_told_apart(archive: Archive) -> None:
    question = "Tell me about the bank"
    offered = readings(archive, question, terms(question, archive), found(archive, question))
    assert any("Halvora National Bank" in reading for reading in offered)
    assert any("Bank of Halvora" in reading for reading in offered)
