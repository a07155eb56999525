"""The widget's words: every language says all that English says, and counts as it counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import browsing

browser = browsing.browser

FOLDER = Path(__file__).parent.parent / "ui" / "widget" / "static" / "strings"
LANGUAGES = ("en", "az", "tr", "ru", "fr", "es", "ar")
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
# in Arabic these are one number each, and told without a numeral
EXACT = {"ar": ("zero", "one", "two")}


def words(language: str) -> dict[str, str]:
    pairs = json.loads(
        (FOLDER / f"{language}.json").read_text(encoding="utf-8"), object_pairs_hook=list
    )
    assert len({key for key, _ in pairs}) == len(pairs), "a key stands there twice"
    return dict(pairs)


ENGLISH = words("en")
COUNTED = {key[:-4] for key in ENGLISH if key.endswith("_one") and f"{key[:-4]}_other" in ENGLISH}


def split(key: str) -> tuple[str, str | None]:
    """A key and, where it counts something, the plural category."""
    name, _, category = key.rpartition("_")
    return (name, category) if name in COUNTED and category in CATEGORIES else (key, None)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)\}", text))


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(LANGUAGES)


@pytest.mark.browser
def test_each_language_counts_with_every_plural_that_it_has(browser: Browser) -> None:
    page = browser.new_page()
    for language in LANGUAGES:
        needed = page.evaluate(
            "language => new Intl.PluralRules(language).resolvedOptions().pluralCategories",
            language,
        )
        had: dict[str, set[str]] = {name: set() for name in COUNTED}
        for key in words(language):
            name, category = split(key)
            if category:
                had[name].add(category)
        wrong = {name: found for name, found in had.items() if found != set(needed)}
        assert not wrong, f"{language} counts with {needed}"
    page.close()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_language_says_all_that_english_says(language: str) -> None:
    said = {split(key)[0] for key in words(language)}
    assert said == {split(key)[0] for key in ENGLISH}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_language_fills_in_what_english_fills_in(language: str) -> None:
    for key, text in words(language).items():
        name, category = split(key)
        expected = placeholders(ENGLISH[f"{name}_other" if category else name])
        if category in EXACT.get(language, ()):
            expected = [each for each in expected if each != "count"]
        assert placeholders(text) == expected, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_text_without_markup_or_loose_space(language: str) -> None:
    for key, text in words(language).items():
        assert text == text.strip() != "", key
        assert not re.search(r"[<>&\\`]|\n|  ", text), key
        assert "{" not in re.sub(r"\{\w+\}", "", text), key
        # invisible marks of direction would be copied along
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_is_left_in_english(language: str) -> None:
    # these are French words too
    shared = {"article", "articles", "conversation", "source", "sources"}
    for key, text in words(language).items():
        letters = set(re.findall(r"\w+", re.sub(r"\{\w+\}", "", text.lower())))
        if letters and text == ENGLISH.get(key):
            assert language == "fr", key
            assert letters <= shared, key
