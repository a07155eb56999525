"""Copies of a story by several outlets are linked to the one that was published first."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.archive import Archive
from tests.small_pages import WIRE, copy, page, prose, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3), (3, 1, 2)])
@pytest.mark.parametrize("apart", [False, True])
def test_near_copies_are_linked_to_the_first_published_whatever_comes_first(
    tmp_path: Path, order: tuple[int, ...], apart: bool
) -> None:
    texts = {1: WIRE, 2: WIRE + " Reporting by our wire desk.", 3: "By agencies. " + WIRE}
    pages = [copy(n, n, texts[n]) for n in order]
    if apart:
        for one in pages:
            run(tmp_path, one)
    else:
        summary = run(tmp_path, *pages)
        assert summary.copies >= 2
    [original] = Archive(tmp_path).newest(9)
    assert original.title == "Title of 1"
    copies = Archive(tmp_path).copies([original.id])[original.id]
    assert {one.title for one in copies} == {"Title of 2", "Title of 3"}
    assert Archive(tmp_path).stats().copies == 2


def test_of_copies_without_a_date_the_first_in_the_archive_is_the_original(tmp_path: Path) -> None:
    run(tmp_path, copy(2, None, WIRE), copy(1, None, WIRE + " It rained."))
    assert [one.title for one in Archive(tmp_path).newest(9)] == ["Title of 2"]


def test_a_trimmed_copy_is_a_copy_and_half_a_story_is_not(tmp_path: Path) -> None:
    words = WIRE.split(". ")
    run(
        tmp_path,
        copy(1, 1, WIRE),
        copy(2, 2, ". ".join(words[: len(words) * 3 // 4]) + "."),
        copy(3, 3, ". ".join(words[: len(words) // 4]) + ". " + prose(77, 30)),
    )
    assert {one.title for one in Archive(tmp_path).newest(9)} == {"Title of 1", "Title of 3"}


def test_short_texts_that_are_alike_are_not_copies(tmp_path: Path) -> None:
    weather = "It will be cloudy in the north today with light rain in the afternoon and evening."
    summary = run(tmp_path, page(1, weather), page(2, weather + " Wind: weak."))
    assert (summary.added, summary.copies) == (2, 0)


def test_a_copy_that_becomes_its_own_story_is_linked_no_more(tmp_path: Path) -> None:
    run(tmp_path, copy(1, 1, WIRE), copy(2, 2, WIRE + " It rained."))
    run(tmp_path, copy(2, 2, prose(55, 40)))
    assert len(Archive(tmp_path).newest(9)) == 2
    assert Archive(tmp_path).stats().copies == 0
