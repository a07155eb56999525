"""Each thing that a case may expect: when it holds, when it does not, and what is then said."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from eval.expect import Expect
from eval.faults import faults, stands
from index.mentions import Mention
from index.types import Filters
from rag.remarks import Account, Correction, Days, Difference, DifferenceKind, Speech
from rag.types import Answer, Asks, Part, RefusalKind
from tests.eval_answers import answer, story

NINE = answer("Nine people are known to have died.", "It cost “4.2 million”, he\nsaid.")
NONE = answer(refusal=RefusalKind.NOT_FOUND, confidence=0.1)
VAGUE = answer(refusal=RefusalKind.TOO_VAGUE, readings=["Who won the cup?", "Who won the race?"])
SAID = answer(
    "“We will see,” she said.",
    "It rained.",
    speech={0: Speech("Mirela Dane", True, "mayor", "Port Merrin")},
)
TOLL = answer(
    "Four died.",
    differences=[
        Difference(
            DifferenceKind.CHANGED,
            "people killed",
            tuple(Account(str(n), 1, float(n)) for n in (4, 9, 14)),
        )
    ],
)
DATED = answer(
    "On Thursday it opened.",
    days={0: Days(date(2025, 3, 6), date(2025, 3, 8))},
    dates=[Mention(3, 11, "Thursday", date(2025, 3, 5), date(2025, 3, 5))],
)
UNDERSTOOD = answer(
    "Yes.",
    question={
        "searched": "siren late (Tamsel Valley)",
        "filters": Filters(after=date(2025, 3, 1)),
        "asks": Asks.TIMELINE,
        "latest": True,
        "parts": ("Who led it?", "When?"),
    },
)
PARTS = answer(
    "Corrow led it.",
    "In March.",
    parts=[Part("Who?", "Who?", (0,), None, 0.9), Part("When?", "When?", (1,), None, 0.9)],
)
FIXED = answer("It was 47.", correction=Correction("Corrected.", 0, 10), also_in=[story("s2")])


def found(expected: dict[str, Any], given: Answer) -> list[str]:
    expect = Expect.model_validate_json(json.dumps(expected))
    return faults(expect, given, lambda reading: NINE if "cup" in reading else NONE)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ({"answered": True}, NINE),
        ({"answered": False}, NONE),
        ({"refusal": "not_found"}, NONE),
        ({"refusal": ["too_vague", "not_found"]}, NONE),
        ({"any": ["ten", "nine people"]}, NINE),
        ({"any": ['"4.2 million", he said']}, NINE),
        ({"all": ["Nine", "million"]}, NINE),
        ({"first": ["Nine"]}, NINE),
        ({"none": ["ten", "2 million", "4"]}, NINE),
        ({"none": ["Nine"]}, NONE),
        ({"order": ["Nine", "died", "cost"]}, NINE),
        ({"asks": "timeline", "latest": True}, UNDERSTOOD),
        ({"asks": "fact", "latest": False, "after": None, "before": None}, NINE),
        ({"after": "2025-03-01", "before": None}, UNDERSTOOD),
        ({"published_after": "2025-03-11", "published_before": "2025-03-11"}, NINE),
        ({"days": ["2025-03-05", "2025-03-06", "2025-03-08"]}, DATED),
        ({"speaker": "Dane", "direct": True, "place": "port merrin"}, SAID),
        ({"no_speaker": True}, NINE),
        ({"difference": {"kind": "changed", "values": [4, 14]}}, TOLL),
        ({"difference": False}, NINE),
        ({"corrected": True, "copies": 1}, FIXED),
        ({"corrected": False, "copies": 0}, NINE),
        ({"searched": ["siren", "tamsel valley"], "not_searched": ["late siren", "val"]},
         UNDERSTOOD),
        ({"parts": 2}, UNDERSTOOD),
        ({"parts": 0}, NINE),
        ({"parts_any": [["Corrow"], ["April", "March"]]}, PARTS),
        ({"readings_any": ["who won"]}, VAGUE),
        ({"readings_any": ["cup", "race", "election"]}, VAGUE),
    ],
)  # fmt: skip
def test_an_expectation_holds(expected: dict[str, Any], given: Answer) -> None:
    assert found(expected, given) == []


@pytest.mark.parametrize(
    ("expected", "given", "said"),
    [
        ({"answered": True}, NONE, "answered True: refused as not_found at 0.10"),
        ({"answered": False}, NINE, "Nine people are known to have died. | It cost"),
        ({"refusal": "too_vague"}, NONE, "refused as not_found"),
        ({"refusal": "too_vague"}, NINE, "Nine people"),
        ({"any": ["ten"]}, NINE, "any [ten]: Nine"),
        ({"any": ["ten"]}, NONE, "refused as not_found"),
        ({"all": ["Nine", "ten"]}, NINE, "['ten'] not in"),
        ({"first": ["million"]}, NINE, "first [million]"),
        ({"none": ["nine"]}, NINE, "['nine'] in"),
        ({"order": ["cost", "Nine"]}, NINE, "'Nine' not in or after sentence 2"),
        ({"asks": "speech"}, UNDERSTOOD, "found timeline"),
        ({"latest": False}, UNDERSTOOD, "found True"),
        ({"after": None}, UNDERSTOOD, "after None: found 2025-03-01"),
        ({"before": "2025-03-01"}, UNDERSTOOD, "found None"),
        ({"published_after": "2025-03-12"}, NINE, "are of [2025-03-11"),
        ({"published_before": "2025-03-10"}, NINE, "are of [2025-03-11"),
        ({"published_before": "2025-03-10"}, NONE, "are of []"),
        ({"published_before": "2025-03-10"}, answer("It is.", published=None), "are of [None]"),
        ({"days": ["2025-03-07"]}, DATED, "[2025-03-07] not among [2025-03-05, 2025-03-06"),
        ({"speaker": "Mara"}, SAID, "Mirela Dane"),
        ({"speaker": "Dane", "direct": False}, SAID, "Mirela Dane"),
        ({"speaker": "Dane", "place": "Ossel"}, SAID, "Mirela Dane"),
        ({"no_speaker": True}, SAID, "Mirela Dane"),
        ({"difference": False}, TOLL, "[4.0, 9.0, 14.0]"),
        ({"difference": {"kind": "disagree", "values": [4]}}, TOLL, "found"),
        ({"difference": {"kind": "changed", "values": [9, 4]}}, TOLL, "found"),
        ({"difference": {"kind": "changed", "values": [4, 5]}}, TOLL, "found"),
        ({"corrected": False}, FIXED, "Corrected."),
        ({"corrected": True}, NINE, "found []"),
        ({"copies": 2}, FIXED, "found 1"),
        ({"copies": 0}, NONE, "refused"),
        ({"searched": ["val"]}, UNDERSTOOD, "['val'] not in"),
        ({"not_searched": ["Siren"]}, UNDERSTOOD, "['Siren'] in"),
        ({"parts": 1}, UNDERSTOOD, "found 2"),
        ({"parts_any": [["March"], ["Corrow"]]}, PARTS, "part 1 is answered with"),
        ({"parts_any": [["Corrow"]]}, PARTS, "2 parts"),
        ({"readings": 3}, VAGUE, "2 offered"),
        ({"readings": 2}, VAGUE, "no answer to ['Who won the race?']"),
        ({"readings_any": ["cup"]}, VAGUE, "found ['Who won the cup?'"),
        ({"readings_any": ["cup"]}, NINE, "found []"),
    ],
)
def test_an_expectation_that_does_not_hold_says_what_was_found(
    expected: dict[str, Any], given: Answer, said: str
) -> None:
    faulty = found(expected, given)
    assert len(faulty) == 1
    assert said in faulty[0]


def test_readings_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(reading: str) -> Answer:
        asked.append(reading)
        return NINE

    assert faults(Expect(readings=2), VAGUE, ask) == []
    assert asked == ["Who won the cup?", "Who won the race?"]


def test_what_one_sentence_says_and_another_does_not_are_one_fault() -> None:
    assert len(found({"speaker": "Nobody", "direct": False, "place": "Ossel"}, SAID)) == 1


@pytest.mark.parametrize(
    ("text", "within", "there"),
    [
        ("4", "4 people", True),
        ("4", "14 people", False),
        ("4", "4.2 million", False),
        ("4", "4,000 people", False),
        ("4", "There were 4.", True),
        ("2 million", "4.2 million", False),
        ("don't", "They don’t know", True),
        ("NINE", "nine", True),
        ("a  b", "a\nb", True),
        ("4*", "4444", False),
    ],
)
def test_a_text_stands_in_another(text: str, within: str, there: bool) -> None:
    assert stands(text, within) is there
