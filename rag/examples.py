"""Example questions, drawn from the archive itself.

A sentence is turned into a question that its story answers, by its form alone:
nothing is asked that the archive does not hold. They are the first thing that
a reader sees, so a form that reads badly is left out rather than repaired.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from index.archive import Archive
from index.months import MONTH
from index.passages import sentence_spans
from index.types import Article, Filters

_POOL = 60  # of the newest articles
_LONGEST = 90  # code points of a question
_PERSON = r"[A-Z][a-z’'-]+ (?:[A-Z]\. )?[A-Z][a-z’'-]+"
_NUMBER_OF = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|[2-9]\d{0,2}|1\d{1,2})\s+"
    r"([a-z-]{3,}\s[a-z]{3,}s)\s+(were|died|have been)\b"
    r"(?:\s+(\w+ed|found|built|sold|hurt|killed))?"
)
_THING = r"^(The [\w’'-]+(?: [a-z\d][\w’'-]*){1,5})"
_BECAUSE = re.compile(rf"{_THING} (was|were|is|are) (\w+ed|late|closed)\b[^.]*\bbecause\b")
_WILL = re.compile(
    rf"{_THING} (?:will|is to|are to) (open|close|begin|start|end|return|reopen)\b"
    rf"[^.]* (?:in|on|from|by) (?:{MONTH}|\d|the (?:spring|summer|autumn|winter))",
    re.IGNORECASE,
)
# "the mayor, Ann Lee, said", "said Ann Lee, the mayor"; not "Anti-Defamation League said"
_SAID = re.compile(
    rf"(?:^|[“”\"’,.] |\b[a-z]{{4,}},? )({_PERSON}),? (?:has |had )?(?:said|told|warned|argued)\b"
    rf"|\b(?:said|warned|argued) ({_PERSON})(?=[,.])"
)
_IS = re.compile(
    rf"\b[Tt]he (?:[a-z’'-]+ ){{0,3}}(?:minister|mayor|governor|director|chairman|chairwoman|"
    rf"leader|president|coach|manager|secretary|architect|author|chief)[a-z ]{{0,30}}, ({_PERSON}),"
    rf"|(?:^|[.”] |\b(?:said|and|by|with) )({_PERSON}), (?:an?|the|who) [a-z]"
)
_NO_PERSON = frozenset(
    "mr mrs ms dr the a in on but and authority ministry council party union court agency office "
    "rights police service company bank university board house street club committee department "
    "commission group league association institute fund society fact press news times post "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)


def draw(archive: Archive, n: int, filters: Filters = Filters()) -> tuple[str, ...]:
    """At most `n` questions, from different stories and, as far as possible, of several kinds."""
    kinds: tuple[list[str], ...] = tuple([] for _ in _FORMS)
    for headline in archive.newest(_POOL, filters):
        article = archive.article(headline.id)
        if article is None or (headline.language or "en") != "en":
            continue
        # the rarest kind first; a story gives one question
        fewest = sorted(range(len(kinds)), key=lambda kind: len(kinds[kind]))
        for kind in fewest:
            question = _FORMS[kind](article)
            if question is not None and len(question) <= _LONGEST:
                kinds[kind].append(question)
                break
        if all(len(questions) >= n for questions in kinds):
            break
    mixed = [question for row in zip_longest(*kinds) for question in row if question]
    return tuple(dict.fromkeys(mixed))[:n]


def of(article: Article) -> tuple[str, ...]:
    """Questions that an English article answers, one of each kind at most."""
    found = (form(article) for form in _FORMS)
    return tuple(question for question in found if question and len(question) <= _LONGEST)


def _sentences(article: Article) -> list[str]:
    return [article.body[span.start : span.end] for span in sentence_spans(article)]


def _how_many(article: Article) -> str | None:
    for sentence in _sentences(article):
        match = _NUMBER_OF.search(sentence)
        if match is None:
            continue
        noun, verb, done = match.groups()
        if verb != "died" and not done:
            continue
        return f"How many {noun} {verb}{' ' + done if done else ''}?"
    return None


def _why(article: Article) -> str | None:
    for sentence in _sentences(article):
        if match := _BECAUSE.search(sentence):
            return f"Why {match.group(2)} {_inside(match.group(1))} {match.group(3)}?"
    return None


def _when(article: Article) -> str | None:
    for sentence in _sentences(article):
        if match := _WILL.search(sentence):
            return f"When will {_inside(match.group(1))} {match.group(2)}?"
    return None


def _inside(opening: str) -> str:
    """The opening words of a sentence, as they are written within one."""
    return opening[0].lower() + opening[1:]


def _what_said(article: Article) -> str | None:
    for sentence in _sentences(article):
        for match in _SAID.finditer(sentence):
            speaker = match.group(1) or match.group(2)
            topic = _topic(article, speaker) if _is_person(speaker) else None
            if topic:
                return f"What did {speaker} say about {topic}?"
    return None


def _who_is(article: Article) -> str | None:
    for sentence in _sentences(article):
        for match in _IS.finditer(sentence):
            person = match.group(1) or match.group(2)
            if _is_person(person):
                return f"Who is {person}?"
    return None


_FORMS = (_when, _how_many, _why, _what_said, _who_is)


def about_whom(question: str) -> str | None:
    """The surname that an answer to an example must hold, where it asks about a person."""
    match = re.match(rf"(?:Who is|What did) ({_PERSON})", question)
    return match.group(1).split()[-1] if match else None


def _is_person(name: str) -> bool:
    return not {word.casefold().strip(".") for word in name.split()} & _NO_PERSON


def _topic(article: Article, speaker: str) -> str | None:
    """A name in the headline that is not the speaker's, as the story writes it."""
    for match in re.finditer(r"(?<=\s)(?:[A-Z][\w’'-]+)(?:\s[A-Z][\w’'-]+)*", article.title):
        name = re.sub(r"['’]s?$", "", match.group())
        if set(name.split()) & set(speaker.split()):
            continue
        # within a sentence, more than once: a headline's capitals alone do not make a name
        found = re.findall(rf"(?<=[a-z,] ){re.escape(name)}\b(?! [A-Z])", article.body)
        if len(found) < 2:
            continue
        the = len(re.findall(rf"\b[Tt]he {re.escape(name)}\b(?! [A-Z])", article.body))
        return f"the {name}" if 2 * the > len(found) else name
    return None
