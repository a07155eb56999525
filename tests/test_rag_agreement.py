"""Two archives are asked the same, and what they do not answer alike is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.writer import ArchiveWriter
from rag.agreement import Agreement, Differing, compare
from rag.types import Answer
from tests.fake_desk import FakeDesk
from tests.small_archive import IDENTITY, entry, story

TITLES = tuple(f"The night ferry and its fares, part {number}" for number in range(6))


def usual(question: str) -> Answer:
    *_, answer = FakeDesk().stream(question)
    assert isinstance(answer, Answer)
    return answer


@dataclass
class Told:
    """Answers as it was told to, and else as usual."""

    archive: Archive
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, *, infer: bool) -> Answer:
        assert not infer  # a headline's dates and names are no filters
        self.asked.append(question)
        return self.answers.get(question) or usual(question)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Of six articles, a day apart."""
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        for number, title in enumerate(TITLES):
            writer.put(entry(replace(story(number), title=title)))
    with closing(Archive(tmp_path)) as archive:
        yield archive


def test_both_are_asked_headlines_from_the_newest_to_the_oldest(archive: Archive) -> None:
    first, second = Told(archive), Told(archive)
    told: list[tuple[str, int, int]] = []
    assert compare(first, second, 3, lambda *of: told.append(of)) == Agreement(3, ())
    assert first.asked == second.asked == [TITLES[5], TITLES[3], TITLES[1]]
    assert told == [("answers compared", done, 3) for done in (1, 2, 3)]


def test_where_there_are_fewer_articles_each_is_asked_about_once(archive: Archive) -> None:
    first = Told(archive)
    assert compare(first, Told(archive), 99).questions == len(TITLES)
    assert sorted(first.asked) == sorted(TITLES)


def test_other_words_other_passages_and_a_refusal_are_differences(archive: Archive) -> None:
    answer = usual(TITLES[0])
    said = tuple(sentence.text for sentence in answer.sentences)
    assert len(said) == 2
    elsewhere = tuple(replace(cited, passage_id="a9.v1.1") for cited in answer.citations)
    renumbered = replace(
        answer,
        citations=tuple(replace(cited, number=cited.number + 7) for cited in answer.citations),
        sentences=tuple(
            replace(each, citations=tuple(number + 7 for number in each.citations))
            for each in answer.sentences
        ),
    )
    other = Told(
        archive,
        {
            TITLES[5]: replace(answer, sentences=answer.sentences[:1]),
            TITLES[4]: replace(answer, citations=elsewhere),
            TITLES[3]: usual("Who won?"),
            TITLES[2]: renumbered,  # the same passages, counted otherwise
        },
    )
    assert compare(Told(archive), other, 6) == Agreement(
        6,
        (
            Differing(TITLES[5], said, said[:1]),
            Differing(TITLES[4], said, said),
            Differing(TITLES[3], said, ()),
        ),
    )
