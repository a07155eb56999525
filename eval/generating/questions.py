"""Questions that a sentence answers: who, when, where and how many.

The subject, the count, the day or the place of a plain clause is taken out and
asked for. A question must be understood by someone who has not read the story,
so it names someone or something, and holds no word that points elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from eval.generating.amounts import (
    BARE,
    GROWING,
    MONTH,
    NAMED,
    Asked,
    for_how_much,
    how_many,
    how_many_object,
    how_much,
    participle,
)
from eval.generating.clauses import AUXILIARIES, BASES, PRESENTS, Clause, clause, within
from index.passages import sentence_spans
from index.types import Article
from rag.names import is_person, names, people
from rag.stopwords import STOPWORDS

_LONGEST = 110  # code points of a question
_MOST_WORDS = 18  # of a question
_TELLING = 5  # telling words that make up for a name
_FEWEST_ROLE = 2  # words of "the minister": that says too little
_DAY = (
    rf"(?:(?:on|by|from)\s(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:\s(?:morning|afternoon|"
    rf"evening|night))?|\d{{1,2}}\s(?:{MONTH})(?:\s\d{{4}})?|(?:{MONTH})\s\d{{1,2}}(?:,?\s\d{{4}})?)"
    rf"|(?:in|by|since|until|from)\s(?:the\s(?:spring|summer|autumn|winter|fall)\sof\s\d{{4}}|"
    rf"(?:early|late|mid-)?\s?(?:{MONTH})(?:\s\d{{4}})?|(?:1[5-9]|20)\d\d))"
)
_AFTER = r"((?:\s(?:in|on|at|for|by|with|to|from)\b[^,]*)?)"  # what may go on behind it
_WHEN = re.compile(rf"^(.*?)\s?\b({_DAY}){_AFTER}$")
_PROPER = r"[A-Z][\w’'-]+(?:\s(?:of\s|the\s)?[A-Z][\w’'-]+){0,3}"
_WHERE = re.compile(rf"^(.*?)\s?\b((?:in|at|near|off|outside)\s(?:the\s)?{_PROPER}){_AFTER}$")
_LONGEST_NAME = 6  # words of a company's name
_PASTS_OF = {base: past for past, base in BASES.items()}
_NO_PLACE = re.compile(rf"\b(?:{MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
# Verbs that happen somewhere; of others ("believed in", "sold at") a place is no place.
_PLACED = frozenset(
    "arrested attacked born built buried closed collapsed crashed died discovered ended "
    "established fell fought found founded held hit injured killed landed launched married met "
    "moved opened played produced published ran rescued sank set shot signed started stolen "
    "struck took".split()
)
_COMPANY = re.compile(
    r"\b(?:Inc|Corp|Corporation|Co|Ltd|Limited|PLC|plc|AG|NV|SA|Holdings|Industries)$"
)
_SAYING = frozenset("say tell announce report agree decide claim confirm promise warn".split())
_MOST_AFTER = 6  # words that stay in a question behind the day or place that was taken out
_SAID = re.compile(r"\b(?:said|told|reported|added|announced|quoted)\b")
_ORGANISATION = re.compile(
    r"\b(?:Services|Systems|Resources|Products|Stores|Terminal|Financial|Securities|Savings|"
    r"Petroleum|Oil|Steel|Technologies|Research|Partners|Brothers|Motors|Airways|Electric|"
    r"Enterprises|Investments|Associates|Energy|Communications|Laboratories|Exchange)\b"
)
_OPEN_END = re.compile(
    r"\b(?:between|both|either)\b(?!.*\band\b)"
    r"|\b(?:of|in|on|the|a|an|to|for|by|than|with|to [a-z]+)$"
)
_JARGON = re.compile(
    r"\b(?:mln|bln|dlrs?|pct|cts?|shrs?|stg|vs|bpd|qtr|oper|avg|nil|mths|tonnes dlrs|cwt)\b"
    r"|\d/\d|\b[a-z]\.[a-z]\.", re.IGNORECASE
)  # fmt: skip
_WHO_IS = re.compile(
    r"(?<![\w-])([A-Z][a-z’'-]+ (?:[A-Z]\. )?[A-Z][a-z’'-]+), "
    r"((?:an?|the)\s[a-z][^,.;:“”\"()]{6,80})[,.]"
)
_ROLE = re.compile(
    r"\b(?:minister|mayor|governor|director|chairman|chairwoman|leader|president|coach|manager|"
    r"secretary|architect|author|chief|analyst|economist|spokesman|spokeswoman|professor|head|"
    r"officer|executive|trader|farmer|teacher|engineer|doctor|nurse|judge|lawyer|editor|critic|"
    r"historian|captain|pilot|scientist|researcher|founder|owner|partner|adviser|councillor|"
    r"senator|ambassador|biologist|chemist|geologist|curator|keeper|driver|baker|fisherman|"
    r"player|singer|writer|poet|artist|actor|conductor|resident|volunteer|commissioner|dealer|"
    r"official|member|treasurer|superintendent|inspector|warden|ranger|surgeon|student)\b"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A question, what answers it, and the span of the sentence of the body that says so."""

    kind: str
    question: str
    answer: str
    start: int
    end: int


