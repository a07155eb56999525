"""A language model as the verifier: believed only with words that stand in the evidence."""

from __future__ import annotations

import json

import pytest

from rag.llm.endpoint import Endpoint
from rag.llm.judge import Judge
from rag.verdict import Claim, Context, State, Verdict
from rag.verify import verifier_for
from tests.llm_server import Script, closed_port, in_turn, says, serving

EVIDENCE = Context("The bridge was shut for weeks. Its cables had rusted through, engineers found.")
CLAIM = Claim("Corrosion closed the crossing.", (EVIDENCE,))


def judged(script: Script, claim: Claim = CLAIM) -> tuple[Verdict, int]:
    with serving(script) as served:
        judge = Judge(Endpoint("small", url=served.url), verifier_for("rules"))
        (verdict,) = judge.verify([claim])
        assert all(body["temperature"] == 0 for body in served.asked)
        return verdict, judge.stood_in


def reply(supported: object, quote: object) -> Script:
    return says(json.dumps({"supported": supported, "quote": quote}))


def test_yes_with_words_of_the_evidence_is_believed_and_cited() -> None:
    verdict, stood_in = judged(reply("yes", "Its cables had rusted through"))
    assert verdict.state is State.SUPPORTED
    assert stood_in == 0
    ground = verdict.grounds[0]
    assert (
        EVIDENCE.text[ground.start : ground.end] == ground.text == "Its cables had rusted through"
    )


def test_no_is_believed() -> None:
    verdict, stood_in = judged(reply("no", ""))
    assert (verdict.state, stood_in) == (State.UNSUPPORTED, 0)


@pytest.mark.parametrize(
    "script",
    [
        reply("yes", "Rust closed the bridge."),
        reply("yes", "the"),
        reply("yes", None),
        reply("maybe", "Its cables had rusted through"),
        says("Yes, it is supported."),
        says("{" * 5_000),
        says(""),
        lambda body, answer: answer.error(500, {}),
    ],
)
def test_anything_else_leaves_it_to_the_built_in_and_is_counted(script: Script) -> None:
    (own,) = verifier_for("rules").verify([CLAIM])
    assert judged(script) == (own, 1)


def test_a_judge_that_is_not_there_is_stood_in_for() -> None:
    builtin = verifier_for("rules")
    judge = Judge(Endpoint("small", url=f"http://127.0.0.1:{closed_port()}/v1"), builtin)
    assert judge.verify([CLAIM]) == builtin.verify([CLAIM])
    assert judge.stood_in == 1
    assert "small" in judge.id


def test_yes_to_another_number_is_not_believed() -> None:
    evidence = Context("The flood killed 11 people on Monday.")
    claim = Claim("The flood killed 95 people on Monday.", (evidence,))
    with serving(reply("yes", "The flood killed 11 people")) as served:
        (verdict,) = Judge(Endpoint("small", url=served.url), verifier_for("rules")).verify([claim])
        assert verdict.state is State.CONTRADICTED
        assert served.asked == []


def test_what_claims_nothing_is_not_asked_about() -> None:
    with serving(in_turn(reply("yes", "x"))) as served:
        judge = Judge(Endpoint("small", url=served.url), verifier_for("rules"))
        (verdict,) = judge.verify([Claim("How can I help you?", (EVIDENCE,))])
        assert verdict.state is State.NOT_CHECKABLE
        assert served.asked == []
