"""What the verifier learns from: swaps change what they say they change, and labels cover it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from eval.train.faults import Faulter
from eval.train.hard import Likeness
from eval.train.soften import Softener
from eval.train.substitutes import Substitutes
from eval.train.swaps import Swapper, entities, put
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
from eval.train.wordnet import WordNet
from rag.entail import laid_out
from rag.reader import shipped_tokenizer
from rag.verdict import Entailment

CLAIM = "The council rejected the plan of Petra Collins on Monday because 48 trees were old."
EVIDENCE = f"It rained. {CLAIM} Nobody was surprised in Halvora."
POOL = (
    "Mayor Oskar Lindqvist visited Korvel in March with 93 pupils.",
    "The bridge near the mill is a quiet place, which few people know.",
    "The harbour was closed for 17 days after the storm.",
)
Makes = tuple[Swapper, Faulter, Softener]
# A WordNet of a few words: (part, synset's words, pointers as (symbol, which synset)).
SYNSETS = [
    ("verb", ["reject", "refuse"], [("!", 1)]),
    ("verb", ["accept"], [("!", 0)]),
    ("adj", ["old"], [("!", 3)]),
    ("adj", ["young"], [("!", 2)]),
    ("noun", ["tree"], [("@", 6)]),
    ("noun", ["shrub"], [("@", 6)]),
    ("noun", ["plant"], [("~", 4), ("~", 5)]),
    ("noun", ["plan", "program"], []),
    ("noun", ["council"], []),
]
_LETTER = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_KEY = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wordnet")
    offset = [f"{n + 1:08}" for n in range(len(SYNSETS))]
    counts = []
    for part, letter in _LETTER.items():
        data, index = ["  1 The licence."], ["  1 The licence."]
        for n, (own, words, points) in enumerate(SYNSETS):
            if own != part:
                continue
            named = " ".join(f"{word} 0" for word in words)
            ends = [
                f"{sign} {offset[to]} {letter} {'0101' if sign == '!' else '0000'}"
                for sign, to in points
            ]
            data.append(
                f"{offset[n]} 00 {letter} {len(words):02x} {named} {len(points):03} "
                f"{' '.join(ends)} | a gloss"
            )
            for word in words:
                index.append(f"{word} {letter} 1 0 1 1 {offset[n]}")
                counts.append(f"{word}%{_KEY[part]}:00:00:: 1 9")
        (folder / f"data.{part}").write_text("\n".join(data) + "\n", "utf-8")
        (folder / f"index.{part}").write_text("\n".join(index) + "\n", "utf-8")
        (folder / f"{part}.exc").write_text("", "utf-8")
    (folder / "cntlist.rev").write_text("\n".join(counts) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return shipped_tokenizer()


@pytest.fixture(scope="module")
def likeness(tokenizer: Tokenizer) -> Likeness:
    # Every word is like every other: what is chosen goes by the rest.
    return Likeness(tokenizer, np.ones((tokenizer.get_vocab_size(), 4), dtype=np.float32))


@pytest.fixture
def swapper(wordnet: Path, likeness: Likeness) -> Swapper:
    common = frozenset("accepted rejected refused young old shrubs trees program plan".split())
    rng = random.Random(5)
    substitutes = Substitutes(WordNet(wordnet))
    return Swapper(substitutes, likeness, frozenset(), common, POOL, rng)


@pytest.fixture
def faulter(wordnet: Path) -> Faulter:
    return Faulter(Substitutes(WordNet(wordnet)), frozenset(), random.Random(5))


@pytest.fixture
def softener(wordnet: Path, likeness: Likeness) -> Softener:
    common = frozenset(("refused", "program"))
    return Softener(Substitutes(WordNet(wordnet)), likeness, common, random.Random(5))


@pytest.fixture
def makes(swapper: Swapper, faulter: Faulter, softener: Softener) -> Makes:
    return swapper, faulter, softener


def test_words_are_exchanged_in_their_inflection(wordnet: Path) -> None:
    substitutes = Substitutes(WordNet(wordnet))
    assert substitutes.same("rejected") == ("refused",)
    assert substitutes.other("rejected") == (("accepted",), ())
    assert substitutes.other("trees") == ((), ("shrubs",))
    assert substitutes.same("unknown") == ()


def test_words_that_mean_the_same_or_are_a_kind_of_each_other_are_related(wordnet: Path) -> None:
    substitutes = Substitutes(WordNet(wordnet))
    assert substitutes.related("rejects", "refused")
    assert substitutes.related("tree", "plants")
    assert not substitutes.related("tree", "shrub")


def test_an_exchange_says_where_it_is_and_whether_it_means_the_same(wordnet: Path) -> None:
    made = Substitutes(WordNet(wordnet)).exchange(CLAIM, random.Random(1), same=1, other=1)
    assert made is not None
    text, exchanges = made
    for each in exchanges:
        new = text[each.start : each.end]
        assert new not in CLAIM
        assert each.same == (new in {"refused", "program"})
    assert sorted(each.same for each in exchanges) == [False, True]


def test_put_replaces_whole_words_alone_and_tells_where() -> None:
    made = put("The cat saw a catalogue and a Cat.", "cat", "horse")
    assert made.text == "The horse saw a catalogue and a horse."
    assert [made.text[a:b] for a, b in made.faults] == ["horse", "horse"]
    assert put("Nothing here.", "cat", "horse") == put("Nothing here.", "dog", "mare")


def test_a_swap_is_of_a_word_that_both_texts_have_for_one_that_the_claim_has_not(
    swapper: Swapper,
) -> None:
    seen = set()
    for _ in range(120):
        swap = swapper.swap(CLAIM, EVIDENCE, POOL)
        assert swap is not None
        assert swap.old.lower() in CLAIM.lower()
        assert swap.old.lower() in EVIDENCE.lower()
        made = put(CLAIM, swap.old, swap.new)
        assert made.text != CLAIM
        assert made.faults
        assert {made.text[a:b] for a, b in made.faults} == {swap.new}
        seen.add(swap.old.lower())
    assert {"rejected", "48", "monday"} <= seen
    assert any("collins" in old for old in seen)


def outside(text: str, faults: tuple[tuple[int, int], ...]) -> str:
    """What is left of a text without its faults, blanks aside."""
    for start, end in sorted(faults, reverse=True):
        text = text[:start] + text[end:]
    return "".join(text.split())


def test_a_fault_is_within_the_spans_that_are_named(faulter: Faulter) -> None:
    claims = (CLAIM, "The harbour was not open in May.", "She planned the visit to Korvel.")
    for claim in claims:
        for _ in range(60):
            made = faulter.fault(claim, f"{EVIDENCE} {claim}", POOL)
            if made is None:
                continue
            assert made.text != claim
            assert made.faults
            assert all(0 <= a < b <= len(made.text) for a, b in made.faults)
            # All that is not to blame stood in the claim, in its order.
            rest = iter("".join(claim.split()))
            assert all(character in rest for character in outside(made.text, made.faults))


def test_names_are_runs_of_capitalised_words_but_not_days_or_first_words() -> None:
    assert [CLAIM[a:b] for a, b in entities(CLAIM, frozenset())] == ["Petra Collins"]
    low = CLAIM.lower()
    assert [low[a:b] for a, b in entities(low, frozenset(("petra", "collins")))] == [
        "petra collins"
    ]


def test_softening_keeps_names_and_the_verb_and_leaves_sentences(softener: Softener) -> None:
    text = "However, the council (of Halvora) rejected the plan of Petra Collins, which was old."
    made = {softener.soften(text) for _ in range(80)}
    assert len(made) > 5
    for each in made:
        assert "ouncil" in each
        assert "rejected" in each or "refused" in each
        assert len(each.split()) >= 5
    assert any("(of" not in each for each in made)
    assert any("program" in each for each in made)


@pytest.mark.parametrize("number", ["406", "1,853", "12,349"])
def test_rounded_numbers_are_near_and_on_the_side_they_say(softener: Softener, number: str) -> None:
    value = int(number.replace(",", ""))
    text = f"The town counted {number} boats in the bay."
    for _ in range(60):
        words = softener._numbered(text).removeprefix("The town counted ").split(" boats")[0]
        said = int(words.split()[-1].replace(",", ""))
        assert 0.5 * value < said < 1.1 * value
        if words.startswith(("more than", "over", "at least")):
            assert said <= value
        if words.startswith(("nearly", "almost")):
            assert said > value


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
