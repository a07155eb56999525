"""`from eval import assert_grounded`: a test fails where an answer claims too much."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import eval as library
from eval import assert_grounded, evaluate, ground
from index.errors import SourceError
from rag.verdict import Context, State
from tests.cli import ROOT
from tests.word_verifier import WordVerifier

FERRY = "The ferry Aurora ran aground off Skerry Point with 212 passengers on board."
BEES = "Beekeepers harvested 41 tonnes of honey."


def test_an_answer_that_its_contexts_bear_out_passes() -> None:
    case = assert_grounded(
        "The ferry Aurora ran aground off Skerry Point.", [FERRY, BEES], verifier="rules"
    )
    assert case.state == "supported"
    (claim,) = case.claims
    assert claim.verdict.grounds[0].context == 0
    ground_ = claim.verdict.grounds[0]
    assert case.contexts[0].text[ground_.start : ground_.end] == ground_.text


def test_a_wrong_number_fails_with_its_words_and_the_evidence() -> None:
    answer = (
        "Beekeepers harvested 41 tonnes of honey. The ferry Aurora had 340 passengers on board."
    )
    with pytest.raises(AssertionError) as raised:
        assert_grounded(answer, [FERRY, BEES], question="What happened?", verifier="rules")
    said = str(raised.value)
    assert said.startswith("1 of 2 claims not supported by the contexts (50% supported, at least")
    assert "question: What happened?" in said
    assert "The ferry Aurora had 340 passengers on board." in said
    assert 'number: "340' in said
    assert "212" in said
    assert f"best evidence, contexts[0]: {FERRY}" in said
    assert "41 tonnes" not in said  # what holds is not in the way


def test_the_share_that_is_wanted_can_be_less_than_all() -> None:
    fake = WordVerifier()
    answer = "Red cats sleep. Blue dogs bark."
    assert assert_grounded(answer, "red cats sleep", least=0.5, verifier=fake).score == 0.25
    with pytest.raises(AssertionError, match="at least 51% wanted"):
        assert_grounded(answer, "red cats sleep", least=0.51, verifier=fake)


def test_a_contradiction_says_what_stands_against_it() -> None:
    with pytest.raises(AssertionError) as raised:
        assert_grounded("Red cats never sleep.", ["red cats sleep"], verifier=WordVerifier())
    assert 'negation: "never", where the evidence has "always"' in str(raised.value)
    with pytest.raises(AssertionError, match="no evidence in the contexts"):
        assert_grounded("Red cats sleep.", [], verifier=WordVerifier())


def test_a_message_stays_short_whatever_the_answer() -> None:
    answer = " ".join(f"Claim number {n} is {'very ' * 200}long." for n in range(40))
    with pytest.raises(AssertionError) as raised:
        assert_grounded(answer, ["nothing"], verifier=WordVerifier())
    assert "and 30 more" in str(raised.value)
    assert len(str(raised.value)) < 10_000


def test_an_answer_that_claims_nothing_passes_and_an_empty_one_does_not() -> None:
    case = assert_grounded("I do not know.", [FERRY], verifier="rules")
    assert case.state == State.NOT_CHECKABLE
    with pytest.raises(AssertionError, match="the answer is empty"):
        assert_grounded("  ", [FERRY], verifier="rules")


def test_a_verifier_that_fails_does_not_let_a_test_pass() -> None:
    with pytest.raises(AssertionError, match="a rule stumbled"):
        assert_grounded("Some poison.", [FERRY], verifier=WordVerifier(poison="poison"))


@pytest.mark.parametrize(
    "contexts",
    [
        FERRY,
        [FERRY],
        Context(FERRY),
        (Context(FERRY, title="Ferry"),),
        [{"text": FERRY}],
        [{"page_content": FERRY, "metadata": {"title": "Ferry"}}],
    ],
    ids=["text", "texts", "context", "contexts", "object", "document"],
)
def test_contexts_may_come_in_any_usual_shape(contexts: Any) -> None:
    case = ground("The ferry Aurora ran aground.", contexts, verifier=WordVerifier())
    assert [each.text for each in case.contexts] == [FERRY]


def test_a_wrong_argument_is_told_apart_from_a_wrong_answer() -> None:
    with pytest.raises(TypeError, match=r"contexts\[1\]: expected text, found int"):
        ground("x", [FERRY, 3], verifier="rules")  # type: ignore[list-item]
    with pytest.raises(TypeError, match="answer: expected text, found NoneType"):
        assert_grounded(None, [FERRY])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a share of 0 to 1, found 95"):
        assert_grounded("x", [FERRY], least=95, verifier="rules")


def test_rows_in_hand_make_a_report() -> None:
    rows: list[dict[str, Any]] = [
        {"answer": "Red cats sleep.", "contexts": ["red cats sleep"]},
        {"nothing": 1},
    ]
    made = evaluate(rows, verifier=WordVerifier())
    assert dict(made.states) == {"malformed": 1, "supported": 1}
    with pytest.raises(SourceError, match="rows holds no row"):
        evaluate([{"nothing": 1}])


def test_a_failure_in_pytest_shows_the_test_and_the_message() -> None:
    code = (
        "from eval import assert_grounded\n"
        "def test_answer():\n"
        "    assert_grounded('The ferry had 340 passengers.', 'The ferry had 212 passengers.',"
        " verifier='rules')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"""
import pathlib, tempfile, pytest, sys
folder = pathlib.Path(tempfile.mkdtemp())
(folder / "test_it.py").write_text({code!r})
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]))
"""],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 of 1 claims not supported" in ran.stdout
    assert 'number: "340' in ran.stdout
    assert "eval/assertion.py" not in ran.stdout


def test_the_library_is_loaded_only_when_it_is_used() -> None:
    code = (
        "import sys, eval\n"
        "heavy = {'numpy', 'onnxruntime', 'rag', 'index', 'torch', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from eval import assert_grounded\n"
        "heavy = {'torch', 'faiss', 'sentence_transformers', 'gradio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr


def test_what_the_library_offers_is_there() -> None:
    assert set(library.__all__) <= set(dir(library))
    assert all(callable(getattr(library, name)) for name in library.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = library.nothing
