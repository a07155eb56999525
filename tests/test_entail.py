"""The shipped entailment model tells what evidence bears out, and which word it does not.

The texts are invented, so nothing can be known beforehand.
"""

from __future__ import annotations

import hashlib
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from rag.entail import (
    CLAIM,
    EVIDENCE,
    SHIPPED,
    SHIPPED_SHA256,
    OnnxEntailer,
    arrays,
    judgement,
    laid_out,
    shipped_entailer,
)
from rag.verdict import Entailment, Pair

EVIDENCE_TEXT = (
    "The town of Halvora reopened its tram line on Monday after nine years. "
    "Mayor Petra Collins said the repairs had cost 48 million crowns. "
    "The line carries about 12,000 passengers a day between the harbour and the university."
)
# What the evidence says, the same with one thing off, and the words that are off.
CASES = [
    ("The repairs cost 48 million crowns.", "The repairs cost 93 million crowns.", "93"),
    ("The tram line reopened on Monday.", "The tram line reopened on Thursday.", "Thursday"),
    ("The line carries 12,000 passengers a day.", "The line carries 57,000 passengers a day.",
     "57,000"),
    ("Petra Collins is the mayor.", "Oskar Lindqvist is the mayor.", "Lindqvist"),
    ("Halvora reopened its tram line.", "Korvel reopened its tram line.", "Korvel"),
    ("The town reopened its tram line after nine years.",
     "The town reopened its tram line after four years.", "four"),
    ("The line runs between the harbour and the university.",
     "The line runs between the airport and the university.", "airport"),
    ("Halvora reopened its tram line.", "Halvora closed its tram line.", "closed"),
]  # fmt: skip


@pytest.fixture(scope="module")
def entailer() -> OnnxEntailer:
    return OnnxEntailer(threads=1)


def pair(claim: str, evidence: str = EVIDENCE_TEXT) -> Pair:
    return Pair(evidence, claim)


@pytest.mark.parametrize(("right", "wrong", "_"), CASES)
def test_a_swapped_name_or_number_scores_below_the_original(
    entailer: OnnxEntailer, right: str, wrong: str, _: str
) -> None:
    one, other = entailer.entail([pair(right), pair(wrong)])
    assert one.supported > other.supported + 0.5


@pytest.mark.parametrize(("_", "wrong", "swapped"), CASES)
def test_the_word_least_borne_out_is_the_swapped_one(
    entailer: OnnxEntailer, _: str, wrong: str, swapped: str
) -> None:
    (found,) = entailer.entail([pair(wrong)])
    start, end, _odds = max(found.words, key=lambda word: word[2])
    assert wrong[start:end] == swapped


def test_words_cover_the_claim_in_order_by_its_own_offsets(entailer: OnnxEntailer) -> None:
    claim = "  Mayor  Petra Collins’s tram-line cost 48 million crowns — café!"
    (found,) = entailer.entail([pair(claim)])
    words = [claim[start:end] for start, end, _ in found.words]
    assert words == [
        "Mayor", "Petra", "Collins’s", "tram-line", "cost", "48", "million", "crowns", "—",
        "café", "!",
    ]  # fmt: skip


def test_a_claim_about_something_else_is_not_borne_out(entailer: OnnxEntailer) -> None:
    right, strange = entailer.entail(
        [pair("The line carries passengers."), pair("Wheat harvests failed across the plains.")]
    )
    assert strange.supported < 0 < right.supported


def test_a_pair_reads_the_same_whatever_is_asked_with_it(entailer: OnnxEntailer) -> None:
    pairs = [pair(claim) for case in CASES for claim in case[:2]]
    alone = [entailer.entail([each])[0] for each in pairs]
    assert entailer.entail(pairs) == alone
    assert OnnxEntailer(threads=3).entail(pairs) == alone


