"""Claims are changed as they are said to be: exchanged, at fault and softened."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from eval.train.faults import Faulter
from eval.train.soften import Softener
from eval.train.substitutes import Substitutes
from eval.train.swaps import Swapper, entities, put
from eval.train.wordnet import WordNet
from tests import small_wordnet
from tests.small_wordnet import CLAIM, EVIDENCE, POOL

wordnet = small_wordnet.wordnet
tokenizer = small_wordnet.tokenizer
likeness = small_wordnet.likeness
swapper = small_wordnet.swapper
faulter = small_wordnet.faulter
softener = small_wordnet.softener


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
