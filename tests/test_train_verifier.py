"""What the verifier learns from: lessons, their labels and batches, and what a run is made of."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from eval.train.verifier import read_config
from eval.train.verifier_batches import Item, batches, items, tensors
from eval.train.verifier_data import (
    Article,
    Lesson,
    Maker,
    Shares,
    claim_of,
    read_articles,
    shingles,
)
from eval.train.verifier_export import averaged
from eval.train.verifier_measure import best_sentences, scores
from rag.entail import laid_out
from rag.verdict import Entailment
from tests import small_wordnet
from tests.small_wordnet import CLAIM, POOL, Makes

wordnet = small_wordnet.wordnet
tokenizer = small_wordnet.tokenizer
likeness = small_wordnet.likeness
swapper = small_wordnet.swapper
faulter = small_wordnet.faulter
softener = small_wordnet.softener
makes = small_wordnet.makes


def test_questions_become_what_they_take_for_granted() -> None:
    rng = random.Random(0)
    made = {claim_of("Who won the cup in 1998?", rng) for _ in range(30)}
    assert made == {
        "Who won the cup in 1998",
        "someone won the cup in 1998",
        "somebody won the cup in 1998",
    }
    made = {claim_of("when did the war end?", rng) for _ in range(30)}
    assert made == {"when did the war end", "the war end"}


def lessons(makes: Makes, **shares: float) -> list[Lesson]:
    share = Shares(
        **dict.fromkeys(("claim", "evidence", "both", "fault", "absent", "partly"), 0.0) | shares
    )
    article = Article(
        (CLAIM, *POOL, "Nobody was surprised in Halvora at all."), (("who rejected the plan?", 0),)
    )
    maker = Maker([article] * 25, *makes, (share, share), random.Random(2))
    return list(maker.epoch())


def test_claims_left_alone_are_borne_out(makes: Makes) -> None:
    made = lessons(makes)
    assert len(made) == 25 * 6
    assert all(each.supported and each.faults == () for each in made)


def test_swaps_in_the_claim_or_the_evidence_are_faults_and_in_both_are_not(makes: Makes) -> None:
    for each in lessons(makes, claim=1.0):
        if not each.supported:
            assert each.faults
            assert all(
                each.claim[a:b].lower() not in each.claim[:a].lower() for a, b in each.faults[:1]
            )
    changed = [each for each in lessons(makes, evidence=1.0) if not each.supported]
    assert changed
    for each in changed:
        assert each.faults
        # The claim's word is no longer where it was in the evidence.
        assert all(
            f" {each.claim[a:b].lower()} " not in f" {each.evidence.lower()} "
            for a, b in each.faults
        )
    assert all(each.supported for each in lessons(makes, both=1.0))


def test_what_is_absent_has_no_words_to_blame(makes: Makes) -> None:
    made = lessons(makes, absent=1.0)
    assert all(not each.supported and each.faults is None for each in made)
    assert not any(each.claim in each.evidence for each in made)


def test_a_second_part_from_elsewhere_is_blamed_whole(makes: Makes) -> None:
    made = lessons(makes, partly=1.0)
    for each in made:
        if each.supported:
            continue
        assert each.faults is not None
        ((start, end),) = each.faults
        assert start == 0 or end == len(each.claim)
        assert end - start > 15
    assert sum(not each.supported for each in made) > len(made) / 2


def test_token_labels_cover_exactly_the_words_at_fault(tokenizer: Tokenizer) -> None:
    claim = "Oskar Lindqvist rejected 93 plans."
    faults = ((0, 15), (25, 27))
    (item,) = items([Lesson("Some evidence.", claim, False, faults)], tokenizer)
    tokens = tokenizer.encode(claim, add_special_tokens=False)
    blamed = [t for t, f in zip(tokens.tokens, item.faults, strict=True) if f == 1]
    assert "".join(blamed).replace("##", "") == "oskarlindqvist93"
    assert set(item.faults) == {0, 1}


def test_lessons_without_words_to_blame_are_of_unknown_tokens(tokenizer: Tokenizer) -> None:
    (item,) = items([Lesson("Some evidence.", "A claim.", False, None)], tokenizer)
    assert set(item.faults) == {-1}


def test_a_fault_that_is_cut_away_is_no_lesson(tokenizer: Tokenizer) -> None:
    claim = "word " * 80 + "wrong"
    assert items([Lesson("Some evidence.", claim, False, ((400, 405),))], tokenizer) == []


def test_batches_hold_every_item_once_and_no_more_tokens_than_asked() -> None:
    made = [Item(laid_out(range(n % 9), range(n)), True, (0,) * (n % 9)) for n in range(1, 90)]
    found = batches(made, 300, random.Random(1))
    assert sorted(map(id, (i for batch in found for i in batch))) == sorted(map(id, made))
    assert all(len(b) * max(len(i.laid.ids) for i in b) <= 300 for b in found)
    assert len(found) < len(made) / 2


def test_tensors_mark_tokens_that_are_not_the_claims_as_unknown() -> None:
    _, supported, faults = tensors([Item(laid_out([7, 8], [9]), False, (0, 1))])
    assert faults.tolist() == [[-1, 0, 1, -1, -1, -1]]
    assert supported.tolist() == [0]


def test_texts_that_share_eight_words_with_a_benchmark_are_left_out(tmp_path: Path) -> None:
    secret = "the quick brown fox jumps over the lazy dog at noon"
    rows: dict[str, list[dict[str, Any]]] = {
        "question_sentence": [
            {"question": "who jumps?", "sentence": secret, "near": ["A first one.", "A last one."]}
        ],
        "selection": [
            {"question": "q", "title": "t", "sentences": ["One is here.", f"So {secret}.", "Two."],
             "answer_sentences": [0], "answerable": True}
        ],
        "nli_pairs": [
            {"premise": p, "hypothesis": "h", "label": "entailment", "source": "FeverSymmetric"}
            for p in (f"And {secret}", "Nothing of the kind is in this one, not a word of it")
        ],
    }  # fmt: skip
    for name, each in rows.items():
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in each)
    articles, pairs = read_articles(tmp_path, [f"Yesterday {secret} again"])
    kept = [sentence for article in articles for sentence in article.sentences]
    assert "One is here." in kept
    assert not any("lazy dog" in sentence for sentence in kept)
    assert {pair.evidence for pair in pairs} == {rows["nli_pairs"][1]["premise"]}
    assert shingles(["a b"]) == shingles(["A, b!"])


@pytest.mark.parametrize("name", ["verifier", "verifier_absent", "verifier_words"])
def test_the_settings_that_are_shipped_are_read(name: str) -> None:
    config = read_config(Path(f"eval/train/{name}.toml"))
    shares = (config.sentences, config.questions)
    for share in shares:
        made = share.claim + share.evidence + share.fault + share.absent + share.partly
        assert 0.3 < made < 0.6  # about as many false as true
        assert made + share.both <= 1


def test_weights_are_averaged_and_counts_kept(tmp_path: Path) -> None:
    for n, value in enumerate((1.0, 4.0)):
        torch.save({"w": torch.full((2,), value), "n": torch.tensor(3)}, tmp_path / f"{n}.pt")
    made = averaged([tmp_path / "0.pt", tmp_path / "1.pt"])
    assert made["w"].tolist() == [2.5, 2.5]
    assert made["n"].item() == 3


def test_the_best_sentences_cover_the_claim_together_in_their_order() -> None:
    sentences = [
        "Trams run late.",
        "The bell was found.",
        "A diver found it.",
        "Bells ring.",
        "Rain fell.",
    ]
    assert best_sentences("A diver found the bell in the rain.", sentences, 3) == (
        "The bell was found. A diver found it. Rain fell."
    )


def test_a_claim_is_scored_by_itself_by_its_worst_word_and_by_all() -> None:
    found = scores(Entailment(2.0, ((0, 1, -3.0), (2, 3, 3.0))))
    assert found == {"claim": 2.0, "worst": -3.0, "mean": pytest.approx(-0.5)}
