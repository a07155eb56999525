"""Questions too vague to answer, and what they may mean in this archive.

"Tell me about the bank" has one telling word, and stories about two banks: to
answer from either would be a guess. A question is vague where it names nothing,
has at most one telling word, and several stories of different things are about
that word. Then some of those stories are offered to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from index.analyze import language_key, words
from index.archive import Archive
from index.types import Article, Filters
from rag import examples
from rag.names import names
from rag.types import Hit
from rag.weights import Term

# Words that say of whom or what kind, and never which.
_GENERAL = frozenset(
    "people person persons man men woman women thing things something anything someone anyone "
    "news story stories event events issue issues matter case situation update updates today "
    "happening happens happen happened "
    "haber haberler olay новости новость событие события insan kişi люди человек".split()
)
_READ = 8  # stories, best first, that are looked into
_OPENING = 600  # code points of an article in which it names what it is about
_OFTEN = 2  # uses of a word in a story that is about it
_SAME_NAMES = 3  # in the openings of two stories of one thing
_SAME_TIME = timedelta(days=3)  # in which two stories that share a name tell of one event


def is_vague(archive: Archive, question: str, telling: Sequence[Term], hits: Sequence[Hit]) -> bool:
    """Whether a question may mean several things, going by the stories found for it.

    `telling` are its terms and `hits` what was retrieved. One that goes on from
    an earlier turn is to be given as it was resolved. False where the archive
    has nothing on the word: that is not vague but unknown.
    """
    words_left = _specific(telling)
    if len(words_left) > 1 or _names_something(question):
        return False
    if not words_left:
        return True
    if not words_left[0].known:
        return False
    return len(_different(_about(archive, words_left[0], hits))) > 1


def says_nothing(telling: Sequence[Term]) -> bool:
    """Whether a question has no word of its own: "Any news?"."""
    return not _specific(telling)


def readings(
    archive: Archive,
    question: str,
    telling: Sequence[Term],
    hits: Sequence[Hit],
    most: int = 3,
    filters: Filters = Filters(),
) -> tuple[str, ...]:
    """At most `most` questions on different stories that a vague question may mean.

    Those that an article's own sentences make, where one speaks of the word
    asked about; else the article's headline. Without a telling word they are
    of the newest stories that `filters` let through. Whether each is answered is
    for the caller to see.
    """
    left = _specific(telling)
    if left:
        stories = _different(_about(archive, left[0], hits))
    else:
        newest = (archive.article(h.id) for h in archive.newest(_READ, filters))
        stories = _different([article for article in newest if article is not None])
    found = [_reading(article, left[0] if left else None) for article in stories[:most]]
    return tuple(dict.fromkeys(found))


def _specific(telling: Sequence[Term]) -> list[Term]:
    return [term for term in telling if term.surface.casefold() not in _GENERAL]


def _names_something(question: str) -> bool:
    return next(names(question), None) is not None or any(c.isdigit() for c in question)


def _about(archive: Archive, term: Term, hits: Sequence[Hit]) -> list[Article]:
    """The stories found that are about a word, best first; of copies one."""
    found: dict[str, Article] = {}
    for hit in hits:
        root = hit.article.original or hit.article.id
        if root in found or len(found) == _READ:
            continue
        article = archive.article(hit.article.id)
        if article is not None and _is_about(article, term):
            found[root] = article
    return sorted(found.values(), key=lambda article: not _titled(article, term))


def _is_about(article: Article, term: Term) -> bool:
    key = language_key(article.language)
    return _titled(article, term) or words(article.body, key).count(term.stem(key)) >= _OFTEN


def _titled(article: Article, term: Term) -> bool:
    key = language_key(article.language)
    return term.stem(key) in words(article.title, key)


def _different(stories: Sequence[Article]) -> list[Article]:
    """One story of each thing: the first of those that tell of the same."""
    kept: list[tuple[Article, frozenset[str]]] = []
    for story in stories:
        named = _named(story)
        if not any(_same(story, named, other, theirs) for other, theirs in kept):
            kept.append((story, named))
    return [story for story, _ in kept]


def _named(story: Article) -> frozenset[str]:
    return frozenset(n.text for n in names(story.body[:_OPENING]))


def _same(one: Article, named: frozenset[str], other: Article, theirs: frozenset[str]) -> bool:
    shared = len(named & theirs)
    if shared >= _SAME_NAMES:
        return True
    if not shared or one.published is None or other.published is None:
        return False
    return abs(one.published.date() - other.published.date()) <= _SAME_TIME


def _reading(story: Article, term: Term | None) -> str:
    if (story.language or "en").startswith("en"):
        key = language_key(story.language)
        for question in examples.of(story):
            if term is None or term.stem(key) in words(question, key):
                return question
        if term is not None and (thing := _thing(story, term)):
            return f"What is reported about {thing}?"
    return story.title


def _thing(story: Article, term: Term) -> str | None:
    """What the story calls the thing: "the Bank of Halvora", "Verrania's snap election"."""
    word = re.escape(term.surface)
    text = f"{story.title}\n{story.body[:_OPENING]}"
    for name in names(text):
        if "\n" in name.text:
            continue
        if re.search(rf"\b{word}\b", name.text, re.IGNORECASE) and " " in name.text:
            the = text[max(0, name.start - 4) : name.start].casefold() == "the "
            return f"the {name.text}" if the else name.text
        owned = re.match(rf"['’]s? (?:[a-z-]+ )?{word}\b", text[name.end : name.end + 60])
        if name.possessive and owned:
            return name.text + owned.group()
    return None
