"""A small report made by hand, and one whose every text means harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from eval.report import CaseResult, ClaimResult, Measure, Report, Setup
from rag.verdict import Check, Context, Failure, Ground, State, Verdict

EVIDENCE = "Nine people are known to have died, officials said on Saturday."
BODY = f"TAMSELFORD. {EVIDENCE} The search went on through the night."
STORY = Context(BODY, "Toll rises to nine", date(2024, 10, 12))
GROUND = Ground(0, 12, 12 + len(EVIDENCE), EVIDENCE, 0.9)
SAID = "Ten people died, officials said."
TRUE = "Officials said so on Saturday."
ANSWER = f"{SAID} {TRUE} Is that all?"

CLAIMS = (
    ClaimResult(
        SAID,
        0,
        len(SAID),
        Verdict(
            State.CONTRADICTED,
            0.0412344444,
            (GROUND,),
            (Failure(Check.NUMBER, "Ten", 0, 3, "Nine", opposed=True),),
        ),
    ),
    ClaimResult(
        TRUE, len(SAID) + 1, len(SAID) + 1 + len(TRUE), Verdict(State.SUPPORTED, 0.93, (GROUND,))
    ),
    ClaimResult("Is that all?", len(ANSWER) - 12, len(ANSWER), Verdict(State.NOT_CHECKABLE, 0.0)),
)
INVENTED = "It rained."
UNSUPPORTED = ClaimResult(
    INVENTED,
    0,
    len(INVENTED),
    Verdict(State.UNSUPPORTED, 0.3, (), (Failure(Check.WORDS, "rained", 3, 9),)),
)

CASES = (
    CaseResult(
        "toll",
        "flood",
        "How many people died?",
        ANSWER,
        (STORY,),
        CLAIMS,
        "contradicted",
        0.0412344444,
        False,
        (("groundedness", 0.5),),
        "nine",
    ),
    CaseResult(
        "weather",
        "flood",
        "Did it rain?",
        INVENTED,
        (STORY,),
        (UNSUPPORTED,),
        "unsupported",
        0.3,
        True,
        (("groundedness", 0.0),),
    ),
    CaseResult(
        "when",
        "flood",
        "When was it said?",
        TRUE,
        (STORY,),
        (replace(CLAIMS[1], start=0, end=len(TRUE)),),
        "supported",
        0.93,
        True,
        (("groundedness", 1.0),),
    ),
    CaseResult("silent", "dam", "Who built it?", "", (STORY,), (), "empty"),
    CaseResult("asked", "dam", "Who owns it?", "I do not know.", (), (), "refused"),
    CaseResult("broken", "dam", "", "It is.", (), (), "failed", note="it has no contexts"),
)
SETUP = Setup(
    input="answers.jsonl",
    sha256="ab" * 32,
    seed=7,
    samples=2000,
    threshold=0.5,
    models=(("verifier", "rules-1"),),
    versions=(("byline", "0.1.0"), ("numpy", "2.0.0")),
    options=(("aggregate", "lowest"),),
)
MEASURES = (
    Measure("groundedness", "Claims supported", "grounding", 0.5, 0.1, 0.9, 3),
    Measure("auc", "ROC AUC", "grounding", None, note="one label alone"),
    Measure("invented", "Invented citations", "citations", 0.01, 0.0, 0.02, 3, "lower"),
)
REPORT = Report(
    "grounding",
    SETUP,
    MEASURES,
    (
        ("contradicted", 1),
        ("empty", 1),
        ("failed", 1),
        ("refused", 1),
        ("supported", 1),
        ("unsupported", 1),
    ),
    (("contradicted", 1), ("not_checkable", 1), ("supported", 2), ("unsupported", 1)),
    CASES,
)

HARM = (
    "</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
    "<!-- ]]> &lt; \"'> | a | b | [go](javascript:alert(1)) ![x](http://evil.example/x.png) "
    "https://evil.example www.evil.example @everyone #1 :boom: `code` **bold** ${x} $title "
    "\u202edlrow\u2066 \x00\x08\x1b[31m\x7f\x85 \ud800 \ufffe \u2028 # ~~~ = \\ end"
)


def harmful() -> Report:
    """Every text of it is `HARM`, ids, names and notes too."""
    evidence = Ground(0, 0, len(HARM), HARM, 1.0)
    failed = Failure(Check.QUOTATION, HARM, 0, len(HARM), HARM, opposed=True)
    claim = ClaimResult(
        HARM, 0, len(HARM), Verdict(State.CONTRADICTED, 0.1, (evidence,), (failed,))
    )
    case = CaseResult(
        HARM,
        HARM,
        HARM,
        HARM,
        (Context(HARM, HARM, None, HARM),),
        (claim,),
        "contradicted",
        0.1,
        True,
        ((HARM, 0.5),),
        HARM,
        HARM,
    )
    pairs = ((HARM, HARM),)
    return Report(
        "answers",
        replace(SETUP, input=HARM, sha256=HARM, models=pairs, versions=pairs, options=pairs),
        (Measure(HARM, HARM, HARM, 0.5, note=HARM), Measure("b", HARM, HARM, None, note=HARM)),
        (("contradicted", 2), (HARM, 1)),
        (("contradicted", 2),),
        (case, replace(case, note=""), replace(case, state=HARM, group="other")),
    )
