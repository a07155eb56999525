"""Cases made from an archive: questions that read like English, and claims that are wrong."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eval.answer_cases import Talk, read
from eval.corpus import index_rows
from eval.generate import Generated, generate, only_here, write
from eval.generating.clauses import clause, within
from eval.generating.questions import Made, questions
from eval.generating.swaps import swaps
from eval.lines import read_lines
from index.archive import Archive
from index.errors import SourceError
from index.types import Article
from tests.fake_embedder import FakeEmbedder


def article(body: str, name: str = "a1") -> Article:
    return Article(name, None, "A title", body, published=datetime(2025, 3, 1, tzinfo=UTC))


def asked(body: str) -> list[tuple[str, str]]:
    return [(made.question, made.answer) for made in questions(article(body))]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Mayor Ann Lee opened the new bridge over the Tamsel in heavy rain.",
            "Who opened the new bridge over the Tamsel in heavy rain?",
            "Mayor Ann Lee",
        ),
        (
            "Ann Lee, who is 44, will lead the inquiry into the Hollin flood.",
            "Who will lead the inquiry into the Hollin flood?",
            "Ann Lee",
        ),
        (
            "“I will go,” said Petra Holm, a teacher from Sund, on Friday.",
            "Who is Petra Holm?",
            "a teacher from Sund",
        ),
        (
            "Ostrel Foods Ltd said it sold its mill at Ossel to a rival.",
            "Which company sold its mill at Ossel to a rival?",
            "Ostrel Foods Ltd",
        ),
        (
            "At least nine people died in the Hollin Dam flood, the police said.",
            "How many people died in the Hollin Dam flood?",
            "At least nine",
        ),
        (
            "The council of Adlerby hired 12 teachers for its evening schools.",
            "How many teachers did the council of Adlerby hire for its evening schools?",
            "12",
        ),
        (
            "The harbour of Ossel will receive 14 cranes in the spring of next year.",
            "How many cranes will the harbour of Ossel receive in the spring of next year?",
            "14",
        ),
        (
            "The price of bread in Adlerby rose by 4 per cent in May.",
            "By how much did the price of bread in Adlerby rise in May?",
            "4 per cent",
        ),
        (
            "The city of Ossel sold the old pier for 3 million crowns.",
            "For how much did the city of Ossel sell the old pier?",
            "3 million crowns",
        ),
        (
            "The Merrin Shipyard was founded by two brothers in 1888.",
            "When was the Merrin Shipyard founded by two brothers?",
            "in 1888",
        ),
        (
            "The opera house in Ossel closed on 4 May for two weeks.",
            "When did the opera house in Ossel close for two weeks?",
            "on 4 May",
        ),
        (
            "The stolen Hobbema portrait was found in Port Merrin.",
            "Where was the stolen Hobbema portrait found?",
            "in Port Merrin",
        ),
    ],
)
def test_a_plain_sentence_gives_a_question_that_reads_like_english(
    sentence: str, question: str, answer: str
) -> None:
    context = "The price of a seat was low. The city slept. The ship came."
    assert (question, answer) in asked(f"{sentence}\n\n{context}")


@pytest.mark.parametrize(
    "sentence",
    [
        "He opened the new bridge over the Tamsel on Monday.",
        "This was built by the city of Ossel in 1932.",
        "“The bridge was built in 1932”, said the mayor of Ossel.",
        "In May the bridge was opened by Ann Lee of Ossel.",
        "The bridge built in Oslo was closed by Ann Lee on Monday.",
        "Ann Lee said he opened this bridge over there on Monday.",
        "Four more countries joined between 1988 and 1991.",
        "The festival's managers of Ossel said that talks would start on Monday.",
        "Ann Lee said the longer the council waits, the more it will cost.",
        "How did the council of Ossel know that on Monday?",
        "Net profit of Ossel Bank rose 12 mln dlrs in 1986 vs 10 mln in 1985.",
        "Witnesses were heard on Monday.",
    ],
)
def test_what_cannot_be_asked_plainly_is_left_alone(sentence: str) -> None:
    assert asked(sentence) == []


def test_a_clause_ends_where_another_begins() -> None:
    found = clause("The council approved the budget of Adlerby and the mayor will sign it.")
    assert found is not None
    assert (found.subject, found.verb, found.rest, found.base) == (
        "The council",
        "approved",
        "the budget of Adlerby",
        "approve",
    )


def test_the_first_word_keeps_its_capital_where_it_is_a_name() -> None:
    assert within("The dam", "") == "the dam"
    assert within("Beekeepers in Sund", "Most beekeepers left.") == "beekeepers in Sund"
    assert within("Krell", "They met Krell there.") == "Krell"
    assert within("Seixas", "It is all that is known.") is None


def test_a_long_sentence_does_not_hang() -> None:
    for text in ("The a " * 2_000_000 + ".", "Ann Lee, " * 500_000 + ".", "A" * 10_000_000):
        assert clause(text) is None


def test_a_swap_changes_one_fact_to_another_of_its_kind() -> None:
    body = (
        "The council of Adlerby hired 1,200 teachers after the holidays ended.\n\n"
        "Mayor Ann Lee thanked everyone who had worked through the summer.\n\n"
        "The treasurer Otto Vale wants the second reading to be held on Tuesday.\n\n"
        "“We hired 40 people on Monday”, said the mayor of the old town."
    )
    found = swaps(article(body), random.Random(1))
    assert {swap.kind for swap in found} == {"number", "name", "date"}
    for swap in found:
        assert swap.true in " ".join(body.split())
        assert swap.false != swap.true
        assert swap.false not in body
        assert "“" not in swap.true
    (number,) = [swap for swap in found if swap.kind == "number"]
    assert number.false.replace(number.false.split()[5], "1,200") == number.true


STORIES = [
    {
        "id": f"s{n}",
        "title": f"Story of {place}",
        "published": "2025-03-01",
        "text": (
            f"Mayor {first} {last} opened the new {thing} in {place} in heavy rain. "
            f"The {thing} of {place} was founded by two brothers in {1880 + n}. "
            f"The council of {place} hired {10 + n} teachers for its evening schools."
        ),
    }
    for n, (first, last, place, thing) in enumerate(
        [
            ("Ann", "Lee", "Adlerby", "bridge"),
            ("Otto", "Vale", "Ossel", "museum"),
            ("Petra", "Holm", "Sund", "ferry"),
            ("Jonas", "Marsh", "Merrin", "library"),
        ]
    )
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("archive")
    index_rows(STORIES, made, FakeEmbedder())
    return made


@pytest.fixture(scope="module")
def made(folder: Path) -> Generated:
    with closing(Archive(folder)) as archive:
        return generate(archive, 12)


def test_cases_have_their_gold_and_a_quarter_cannot_be_answered(
    folder: Path, made: Generated
) -> None:
    assert len(made.cases) == 12
    kinds = Counter(row["kind"] for row in made.cases)
    assert set(kinds) == {"who", "when", "where", "how many"}
    withheld = [row for row in made.cases if not row["answerable"]]
    assert len(withheld) == 3
    assert all(row["withhold"] == [row["group"]] and not row["gold"] for row in withheld)
    with closing(Archive(folder)) as archive:
        for row in made.cases:
            article = archive.article(row["group"])
            assert article is not None
            for gold in row["gold"]:
                assert gold["sentence"] in article.body
                assert row["answer"] in gold["sentence"]
                assert row["today"] == "2025-03-01"


def test_claims_come_in_pairs_of_which_one_is_true(folder: Path, made: Generated) -> None:
    assert Counter(row["supported"] for row in made.claims) == {True: 8, False: 8}
    for row in made.claims:
        assert (row["claim"] in row["document"]) == row["supported"]


def test_the_same_seed_makes_the_same_cases(folder: Path, made: Generated) -> None:
    with closing(Archive(folder)) as archive:
        assert generate(archive, 12) == made
        assert generate(archive, 12, seed=1) != made


def test_what_is_written_can_be_asked(tmp_path: Path, made: Generated) -> None:
    write(made.cases, tmp_path / "new" / "cases.jsonl")
    read_back = read(tmp_path / "new" / "cases.jsonl")
    assert [each.cases[0].id for each in read_back if isinstance(each, Talk)] == [
        row["id"] for row in made.cases
    ]
    write(made.claims, tmp_path / "claims.jsonl")
    assert [each.value for each in read_lines(tmp_path / "claims.jsonl")] == json.loads(
        json.dumps(list(made.claims))
    )


def test_what_another_story_answers_too_cannot_be_withheld(folder: Path, tmp_path: Path) -> None:
    twice = [*STORIES, {**STORIES[0], "id": "t", "title": "The mayor", "text": (
        "It rained for hours. Mayor Ann Lee opened the new bridge in Adlerby, and left at once. "
        "Nobody else was there to see it, and the band went home early that day.")}]  # fmt: skip
    index_rows(twice, tmp_path / "twice", FakeEmbedder())
    for where, alone in ((folder, True), (tmp_path / "twice", False)):
        with closing(Archive(where)) as archive:
            head = next(h for h in archive.newest(9) if h.title == "Story of Adlerby")
            article = archive.article(head.id)
            assert article is not None
            asked_for = Made(
                "who", "Who opened the new bridge in Adlerby in heavy rain?", "Mayor Ann Lee", 0, 9
            )
            assert only_here(archive, article, asked_for) is alone


def test_an_archive_that_gives_no_question_is_an_error(tmp_path: Path) -> None:
    index_rows([{"id": "a", "text": "It rained. It froze. It thawed."}], tmp_path, FakeEmbedder())
    with closing(Archive(tmp_path)) as archive, pytest.raises(SourceError, match="no question"):
        generate(archive, 3)
