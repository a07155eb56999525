"""The shipped reader reads: the right sentence wins, and a passage without it scores lower.

The passages are invented, so nothing can be known beforehand.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.reader import Extract, OnnxReader

# A question, a passage, and which of its sentences answers.
CASES: list[tuple[str, str, tuple[str, ...], int]] = [
    (
        "Who found the missing bell?",
        "Missing bell turns up in Ostrava Bay",
        (
            "The bell of St Almery had been missing for eleven years.",
            "A diver, Petra Collins, found it on Sunday in nine metres of water.",
            "It weighs 340 kilograms and has a crack along its lip.",
            "The parish hopes to hang it again before Easter.",
        ),
        1,
    ),
    (
        "How much does the new bridge cost?",
        "Council approves bridge over the Lenn",
        (
            "The city council voted on Monday to build a new bridge over the Lenn.",
            "Work is to begin in April and to last two years.",
            "It will cost 48 million crowns, a third of which comes from the state.",
            "Residents of the north bank had asked for it since 1988.",
        ),
        2,
    ),
    (
        "When does the museum reopen?",
        "Maritime museum closes for repairs",
        (
            "The Maritime Museum shut its doors on Friday after rain came through the roof.",
            "Four paintings were taken down and are being dried.",
            "Director Hanna Vogt called the damage limited.",
            "The museum will reopen on 12 June.",
        ),
        3,
    ),
    (
        "Why was the train service suspended?",
        "No trains between Korvel and Sarn",
        (
            "Train services between Korvel and Sarn were suspended because a landslide covered "
            "the track.",
            "Buses carry passengers in the meantime.",
            "About 3,000 people take the line on a working day.",
        ),
        0,
    ),
    (
        "Where was the stolen painting discovered?",
        "Police recover stolen painting",
        (
            "Police have recovered a painting that was stolen in 2015.",
            "The canvas, by Ilse Marn, shows a girl with a goat.",
            "It was discovered behind a wardrobe in a hotel in Velden.",
            "Two men are being questioned.",
        ),
        2,
    ),
    (
        "How many people were injured in the fire?",
        "Fire at the Tollen paper mill",
        (
            "A fire broke out at the Tollen paper mill shortly after midnight.",
            "Seven people were injured, two of them seriously.",
            "The cause is not known.",
            "The mill employs 210 workers and was founded in 1921.",
        ),
        1,
    ),
    (
        "What did the minister say about taxes?",
        "Finance minister presents budget",
        (
            "Finance minister Olaf Brandis presented the budget on Tuesday.",
            "Spending on schools is to grow by four per cent.",
            "Brandis said that taxes would not rise before the election.",
            "The opposition called the plans a fairy tale.",
        ),
        2,
    ),
    (
        "Who won the Lake Marathon?",
        "Record crowd at Lake Marathon",
        (
            "More than 9,000 runners took part in the Lake Marathon on Saturday.",
            "It rained during the first hour.",
            "Amina Tesfaye won in two hours and 27 minutes.",
            "The oldest runner was 84.",
        ),
        2,
    ),
    (
        "How old is the bridge keeper?",
        "The last bridge keeper retires",
        (
            "Every morning for forty years Anders Holm raised the bridge at Tarn.",
            "Holm, who is 67, will hand over the key on Friday.",
            "From then on a motor will do his work.",
        ),
        1,
    ),
    (
        "What caused the power cut in Brenholt?",
        "Brenholt in the dark",
        (
            "Half of Brenholt was without electricity for five hours on Wednesday.",
            "Hospitals switched to generators.",
            "The power cut was caused by a crane that touched a cable.",
            "The grid operator apologised.",
        ),
        2,
    ),
    (
        "Which company bought the shipyard?",
        "Shipyard in Halm saved",
        (
            "The shipyard in Halm will not close.",
            "Nordvik Marine bought it for an undisclosed sum.",
            "The 400 workers keep their jobs for at least three years.",
        ),
        1,
    ),
    (
        "How long will the strike of the bus drivers last?",
        "Bus drivers walk out",
        (
            "Bus drivers in Adlen began a strike at four in the morning.",
            "They want nine per cent more pay.",
            "The union said that the strike would last three days.",
            "Trams are running as usual.",
        ),
        2,
    ),
    (
        "Who will be the new coach of the Rovers?",
        "Rovers part with coach",
        (
            "The Rovers have dismissed their coach after six defeats in a row.",
            "Marta Quill, who trained the youth team, will be the new coach.",
            "Her first match is against Lysen on Saturday.",
        ),
        1,
    ),
    (
        "What is the name of the newborn elephant?",
        "Elephant calf at Verna zoo",
        (
            "A calf was born to the elephants of Verna zoo on Thursday night.",
            "It weighs 105 kilograms and stood up after an hour.",
            "The keepers named it Tamba.",
            "Visitors may see it from next week.",
        ),
        2,
    ),
    (
        "How high was the wave?",
        "Wave damages the pier at Skerry",
        (
            "The pier at Skerry was damaged by a wave on Sunday.",
            "The wave was almost eleven metres high, the coastguard said.",
            "Nobody was on the pier at the time.",
            "Repairs are to begin in spring.",
        ),
        1,
    ),
    (
        "Why did the mayor resign?",
        "Mayor of Osterby resigns",
        (
            "The mayor of Osterby, Karin Falk, resigned on Thursday.",
            "She had been in office for six years.",
            "Falk gave up her post because she had hidden a gift from a builder.",
            "Her deputy will stand in for her until the election in May.",
        ),
        2,
    ),
]


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader(threads=2)


def extract(case: tuple[str, str, tuple[str, ...], int]) -> Extract:
    return Extract(case[1], case[2])


def without_answer(case: tuple[str, str, tuple[str, ...], int]) -> Extract:
    return Extract(case[1], tuple(s for n, s in enumerate(case[2]) if n != case[3]))


def best(scores: tuple[float, ...]) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def test_the_right_sentence_wins(reader: OnnxReader) -> None:
    right = [best(reader.read(c[0], [extract(c)])[0].sentences) == c[3] for c in CASES]
    assert sum(right) >= 0.75 * len(CASES)


def test_a_passage_that_lacks_the_answer_is_less_answerable(reader: OnnxReader) -> None:
    pairs = [reader.read(c[0], [extract(c), without_answer(c)]) for c in CASES]
    assert sum(full.answerable > cut.answerable for full, cut in pairs) >= 0.9 * len(CASES)


def test_the_passage_that_answers_wins_among_others(reader: OnnxReader) -> None:
    extracts = [extract(case) for case in CASES]
    for number, case in enumerate(CASES):
        found = reader.read(case[0], extracts)
        assert best(tuple(each.answerable for each in found)) == number


def test_a_question_about_something_else_is_not_answerable(reader: OnnxReader) -> None:
    for case in CASES:
        (found,) = reader.read("Who wrote the opera about the two lighthouses?", [extract(case)])
        assert found.answerable < 0


def test_sentences_keep_their_number_and_order(reader: OnnxReader) -> None:
    sentences = CASES[0][2]
    (forwards,) = reader.read(CASES[0][0], [Extract("", sentences)])
    (backwards,) = reader.read(CASES[0][0], [Extract("", sentences[::-1])])
    assert len(forwards.sentences) == len(sentences)
    assert sentences[best(forwards.sentences)] == sentences[::-1][best(backwards.sentences)]


def test_extracts_are_read_apart(reader: OnnxReader) -> None:
    """What else is read in the same call, in which order and by how many threads, moves nothing."""
    question = CASES[2][0]
    (alone,) = reader.read(question, [extract(CASES[2])])
    together = reader.read(question, [extract(case) for case in CASES])
    reversed_ = reader.read(question, [extract(case) for case in reversed(CASES)])
    assert together[2] == alone
    assert reversed_[::-1] == together
    assert OnnxReader(threads=1).read(question, [extract(case) for case in CASES]) == together


def test_answerable_is_that_any_sentence_answers(reader: OnnxReader) -> None:
    for found in reader.read(CASES[0][0], [extract(case) for case in CASES]):
        odds = sum(math.exp(score) for score in found.sentences)
        assert found.answerable == pytest.approx(math.log(odds))
        assert found.answerable > max(found.sentences)


def test_nothing_to_read_has_no_answer(reader: OnnxReader) -> None:
    assert reader.read("Who?", []) == []
    (empty,) = reader.read("Who found the bell?", [Extract("Bells", ())])
    assert (empty.sentences, empty.answerable) == ((), -math.inf)
    (blank,) = reader.read("", [Extract("", ("", "It rained."))])
    assert len(blank.sentences) == 2
    assert all(map(math.isfinite, blank.sentences))


def test_a_long_extract_is_read_to_its_end(reader: OnnxReader) -> None:
    question, title, sentences, answer = CASES[2]
    filler = tuple(
        f"On day {n} the committee of the fishing club met again and discussed the price of nets, "
        "the state of the harbour wall and the date of the summer regatta."
        for n in range(40)
    )
    (found,) = reader.read(question, [Extract(title, (*filler, *sentences))])
    assert len(found.sentences) == 44
    assert best(found.sentences) == 40 + answer


def test_a_sentence_longer_than_a_window_has_a_score(reader: OnnxReader) -> None:
    endless = "and so on " * 400
    (found,) = reader.read("Who won?", [Extract("", ("It rained.", endless, "Ada won."))])
    assert len(found.sentences) == 3
    assert all(map(math.isfinite, found.sentences))


def test_many_threads_read_the_same(reader: OnnxReader) -> None:
    fresh = OnnxReader(threads=1)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: fresh.read(case[0], [extract(case)]), CASES * 2))
    for case, (read,) in zip(CASES * 2, found, strict=True):
        (expected,) = reader.read(case[0], [extract(case)])
        assert read.sentences == pytest.approx(expected.sentences, abs=1e-3)
