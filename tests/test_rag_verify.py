"""The verifier: what it says of a claim, alone and with a model."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.nli_cross_encoder import CrossEncoderVerifier
from rag.verdict import Claim, Context, Entailment, Pair, State, Verdict
from rag.verify import BuiltIn, aggregate, verifier_for

TEXT = (
    "The council of Adlerby closed the harbour on Monday. It said that ice had damaged two piers. "
    "Repairs will take until June, and fishermen will be paid 40 crowns a day."
)
CONTEXT = Context(TEXT)


class Fixed:
    """A model that gives what it is told to, and keeps what it was asked."""

    id = "fixed"

    def __init__(self, supported: float) -> None:
        self.supported = supported
        self.asked: list[Pair] = []

    def entail(self, pairs: Sequence[Pair]) -> list[Entailment]:
        self.asked += pairs
        return [Entailment(self.supported) for _ in pairs]


def judge(text: str, *contexts: Context) -> Verdict:
    (verdict,) = verifier_for("rules").verify([Claim(text, contexts or (CONTEXT,))])
    return verdict


def test_a_sentence_of_a_context_is_supported_and_its_ground_is_itself() -> None:
    verdict = judge("It said that ice had damaged two piers.", Context("Nothing."), CONTEXT)
    assert verdict.state is State.SUPPORTED
    assert verdict.score > 0.95
    (ground,) = verdict.grounds
    assert ground.context == 1
    assert (
        TEXT[ground.start : ground.end] == ground.text == "It said that ice had damaged two piers"
    )


def test_the_start_of_a_word_or_a_number_is_no_copy() -> None:
    assert judge("Fishermen will be paid 4").state is not State.SUPPORTED


def test_grounds_are_the_contexts_own_words_and_may_be_two() -> None:
    verdict = judge("The harbour of Adlerby was closed on Monday because ice damaged two piers.")
    assert len(verdict.grounds) == 2
    assert all(TEXT[g.start : g.end] == g.text and 0 < g.weight <= 1 for g in verdict.grounds)


def test_what_nothing_bears_out_is_told() -> None:
    verdict = judge("The mayor bought an elephant for the zoo.")
    assert verdict.state is State.UNSUPPORTED
    assert verdict.score < 0.3
    assert "elephant" in " ".join(f.words for f in verdict.failures)


def test_without_evidence_nothing_is_supported() -> None:
    for contexts in ((), (Context(""),), (Context(" \n"),)):
        (verdict,) = verifier_for("rules").verify([Claim("The dam failed.", contexts)])
        assert (verdict.state, verdict.score) == (State.UNSUPPORTED, 0.0)


def test_what_claims_nothing_is_left_alone() -> None:
    assert judge("Was the harbour closed?") == Verdict(State.NOT_CHECKABLE, 0.0)


def test_a_claim_is_judged_the_same_alone_and_among_others() -> None:
    claims = [
        Claim(text, (CONTEXT,))
        for text in ("The harbour closed.", "Repairs take until July.", "Who?", "Ice broke a pier.")
    ]
    verifier = verifier_for("rules")
    assert verifier.verify(claims) == [verifier.verify([claim])[0] for claim in claims]
    assert verifier.verify([]) == []


def test_scores_are_probabilities_whatever_is_asked() -> None:
    odd = ["\ud800 x y", "¿¡…", "1 2 3", "a" * 5000, "“”", "\x00 dam", "İstanbul ﬁre", "%%% 5 %"]
    for text in odd:
        verdict = judge(text)
        assert 0.0 <= verdict.score <= 1.0
        assert not math.isnan(verdict.score)


def test_a_model_moves_the_score_and_is_asked_once_for_all() -> None:
    claims = [Claim("The harbour was shut.", (CONTEXT,)), Claim("Ice broke piers.", (CONTEXT,))]
    yes, no = Fixed(6.0), Fixed(-6.0)
    for high, low in zip(BuiltIn(yes).verify(claims), BuiltIn(no).verify(claims), strict=True):
        assert high.score > low.score
    assert [pair.claim for pair in yes.asked] == [claim.text for claim in claims]
    assert "closed the harbour" in yes.asked[0].evidence


def test_the_threshold_decides_and_is_in_the_id() -> None:
    claim = Claim("The council closed the harbour on Monday because of ice.", (CONTEXT,))
    strict, lax = BuiltIn(threshold=0.999), BuiltIn(threshold=0.001)
    assert strict.verify([claim])[0].state is State.UNSUPPORTED
    assert lax.verify([claim])[0].state is State.SUPPORTED
    assert strict.id != lax.id
    assert BuiltIn(Fixed(0), 0.999).id != strict.id


def test_an_answer_is_as_good_as_its_worst_claim() -> None:
    good, bad = Verdict(State.SUPPORTED, 0.9), Verdict(State.CONTRADICTED, 0.1)
    nothing = Verdict(State.NOT_CHECKABLE, 0.0)
    long, short = ("The harbour was shut all day.", good), ("Ice broke.", bad)
    assert aggregate([long, ("Hello!", nothing), short]) == (
        State.CONTRADICTED,
        pytest.approx((6 * 0.9 + 2 * 0.1) / 8),
    )
    assert aggregate([long, ("Hello!", nothing)]) == (State.SUPPORTED, pytest.approx(0.9))
    assert aggregate([("Hello!", nothing)]) == (State.NOT_CHECKABLE, 0.0)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A cross-encoder of three outputs, of random weights, that knows a few words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "harbour", "closed", "council"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, num_labels=3,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    return tmp_path


def label(folder: Path, *names: str) -> None:
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["id2label"] = {str(n): name for n, name in enumerate(names)}
    config["label2id"] = {name: n for n, name in enumerate(names)}
    file.write_text(json.dumps(config), encoding="utf-8")


def test_the_outputs_of_a_cross_encoder_are_read_by_their_names(tiny: Path) -> None:
    claim = Claim("The harbour was closed.", (CONTEXT,))
    scores = []
    for order in (
        ("entailment", "neutral", "contradiction"),
        ("contradiction", "entailment", "neutral"),
        ("NEUTRAL", "CONTRADICTION", "ENTAILMENT"),
    ):
        label(tiny, *order)
        scores.append(CrossEncoderVerifier(str(tiny), 0.5).verify([claim])[0].score)
    assert sum(scores) == pytest.approx(1.0, abs=1e-4)
    assert len(set(scores)) == 3


def test_a_cross_encoder_that_does_not_name_its_outputs_is_refused(tiny: Path) -> None:
    label(tiny, "LABEL_0", "LABEL_1", "LABEL_2")
    with pytest.raises(ModelError, match="LABEL_0"):
        CrossEncoderVerifier(str(tiny), 0.5).verify([Claim("It closed.", (CONTEXT,))])


def test_a_model_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="nowhere"):
        verifier_for(missing).verify([Claim("The harbour closed.", (CONTEXT,))])
