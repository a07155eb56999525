"""Near-copies: found by their sketches, told by their texts."""

from __future__ import annotations

import random

from index import copies


def story(seed: int, words: int = 300) -> list[str]:
    generator = random.Random(seed)
    return [f"w{generator.randrange(5_000)}" for _ in range(words)]


def found(one: list[str], other: list[str]) -> bool:
    """As the archive does it: a shared band, and then the texts themselves."""
    first, second = (copies.shingles(" ".join(words)) for words in (one, other))
    return bool(set(copies.bands(first)) & set(copies.bands(second))) and copies.is_copy(
        first, second
    )


def test_nearly_every_copy_that_is_cut_by_a_quarter_is_found() -> None:
    assert sum(found(story(n), story(n)[:225]) for n in range(200)) >= 196


def test_nearly_every_copy_with_a_few_words_changed_is_found() -> None:
    def edited(words: list[str], seed: int) -> list[str]:
        changed, generator = list(words), random.Random(seed)
        for _ in range(8):
            changed[generator.randrange(len(changed))] = "edited"
        return changed

    assert sum(found(story(n), edited(story(n), n)) for n in range(200)) >= 190


def test_other_stories_are_hardly_ever_compared_and_never_taken_for_copies() -> None:
    sketches = [copies.shingles(" ".join(story(n))) for n in range(150)]
    keys = [set(copies.bands(sketch)) for sketch in sketches]
    pairs = [(a, b) for a in range(150) for b in range(a)]
    assert not any(copies.is_copy(sketches[a], sketches[b]) for a, b in pairs)
    assert sum(bool(keys[a] & keys[b]) for a, b in pairs) < 5


def test_half_a_story_in_another_one_is_no_copy() -> None:
    assert not found(story(1), story(1)[:140])
    assert not found(story(1), story(1)[:150] + story(2)[:150])


def test_capitals_and_punctuation_make_no_difference() -> None:
    words = story(3)
    assert found(words, [f"“{word.upper()},”" for word in words])


def test_a_short_text_has_no_sketch() -> None:
    assert copies.bands(copies.shingles(" ".join(story(1)[:39]))) == ()
    assert copies.bands(copies.shingles("")) == ()


def test_a_sketch_is_the_same_on_every_machine() -> None:
    first, *_ = copies.bands(copies.shingles(" ".join(f"w{n}" for n in range(99))))
    assert first == 1090056198545799309
