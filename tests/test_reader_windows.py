"""How the reader lays its input out: windows that fit, whole sentences, padded arrays."""

from __future__ import annotations

import math

import pytest

from rag.reader import LIMIT, Window, arrays, reading, windows


def test_windows_are_laid_out_as_the_model_learnt() -> None:
    (window,) = windows([7, 8], [9], [[20, 21], [30]])
    assert window == Window((101, 7, 8, 102, 9, 1012, 20, 21, 30, 102), 4, ((6, 8), (8, 9)), 0)
    (untitled,) = windows([7], [], [[20]])
    assert untitled.ids == (101, 7, 102, 20, 102)


@pytest.mark.parametrize("lengths", [[30] * 40, [5] * 300, [200] * 9, [900, 3, 900], [1], [310]])
def test_every_sentence_stands_whole_in_one_window(lengths: list[int]) -> None:
    sentences = [[1000 + n] * length for n, length in enumerate(lengths)]
    made = windows([7] * 10, [9] * 5, sentences)
    assert [window.first + n for window in made for n in range(len(window.spans))] == list(
        range(len(lengths))
    )
    for window in made:
        assert len(window.ids) <= LIMIT
        for n, (start, end) in enumerate(window.spans):
            sentence = sentences[window.first + n]
            assert list(window.ids[start:end]) == sentence[: LIMIT - 19]


def test_windows_are_of_like_length() -> None:
    made = windows([7] * 10, [], [[5] * 30 for _ in range(11)])
    assert [len(window.spans) for window in made] == [6, 5]


def test_long_questions_and_titles_leave_room_to_read() -> None:
    (window,) = windows([7] * 500, [9] * 500, [[20] * 50])
    assert window.asked == 66
    assert window.spans == ((99, 149),)


def test_arrays_pad_and_mark() -> None:
    made = arrays([*windows([7], [], [[20, 21], [22]]), *windows([7], [], [[30]])])
    assert made["input_ids"].tolist() == [
        [101, 7, 102, 20, 21, 22, 102],
        [101, 7, 102, 30, 102, 0, 0],
    ]
    assert made["attention_mask"].tolist() == [[1] * 7, [1] * 5 + [0] * 2]
    assert made["token_type_ids"].tolist() == [[0] * 3 + [1] * 4, [0] * 3 + [1] * 2 + [0] * 2]
    assert made["spans"][1].tolist() == [[0, 0, 0, 1, 0, 0, 0], [0] * 7]


def test_readings_add_up_odds() -> None:
    assert reading([0.0, 0.0]).answerable == pytest.approx(math.log(2))
    assert reading([]).answerable == -math.inf
    assert reading([800.0]).answerable == 800
