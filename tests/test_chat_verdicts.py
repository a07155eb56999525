"""What a reader is told of a verdict: the doubt, its reasons, what was left out, by which model."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.types import Refusal, RefusalKind, Sentence
from rag.verdict import Check, Failure, Ground, State, Verdict
from rag.written import Fallback, Written
from tests.fake_checked import (
    BY,
    CHANGED,
    DOUBTED,
    DROPPED,
    KEPT,
    MODEL,
    SAID,
    WORTH,
    CheckedDesk,
    checked,
    failure,
    ground,
)
from tests.fake_desk import AROUND, QUOTES
from ui.chat import layout, source_panel, verdicts, written
from ui.chat.words import escape


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def marked(html: str) -> list[str]:
    return re.findall(r'<em class="differs">(.*?)</em>', html)


@pytest.mark.parametrize(
    ("failed", "told"),
    [
        (
            Failure(Check.NUMBER, "nine", 0, 4, "ten", opposed=True),
            "The answer says “nine”; the source says “ten”.",
        ),
        (
            Failure(Check.NUMBER, "nine", 0, 4, "several"),
            "The answer says “nine”; the source only has “several”.",
        ),
        (Failure(Check.NUMBER, "nine", 0, 4), "The source does not give the figure “nine”."),
        (Failure(Check.DATE, "Monday", 0, 6), "The source does not give the date “Monday”."),
        (Failure(Check.NAME, "Brandt", 0, 6), "The source does not name “Brandt”."),
        (
            Failure(Check.NEGATION, "did not", 0, 7, opposed=True),
            "The answer and the source differ on whether it is so: “did not”.",
        ),
        (
            Failure(Check.QUOTATION, "“Never”", 0, 7),
            "The answer quotes “Never”, and the source has no such words.",
        ),
        (
            Failure(Check.QUOTATION, "“Never”", 0, 7, "“Not yet”", opposed=True),
            "The answer quotes “Never”; the source says “Not yet”.",
        ),
        (
            Failure(Check.DIRECTION, "rose", 0, 4, "fell", opposed=True),
            "The answer says “rose”; the source says “fell”.",
        ),
        (Failure(Check.WORDS, "praised", 0, 7), "Nothing in the source bears out “praised”."),
    ],
)
def test_a_failed_check_is_told_in_plain_words(failed: Failure, told: str) -> None:
    assert verdicts.reasons(Verdict(State.CONTRADICTED, 0.1, (), (failed,))) == (told,)


def test_every_check_has_its_words_with_and_without_something_found() -> None:
    for check in Check:
        for found in ("", "ten"):
            failed = (Failure(check, "nine", 0, 4, found),)
            (told,) = verdicts.reasons(Verdict(State.UNSUPPORTED, 0.1, (), failed), where="it")
            assert "nine" in told
            assert found in told
            assert "{" not in told


def test_reasons_are_not_repeated_and_a_verdict_without_any_says_its_state() -> None:
    assert DOUBTED[2].verdict is not None
    (words,) = verdicts.reasons(DOUBTED[2].verdict)
    assert words == "Nothing in the source bears out “mayor”, “praised”."
    twice = Failure(Check.NAME, "Brandt", 0, 6)
    assert len(verdicts.reasons(Verdict(State.UNSUPPORTED, 0, (), (twice, twice)))) == 1
    assert verdicts.reasons(Verdict(State.CONTRADICTED, 0.1)) == ("The source says otherwise.",)
    long = Failure(Check.QUOTATION, "word " * 10_000, 0, 50_000)
    assert len(verdicts.reasons(Verdict(State.UNSUPPORTED, 0, (), (long,)))[0]) < 300


def test_offsets_that_lie_lose_no_words() -> None:
    lies = tuple(
        Failure(Check.WORDS, "x", start, end)
        for start, end in ((-3, 4), (4, 9), (6, 12), (50, 999), (30, 20), (900, 950))
    )
    cut = verdicts.claim(CHANGED, Verdict(State.UNSUPPORTED, 0, (), lies))
    assert "".join(run for run, _ in cut) == CHANGED
    assert [run for run, differs in cut if differs] == [CHANGED[4:9], CHANGED[9:12], CHANGED[50:]]


def test_evidence_is_the_best_sentence_and_the_one_that_has_what_differs() -> None:
    grounds = (ground(AROUND[0]), ground(AROUND[1]), ground(AROUND[2]))
    failed = failure(WORTH, "3.1 million", Check.NUMBER, "2.1 million", opposed=True)
    chosen = verdicts.evidence(Verdict(State.CONTRADICTED, 0.1, grounds, (failed,)))
    assert [each.text for each, _ in chosen] == [AROUND[0], AROUND[2]]
    assert [run for _, cut in chosen for run, differs in cut if differs] == ["2.1 million"]
    alone = verdicts.evidence(Verdict(State.UNSUPPORTED, 0.1, grounds))
    assert [each.text for each, _ in alone] == [AROUND[0]]
    whole = Verdict(
        State.CONTRADICTED,
        0.1,
        (ground("All 110 of 11 came."),),
        (Failure(Check.NUMBER, "9", 0, 1, "11"),),
    )
    ((_, cut),) = verdicts.evidence(whole)
    assert cut == (("All 110 of ", False), ("11", True), (" came.", False))


def test_what_is_borne_out_is_silent_and_all_else_has_a_word_and_a_mark() -> None:
    kept, cost = layout.whole(checked()).blocks
    assert "doubt" not in kept + cost
    greeting, changed, alone, _ = layout.whole(checked("The ferry, doubt?")).blocks
    for block, word, mark in (
        (greeting, "nothing to check", "–"),
        (changed, "the source differs", "≠"),
        (alone, "not in the source", "?"),
    ):
        assert f'aria-hidden="true">{mark}</span>{word}' in block
        assert '<span class="why" hidden>' in block
    assert set(verdicts.DOUBTS) == set(State) - {State.SUPPORTED}


def test_claim_and_evidence_stand_side_by_side_with_the_words_that_differ() -> None:
    _, changed, alone, _ = layout.whole(checked("The ferry, doubt?")).blocks
    assert marked(changed) == ["nine", "11"]
    assert "The answer says “nine”; the source says “11”." in text(changed)
    assert text(changed).endswith(
        "The answer The council voted nine to four to keep the night ferry. "
        "The source The harbour council voted 11 to 4 on Wednesday to keep the night ferry for "
        "three more years. 1 4% likely to be borne out"
    )
    assert marked(alone) == ["mayor", "praised"]


def test_a_sentence_says_the_same_while_its_answer_still_arrives() -> None:
    (block,) = layout.growing(checked().question.asks, (DOUBTED[1],)).blocks
    assert "The answer says “nine”; the source says “11”." in text(block)


def test_the_line_under_an_answer_names_the_model_and_opens_on_what_was_left_out() -> None:
    html = written.written(checked())
    assert text(html).startswith(
        "Written by smollm2:1.7b , checked against the archive · 2 sentences left out "
        "Not borne out by the archive The language model wrote this too. "
        "It is no part of the answer. ≠ The archive says otherwise. "
        "The model says “3.1 million”; the archive says “2.1 million”. Left out The contract"
    )
    assert f"<bdi>{MODEL}</bdi>" in html
    assert html.count("<s>") == len(DROPPED) == html.count("Closest in the archive")
    assert 'data-cite="2"' in html  # the second's evidence is a source of the answer
    for told in (
        "1 citation put right",
        "1 sentence asked for once more",
        "2 invented citations",
        "1 invented quotation",
        "1,204 tokens read, 163 tokens written, $0.0004",
    ):
        assert told in html


def test_what_was_left_out_is_nowhere_in_the_answer() -> None:
    answer = checked()
    blocks = "".join(layout.whole(answer).blocks)
    for each in DROPPED:
        assert each.text in text(written.written(answer))
        assert escape(each.text) not in blocks
        assert each.text not in answer.text


def test_a_model_that_left_nothing_out_and_cost_nothing_known_needs_no_more_than_a_line() -> None:
    answer = replace(checked(), written=Written(MODEL))
    assert written.written(answer).startswith('<p class="written')
    assert written.line(answer) == f"Written by {MODEL}, checked against the archive."
    assert written.written(replace(answer, written=None)) == ""
    assert written.line(replace(answer, written=None)) == ""
    spent = replace(answer, written=Written(MODEL, prompt_tokens=1, cost=0.0))
    assert "1 token read, at no cost." in written.written(spent)
    cents = replace(answer, written=Written(MODEL, cost=1e-7))
    assert "Under $0.0001." in written.written(cents)


def test_every_fallback_says_in_its_own_words_whose_sentences_these_are() -> None:
    lines = {each: written.line(checked(fallback=each)) for each in Fallback}
    assert lines[Fallback.UNREACHABLE] == (
        "The language model could not be reached; these are the archive’s own sentences."
    )
    assert len(set(lines.values())) == len(Fallback)
    assert all(each.endswith("; these are the archive’s own sentences.") for each in lines.values())
    answer = checked(fallback=Fallback.SLOW)
    refused = replace(answer, refusal=Refusal(RefusalKind.NOT_FOUND, "Not here."))
    assert written.line(refused).endswith("; this is the archive’s own answer.")
    assert "<details" not in written.written(answer)
    held = replace(answer, written=replace(BY, fallback=Fallback.NOTHING_HELD))
    assert "The archive bears out nothing that the language model wrote" in written.written(held)
    assert f"{MODEL} was asked." in written.written(held)
    assert "2 sentences left out" in written.line(held)


def test_the_source_panel_sets_the_answer_s_own_words_beside_the_quote() -> None:
    answer = checked("The ferry, doubt?")
    desk = CheckedDesk()
    view = desk.source(answer.citations[0])
    html = source_panel.panel(view, answer.sentences)
    assert "The answer puts it in other words" in html
    assert marked(html) == ["nine", "mayor", "praised"]
    assert "The answer says “nine”; the source says “11”." in html
    quoted = html.index('<p class="quoted"')
    assert html[:quoted].endswith("</div></div>")  # right above it, not a screen away
    assert html.index(AROUND[0]) < html.index('class="reworded"') < quoted
    borne_out = source_panel.panel(view, (SAID[0],))
    assert KEPT in borne_out
    assert "Checked: the source bears it out." in borne_out


@pytest.mark.parametrize(
    "said",
    [
        Sentence(QUOTES[0], (1,)),
        Sentence(QUOTES[0], (1,), verdict=SAID[0].verdict),
        Sentence(QUOTES[0].upper()[4:-1], (1,), verdict=SAID[0].verdict),
        Sentence("Not the quote, and by no model.", (1,)),
    ],
)
def test_the_source_panel_is_silent_on_words_that_are_the_quote_s(said: Sentence) -> None:
    view = CheckedDesk().source(checked().citations[0])
    assert "reworded" not in source_panel.panel(view, (said,))


@pytest.mark.parametrize(
    ("score", "told"),
    [(0.0, "under 1%"), (0.004, "under 1%"), (0.12, "12%"), (0.999, "over 99%"), (1.0, "over 99%")],
)
def test_a_score_is_told_as_how_likely(score: float, told: str) -> None:
    assert verdicts.likely(Verdict(State.UNSUPPORTED, score)) == f"{told} likely to be borne out"
    assert verdicts.likely(Verdict(State.NOT_CHECKABLE, score)) == ""


def test_what_a_model_writes_is_text() -> None:
    attack = '<img src=x onerror=alert(1)> "\u202e&'
    failed = Failure(Check.NAME, attack, 0, len(attack), attack, opposed=True)
    bad = Verdict(State.CONTRADICTED, 0.1, (Ground(0, 0, 1, attack, 1),), (failed,))
    answer = checked()
    by = Written(attack, (replace(DROPPED[0], text=attack, verdict=bad),))
    hostile = replace(answer, sentences=(Sentence(attack, (1,), verdict=bad),), written=by)
    view = CheckedDesk().source(answer.citations[0])
    for html in (
        *layout.whole(hostile).blocks,
        written.written(hostile),
        source_panel.panel(view, hostile.sentences),
    ):
        assert "<img" not in html
        assert "\u202e" not in html
        assert "&lt;img" in html
    assert "\u202e" not in written.line(hostile)
