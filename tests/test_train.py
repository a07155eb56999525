"""Making the reader's training data, and that a step of training learns."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.binary import auroc
from eval.train.batching import Texts, batches, items
from eval.train.data import Asked, Example, Sources, Text, articles, read_sources, untokenised
from eval.train.hard import (
    Likeness,
    find_names,
    kind,
    negated,
    reframed,
    removed,
    swap,
    swapped,
)
from eval.train.making import Maker, Mix
from eval.train.measure import measure
from eval.train.model import ReaderNet, loss
from eval.train.reader import layered, loss_of, read_config
from eval.train.training import follow, slope, train_step
from rag.reader import Extract, Reading, shipped_tokenizer

FERRY = (
    "the ferry sank off velm on 3 may 1931.",
    "its captain, orla tanneq, swam ashore.",
    "nine passengers were rescued by fishermen.",
    "the largest bell of the town was rung all night.",
    "an inquiry in brenholt blamed the weather.",
    "the wreck was raised in 1934.",
)
ASKED = Example("who swam ashore from the ferry?", "", FERRY[:4], frozenset({1}))


def near(n: int) -> dict[str, object]:
    """A row as it is delivered: a sentence, and up to three others on either side."""
    around = [FERRY[m] for m in range(n - 3, n + 4) if 0 <= m < len(FERRY) and m != n]
    return {"question": f"question {n}?", "sentence": FERRY[n], "near": around}


def test_articles_come_back_in_order_from_overlapping_neighbourhoods() -> None:
    (text,) = articles([near(1), near(4), near(2)])
    assert text.sentences == FERRY
    assert [asked.sentence for asked in text.asked] == [1, 4, 2]


def test_rows_without_a_common_sentence_are_different_articles() -> None:
    other = {"question": "what else?", "sentence": "bees dance.", "near": ["bees sleep."]}
    assert len(articles([near(0), other])) == 2


@pytest.mark.parametrize(
    ("tokenised", "plain"),
    [
        ("He said `` no '' ( twice ) .", 'He said "no" (twice).'),
        ("a one - year term , 24 -- 10", "a one-year term, 24–10"),
        ("the -lrb- old -rrb- dog 's bowl", "the (old) dog's bowl"),
        ("they do n't know", "they don't know"),
    ],
)
def test_what_a_tokeniser_did_is_undone(tokenised: str, plain: str) -> None:
    assert untokenised(tokenised) == plain


def test_sentences_of_a_benchmark_are_not_learnt_from(tmp_path: Path) -> None:
    import gzip
    import json

    rows = [near(n) for n in range(len(FERRY))]
    for name, found in (("question_sentence", rows), ("selection", [])):
        lines = "\n".join(map(json.dumps, found))
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    unseen = ["Long ago. Its captain, Orla Tanneq, swam ashore. Nobody knew."]
    (text,) = read_sources(tmp_path, unseen).articles
    assert FERRY[1] not in text.sentences
    assert {asked.question for asked in text.asked} == {f"question {n}?" for n in (0, 2, 3, 4, 5)}
    assert all(text.sentences[a.sentence] == FERRY[int(a.question[9])] for a in text.asked)


def test_a_swap_keeps_to_the_same_kind_and_leaves_the_answer_out() -> None:
    asked = Example("what sank in 1931?", "", FERRY[:1], frozenset({0}))
    rng = random.Random(1)
    found = {swap(asked, FERRY, frozenset(), None, rng) for _ in range(40)}
    assert ("1931", "1934") in found
    assert all(pair is None or pair[1] not in FERRY[0] for pair in found)


def test_a_swap_may_turn_a_word_into_its_opposite() -> None:
    asked = Example("when was the largest bell rung?", "", FERRY[3:4], frozenset({0}))
    found = {swap(asked, FERRY, frozenset(), None, random.Random(n)) for n in range(30)}
    assert ("largest", "smallest") in found


def test_where_the_swap_is_made_decides_whether_it_is_answered() -> None:
    in_question = swapped(ASKED, "ashore", "away", "question")
    assert (in_question.question, in_question.sentences) == (
        "who swam away from the ferry?",
        ASKED.sentences,
    )
    assert not in_question.answers
    in_answer = swapped(ASKED, "ashore", "away", "answer")
    assert in_answer.question == ASKED.question
    assert in_answer.sentences[1] == "its captain, orla tanneq, swam away."
    assert not in_answer.answers
    both = swapped(ASKED, "ashore", "away", "both")
    assert (both.question, both.sentences[1]) == (in_question.question, in_answer.sentences[1])
    assert both.answers == {1}


def test_the_nearest_words_are_not_forms_of_the_word_itself() -> None:
    tokenizer = shipped_tokenizer()
    table = ReaderNet().encoder.embeddings.word_embeddings.weight.detach().numpy()
    alike = Likeness(tokenizer, table).nearest("july", ["julys", "august", "banana", "truck"], 1)
    assert alike == ["august"]


def test_an_answer_that_is_cut_out_leaves_the_question_unanswered() -> None:
    cut = removed(ASKED)
    assert cut is not None
    assert FERRY[1] not in cut.sentences
    assert not cut.answers
    assert removed(replace(ASKED, sentences=FERRY[1:2], answers=frozenset({0}))) is None


def test_a_number_is_asked_for_only_where_there_is_none() -> None:
    without = replace(ASKED, question="where was the captain born?", sentences=FERRY[1:2])
    found = reframed(without, random.Random(0))
    assert found is not None
    assert found.question.endswith("was the captain born?")
    assert not found.answers
    assert reframed(replace(without, sentences=FERRY[:2]), random.Random(0)) is None


def test_a_negated_question_is_not_answered() -> None:
    found = negated(replace(ASKED, question="who was rescued?"))
    assert found is not None
    assert (found.question, found.answers) == ("who was not rescued?", frozenset())


def test_names_are_what_is_capitalised_inside_sentences() -> None:
    names = find_names(["The old Brenholt mill burned.", "He saw Brenholt. The mill stood."])
    assert names == {"brenholt"}
    assert kind("Brenholt", names) == "name"
    assert kind("1931") == kind("1934") == "year"


def sources() -> Sources:
    asked = tuple(Asked(f"what of {sentence.split()[1]}?", n) for n, sentence in enumerate(FERRY))
    passage = Example("who swam?", "The ferry", FERRY, frozenset({1, 2}))
    return Sources((Text("ferry", FERRY, asked),) * 5, (passage,))


def test_an_epoch_points_at_the_answering_sentences_and_is_the_same_for_a_seed() -> None:
    kept = Mix(removed=0, elsewhere=0, strange=0, swapped=0, negated=0, reframed=0)
    made = Maker(sources(), kept, seed=3).epoch()
    assert len(made) == 31
    for example in made:
        word = example.question.split()[-1].rstrip("?")
        answering = [example.sentences[n] for n in example.answers]
        assert answering
        if example.question.startswith("what"):
            assert all(word in sentence for sentence in answering)
    assert made == Maker(sources(), kept, seed=3).epoch()
    assert made != Maker(sources(), kept, seed=4).epoch()


def test_the_answer_stands_anywhere_in_the_passage() -> None:
    text = Text("", FERRY, (Asked("what of the fishermen?", 2),))
    maker = Maker(Sources((text,), ()), Mix(), seed=0)
    places = {next(iter(maker.around(text, text.asked[0]).answers)) for _ in range(200)}
    assert places == {0, 1, 2}


def test_nothing_is_answered_where_everything_was_removed() -> None:
    mix = Mix(removed=1, littered=0)
    made = Maker(sources(), mix, seed=0).epoch()
    # What stood alone cannot be removed.
    assert all(not example.answers or len(example.sentences) == 1 for example in made)


def test_batches_hold_everything_once_and_keep_to_their_size() -> None:
    made = items(Maker(sources(), Mix(), seed=0).epoch(), Texts(shipped_tokenizer()), 64)
    found = batches(made, 256, random.Random(0))
    assert sorted(id(item) for batch in found for item in batch) == sorted(map(id, made))
    assert all(len(b) * max(len(i.window.ids) for i in b) <= 256 for b in found)


def test_a_few_steps_lower_the_loss() -> None:
    torch.manual_seed(0)
    net = ReaderNet()
    config = read_config(Path(__file__).parent.parent / "eval" / "train" / "reader.toml")
    optimizer = torch.optim.AdamW(layered(net, config), lr=config.rate)
    unanswered = replace(ASKED, question="who built the mill?", answers=frozenset())
    (batch,) = batches(
        items([ASKED, unanswered], Texts(shipped_tokenizer()), 128), 512, random.Random(0)
    )
    of_part = partial(loss_of, net, config.sentence_weight)
    losses = [train_step(net, optimizer, batch, of_part) for _ in range(6)]
    assert losses[-1] < 0.7 * losses[0]


def test_the_loss_is_least_where_the_right_one_is_chosen() -> None:
    def of(*logits: float, answers: frozenset[int]) -> float:
        return float(loss(torch.tensor([logits]), [answers], 0.2))

    right, none = frozenset({1}), frozenset[int]()
    assert of(0, 0, 9, answers=right) < of(0, 0, 0, answers=right) < of(0, 9, 0, answers=right)
    assert of(9, 0, 0, answers=none) < of(0, 0, 0, answers=none) < of(0, 9, 0, answers=none)
    # Of two that answer either will do.
    assert of(0, 9, 9, answers=frozenset({0, 1})) < of(0, 9, 0, answers=right)


def test_a_row_of_padding_is_never_chosen() -> None:
    net = ReaderNet(attention="eager").eval()
    texts = Texts(shipped_tokenizer())
    short = replace(ASKED, sentences=FERRY[:1], answers=frozenset())
    (batch,) = batches(items([ASKED, short], texts, 128), 512, random.Random(0))
    from eval.train.batching import tensors

    with torch.inference_mode():
        logits = net(**tensors(batch))
    row = min(range(2), key=lambda n: len(batch[n].window.spans))
    assert (logits[row, 2:] < -1000).all()
    assert (logits[row, :2] > -1000).all()


def test_the_average_follows_the_weights() -> None:
    net, average = ReaderNet(), ReaderNet()
    before = average.attend.bias.clone()
    with torch.no_grad():
        net.attend.bias.add_(1)
    net.attend.weight.data.copy_(average.attend.weight)
    follow(average, net, 0.75)
    assert torch.allclose(average.attend.bias, before + (net.attend.bias - before) / 4)


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [slope(step, 100, 10) for step in range(101)]
    assert rates[0] == 0.1
    assert max(rates) == rates[9] == rates[10] == 1
    assert rates[100] == 0


def test_auroc_counts_pairs_in_the_right_order() -> None:
    labels = [True, False, True, False]
    assert auroc([4, 1, 3, 2], labels) == 1
    assert auroc([1, 4, 2, 3], labels) == 0
    assert auroc([1, 1, 1, 1], labels) == 0.5
    assert auroc([2, 1, 1, 0], labels) == 0.875
    rng = np.random.default_rng(0)
    scores, right = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.5
    pairs = [(a > b) + (a == b) / 2 for a in scores[right] for b in scores[~right]]
    assert auroc(scores.tolist(), right.tolist()) == pytest.approx(np.mean(pairs))


def test_measuring_counts_the_best_sentence_and_the_refusal() -> None:
    def read(question: str, extracts: object) -> list[Reading]:
        return [Reading((0.0, 3.0), 3.0 if "known" in question else -1.0)]

    rows = [
        Example("known", "", ("a", "b"), frozenset({1})),
        Example("known too", "", ("a", "b"), frozenset({0})),
        Example("other", "", ("a", "b"), frozenset()),
    ]
    found = measure(read, rows)
    assert (found.recall_at_1, found.auroc) == (0.5, 1.0)
    assert Extract("t", ("a",)).sentences == ("a",)
