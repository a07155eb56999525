"""The JSON of an answer: everything an answer holds, as it is documented."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from index.types import Filters
from rag import schema
from rag.remarks import Account, Correction, Days, Difference, DifferenceKind, Speech
from rag.types import (
    Answer,
    Asks,
    Citation,
    Part,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    Story,
    Timings,
    Turn,
)
from rag.verdict import Check, Failure, Ground, State, Verdict
from rag.wire import to_json
from rag.written import Dropped, Fallback, Written

STORY = Story(
    article_id="a1",
    title="Ferry runs aground",
    source="The Harbour Herald",
    author="Ada Quill",
    section="News",
    url="https://herald.example/ferry",
    published=datetime.fromisoformat("2024-11-05T08:00:00+01:00"),
)
CITATION = Citation(
    number=1,
    passage_id="a1.v2.0",
    story=STORY,
    version=2,
    quote="It ran aground.",
    start=10,
    end=25,
    link="https://herald.example/ferry#:~:text=It%20ran%20aground.",
    also_in=(Story("a2", "Copy", None, None, None, None, None),),
    correction=Correction("Correction: it was a ferry.", 400, 427, date(2024, 11, 6)),
)
VERDICT = Verdict(
    State.CONTRADICTED,
    0.12345,
    (Ground(0, 4, 19, "It ran aground.", 0.75),),
    (Failure(Check.NUMBER, "nine", 2, 6, "ten", opposed=True),),
)
ANSWER = Answer(
    id="x",
    question=Question(
        text="And then?",
        searched="And then? ferry",
        filters=Filters(date(2024, 11, 1), date(2024, 11, 30), ("Herald",), ("News",)),
        history=(Turn("What ran aground?", "What ran aground?", "The ferry."),),
        notes=("dates: 1 to 30 November 2024",),
        asks=Asks.SPEECH,
        latest=True,
        speaker="Ada Quill",
        topic="the ferry",
        parts=("And then?", "Why?"),
    ),
    sentences=(
        Sentence(
            "It ran aground.",
            (1,),
            Speech("Ada Quill", direct=True, role="captain", place="Merrin"),
            Days(date(2024, 11, 4), date(2024, 11, 5), "this week"),
            VERDICT,
        ),
    ),
    citations=(CITATION,),
    refusal=None,
    as_of=datetime(2025, 1, 1, tzinfo=UTC),
    newest=date(2024, 11, 5),
    searched=3,
    first=date(2024, 1, 1),
    last=date(2025, 1, 1),
    confidence=0.91,
    timings=Timings(understand=1, retrieve=2, write=3, total=10, read=4),
    differences=(
        Difference(
            DifferenceKind.CHANGED,
            "people aboard",
            (Account("nine", 1, 9.0, date(2024, 11, 4)), Account("some say fewer", 1)),
        ),
    ),
    parts=(
        Part("And then?", "And then? ferry", (0,), None, 0.9),
        Part("Why?", "Why?", (), Refusal(RefusalKind.NOT_FOUND, "Not here."), 0.1),
    ),
    today=date(2025, 1, 1),
    written=Written(
        "smol", (Dropped("Nine.", VERDICT),), 1, 2, 3, 4, 50, 6, 0.007, Fallback.CUT_SHORT
    ),
)
REFUSED = Answer(
    id="y",
    question=Question(text="Who?", searched="Who?"),
    sentences=(),
    citations=(),
    refusal=Refusal(RefusalKind.NOT_FOUND, "The archive does not know.", (STORY,)),
    as_of=datetime(2025, 1, 1, tzinfo=UTC),
    newest=None,
    searched=0,
    first=None,
    last=None,
    confidence=0.0,
    timings=Timings(0, 0, 0, 0),
    invented=2,
)
VAGUE = Refusal(RefusalKind.TOO_VAGUE, "Which one?", readings=("Who won?", "Who lost?"))


def names(kind: Any) -> set[str]:
    return {each.name for each in fields(kind)}


def test_every_field_of_an_answer_is_in_the_json() -> None:
    answer = to_json(ANSWER)
    assert set(answer) == names(Answer) - {"timings"} | {"schema", "answered", "timings_ms"}
    assert set(answer["question"]) == names(Question)
    assert set(answer["question"]["filters"]) == names(Filters)
    assert set(answer["question"]["history"][0]) == names(Turn)
    assert set(answer["sentences"][0]) == names(Sentence)
    assert set(answer["citations"][0]) == names(Citation) - {"story"} | names(Story)
    assert set(answer["citations"][0]["also_in"][0]) == names(Story)
    assert set(answer["timings_ms"]) == names(Timings)
    assert set(answer["citations"][0]["correction"] or ()) == names(Correction)
    assert set(answer["sentences"][0]["speech"] or ()) == names(Speech)
    assert set(answer["sentences"][0]["days"] or ()) == names(Days)
    assert set(answer["differences"][0]) == names(Difference)
    assert set(answer["differences"][0]["accounts"][0]) == names(Account)
    assert set(answer["parts"][0]) == names(Part)
    verdict = answer["sentences"][0]["verdict"]
    written = answer["written"]
    assert verdict is not None
    assert written is not None
    assert set(verdict) == names(Verdict)
    assert set(verdict["grounds"][0]) == names(Ground)
    assert set(verdict["failures"][0]) == names(Failure)
    assert set(written) == names(Written)
    assert set(written["dropped"][0]) == names(Dropped)
    refusal = to_json(REFUSED)["refusal"]
    assert refusal is not None
    assert set(refusal) == names(Refusal)
    assert set(refusal["nearest"][0]) == names(Story)


def test_values_are_as_documented() -> None:
    answer = to_json(ANSWER)
    assert answer["schema"] == "byline.answer/1"
    assert answer["answered"] is True
    assert answer["citations"][0]["published"] == "2024-11-05T08:00:00+01:00"
    assert answer["citations"][0]["also_in"][0]["published"] is None
    assert (answer["as_of"], answer["newest"]) == ("2025-01-01T00:00:00+00:00", "2024-11-05")
    assert answer["question"]["filters"]["before"] == "2024-11-30"
    assert answer["question"]["asks"] == "speech"
    assert answer["citations"][0]["correction"] == {
        "text": "Correction: it was a ferry.",
        "start": 400,
        "end": 427,
        "on": "2024-11-06",
    }
    assert answer["sentences"][0]["speech"] == {
        "speaker": "Ada Quill",
        "role": "captain",
        "place": "Merrin",
        "direct": True,
    }
    assert answer["sentences"][0]["days"] == {
        "first": "2024-11-04",
        "last": "2024-11-05",
        "words": "this week",
    }
    assert answer["differences"][0]["kind"] == "changed"
    assert answer["differences"][0]["accounts"] == [
        {"words": "nine", "value": 9.0, "citation": 1, "on": "2024-11-04"},
        {"words": "some say fewer", "value": None, "citation": 1, "on": None},
    ]
    unanswered = answer["parts"][1]["refusal"]
    assert unanswered is not None
    assert (answer["parts"][0]["refusal"], unanswered["kind"]) == (None, "not_found")
    assert answer["today"] == "2025-01-01"
    assert answer["sentences"][0]["verdict"] == {
        "state": "contradicted",
        "score": 0.1235,
        "grounds": [
            {"context": 0, "start": 4, "end": 19, "text": "It ran aground.", "weight": 0.75}
        ],
        "failures": [
            {
                "check": "number",
                "words": "nine",
                "start": 2,
                "end": 6,
                "found": "ten",
                "opposed": True,
            }
        ],
    }
    written = answer["written"]
    assert written is not None
    assert (written["mended"], written["again"]) == (1, 2)
    assert (written["invented_ids"], written["invented_quotations"]) == (3, 4)
    assert (written["prompt_tokens"], written["completion_tokens"]) == (50, 6)
    assert (written["cost"], written["fallback"]) == (0.007, "cut_short")
    vague = to_json(replace(REFUSED, refusal=VAGUE))["refusal"]
    assert vague is not None
    assert (vague["kind"], vague["readings"]) == ("too_vague", ["Who won?", "Who lost?"])
    refused = to_json(REFUSED)
    assert refused["answered"] is False
    assert refused["newest"] is None
    assert refused["invented"] == 2


def test_it_survives_json_unchanged() -> None:
    for answer in (to_json(ANSWER), to_json(REFUSED)):
        assert json.loads(json.dumps(answer)) == answer


def test_every_field_and_every_kind_of_refusal_is_documented() -> None:
    documented = set(re.findall(r"\w+", schema.__doc__ or ""))

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(to_json(ANSWER)) | keys(to_json(REFUSED)) <= documented
    for kind in (RefusalKind, Asks, DifferenceKind, State, Check, Fallback):
        assert {each.value for each in kind} <= documented