def test_results_come_in_the_order_asked_whatever_the_lengths(entailer: OnnxEntailer) -> None:
    claims = ["The line is long.", " ".join(["The harbour is old."] * 9), "Trams run.", "A mayor."]
    found = entailer.entail([pair(claim) for claim in claims])
    assert [each.words[-1][1] for each in found] == [len(claim) for claim in claims]


def test_nothing_asked_is_nothing_answered(entailer: OnnxEntailer) -> None:
    assert entailer.entail([]) == []


@pytest.mark.parametrize(("claim", "evidence"), [("", "A text."), ("A claim.", ""), ("", "")])
def test_empty_texts_have_a_finite_judgement(
    entailer: OnnxEntailer, claim: str, evidence: str
) -> None:
    (found,) = entailer.entail([Pair(evidence, claim)])
    assert math.isfinite(found.supported)
    assert len(found.words) == (3 if claim else 0)


def test_a_very_long_claim_is_read_as_far_as_it_is_read(entailer: OnnxEntailer) -> None:
    claim = "The line carries passengers. " * 100_000
    (found,) = entailer.entail([pair(claim, EVIDENCE_TEXT * 10_000)])
    assert math.isfinite(found.supported)
    assert found.words[-1][1] < 64 * 30


def test_many_threads_load_one_model_and_agree() -> None:
    entailer = OnnxEntailer(threads=1)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: entailer.entail([pair(CASES[0][0])])[0], range(8)))
    assert len({each.supported for each in found}) == 1


def test_the_weights_are_those_that_are_named() -> None:
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == SHIPPED_SHA256
    assert SHIPPED.stat().st_size <= 25 * 1000 * 1000
    assert shipped_entailer().id == f"byline-verifier-1@{SHIPPED_SHA256[:12]}"


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    damaged = tmp_path / "verifier.onnx"
    damaged.write_bytes(SHIPPED.read_bytes()[:-1000])
    with pytest.raises(ModelError, match=r"damaged.*reinstall"):
        OnnxEntailer(damaged).entail([pair("A claim.")])


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read"):
        OnnxEntailer(tmp_path / "none.onnx").entail([pair("A claim.")])


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot load"):
        OnnxEntailer(other, sha256=None).entail([pair("A claim.")])


def test_claim_and_evidence_are_laid_out_with_their_marks() -> None:
    laid = laid_out([7, 8], [9])
    assert laid.ids == (101, 7, 8, 102, 9, 102)
    long = laid_out(range(1000, 1500), range(2000, 2500))
    assert (long.claim, len(long.ids)) == (CLAIM, CLAIM + EVIDENCE + 3)


def test_arrays_mark_the_claim_and_pad_the_rest() -> None:
    made = arrays([laid_out([7, 8], [9]), laid_out([7], [])])
    assert made["input_ids"].tolist() == [[101, 7, 8, 102, 9, 102], [101, 7, 102, 102, 0, 0]]
    assert made["token_type_ids"].tolist() == [[0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 0, 0]]
    assert made["claim"].tolist() == [[0, 1, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0]]
    assert made["attention_mask"].sum(1).tolist() == [6, 4]


def test_a_word_is_as_doubtful_as_its_worst_token() -> None:
    found = judgement("He re-ran it.", 1.5, [0, 1, 5, 2, -1, 9],
                      [(0, 2), (3, 5), (5, 6), (6, 9), (10, 12), (12, 13)])  # fmt: skip
    assert found == Entailment(1.5, ((0, 2, 0), (3, 9, 5), (10, 12, -1), (12, 13, 9)))


def test_words_behind_the_last_token_read_are_left_out() -> None:
    assert judgement("one two", 0.0, [1.0], [(0, 3)]).words == ((0, 3, 1.0),)


def test_scores_tell_the_originals_from_the_swaps_as_a_whole(entailer: OnnxEntailer) -> None:
    right = [each.supported for each in entailer.entail([pair(case[0]) for case in CASES])]
    wrong = [each.supported for each in entailer.entail([pair(case[1]) for case in CASES])]
    assert np.mean(right) > np.mean(wrong) + 2