def questions(article: Article) -> list[Made]:
    """All questions that the form of an English article's sentences gives, in order."""
    found = []
    for span in sentence_spans(article):
        sentence = article.body[span.start : span.end]
        plain = clause(sentence)
        made: list[tuple[str, str, str]] = []
        if plain is not None:
            asked = (form(plain, article.body) for form in _FORMS)
            made += [each for each in asked if each is not None]
        made += _who_is(sentence)
        found += [
            Made(kind, question, answer, span.start, span.end)
            for kind, question, answer in made
            if _reads_well(question, kind)
        ]
    return found


def _who(told: Clause, body: str) -> Asked:
    """ "Ann Lee opened the bridge" answers "Who opened the bridge?"."""
    person = _person(told.subject) or _surname(told.subject, body)
    if person is None or told.verb in ("is", "are", "were"):
        return None
    if told.verb in AUXILIARIES and told.rest.split()[0] in ("not", "no", "a", "an", "in", "at"):
        return None
    return "who", f"Who {told.verb} {told.rest}?", person


def _which(told: Clause, body: str) -> Asked:
    """ "Ostrel Foods Ltd sold its mill" answers "Which company sold its mill?"."""
    if not _COMPANY.search(told.subject) or len(told.subject.split()) > _LONGEST_NAME:
        return None
    if told.verb in ("is", "are", "were"):
        return None
    return "who", f"Which company {told.verb} {told.rest}?", told.subject


def _person(subject: str) -> str | None:
    """The person that a subject is: a name of two words, a title before it allowed."""
    found = list(names(f"x {subject}"))  # a name that opens a sentence is as good as any here
    if len(found) != 1 or not found[0].person or found[0].possessive:
        return None
    words = found[0].text.split()
    if not 2 <= len(words) <= 4 or not subject.endswith(found[0].text):
        return None
    if _ORGANISATION.search(found[0].text) or any(
        word.isupper() and len(word) > 2 for word in words
    ):
        return None
    before = subject[: -len(found[0].text)].strip().casefold()
    return subject if not before or _ROLE.search(before) else None


def _surname(subject: str, body: str) -> str | None:
    """The whole name of a person who is called by the surname alone."""
    if not subject.istitle() or " " in subject:
        return None
    return next((full for full in _people(body) if full.split()[-1] == subject), None)


@lru_cache(maxsize=8)
def _people(body: str) -> tuple[str, ...]:
    """Those named in a text by two names or more."""
    return tuple(dict.fromkeys(p.text for p in people(body) if 2 <= len(p.text.split()) <= 3))


def _at(wanted: str, pattern: re.Pattern[str], told: Clause, body: str) -> Asked:
    """ "The bridge was built in 1932" answers "When was the bridge built?"."""
    match = pattern.match(told.rest)
    if match is None:
        return None
    kept, answer, after = match.group(1).strip(), match.group(2), match.group(3).strip()
    if answer.startswith("from ") and after.startswith("to "):
        return None
    if told.base in _SAYING or told.base in GROWING or len(after.split()) > _MOST_AFTER:
        return None
    subject = within(told.subject, body)
    if (
        subject is None
        or told.verb in PRESENTS
        or re.search(r"\b(?:1[5-9]|20)\d\d\b", kept + after)
    ):
        return None
    asked = f"{kept} {after}".strip()
    if BARE.fullmatch(kept) or (BARE.fullmatch(told.subject) and not NAMED.search(asked)):
        return None  # "the offer", "the book": which?
    if wanted == "where":
        verb = participle(kept) if told.base is None else told.verb
        if told.verb == "will":
            verb = _PASTS_OF.get(kept.split(" ")[0])
        passive = told.base is None and told.verb != "will" and verb is not None
        if _NO_PLACE.search(answer) or not (passive or verb in _PLACED):
            return None
    if told.base is not None:
        return (
            wanted,
            f"{wanted.capitalize()} did {subject} {told.base} {asked}".rstrip() + "?",
            answer,
        )
    if told.verb in ("has", "have", "had"):
        return None
    if told.verb != "will" and participle(kept) is None:
        return None
    return wanted, f"{wanted.capitalize()} {told.verb} {subject} {asked}?", answer


def _who_is(sentence: str) -> list[tuple[str, str, str]]:
    """ "Ann Lee, the harbour master, said" answers "Who is Ann Lee?"."""
    plain = " ".join(sentence.split())
    found = []
    for match in _WHO_IS.finditer(plain):
        name, role = match.groups()
        if (
            is_person(name)
            and not _SAID.search(role)
            and _ROLE.search(role)
            and len(role.split()) > _FEWEST_ROLE
        ):
            found.append(("who", f"Who is {name}?", role))
    return found[:1]


_FORMS: tuple[Callable[[Clause, str], Asked], ...] = (
    how_many,
    how_many_object,
    how_much,
    for_how_much,
    partial(_at, "when", _WHEN),
    partial(_at, "where", _WHERE),
    _who,
    _which,
)


def _reads_well(question: str, kind: str) -> bool:
    """Whether a question can be understood by itself and is not too long to be asked."""
    words = question.rstrip("?").split()
    if len(question) > _LONGEST or len(words) > _MOST_WORDS:
        return False
    if _JARGON.search(question) or _OPEN_END.search(question.rstrip("?")):
        return False
    if question.startswith("Who is "):
        return True
    if kind == "who" and len(words) < 5:
        return False
    named = any(word[0].isupper() for word in words[1:])
    telling = sum(word.islower() and word not in STOPWORDS for word in words[2:])
    return telling >= (2 if named else _TELLING)
