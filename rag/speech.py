"""Who says what in an article: each sentence's speaker, where the article names one.

Rules of English news prose, not a model: a verb of saying with its subject
before or after it ("..., said X"; "X, the minister, told reporters that ...";
"According to X, ..."), quotations that go on after their speaker was named,
and answers of an interview. Where the rules are unsure nobody is named: a
sentence without a speaker is the paper's own. Turkish and Russian have rules
of their own (`rag.speech_foreign`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from index.passages import sentence_spans
from index.types import Article, Span
from rag import interview, speech_foreign
from rag.attribution import Attribution, attribution
from rag.persons import Person, Persons, Seen
from rag.quotations import Quotations, mask, quotations
from rag.remarks import Speech
from rag.speech_phrases import Subject, Token, tokens

_KEPT = 256  # articles, some ten kilobytes each: the same stories are asked about again
_MOSTLY = 0.4  # of a sentence's letters between marks: its words are the speaker's own
_FEW = 3  # words between marks, right beside who said them, that are a quotation of its own
_SHORT = 8  # words of a sentence that only says who spoke before it: "Why?" Smith asked.


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence made ready: what is quoted hidden, and how much that is."""

    span: Span
    tokens: Sequence[Token]
    quoted: float  # share of its letters, 0 to 1
    quoted_words: int
    paragraph: int

    @property
    def all_quoted(self) -> bool:
        return bool(self.tokens) and not any(t.kind == "word" for t in self.tokens)


@lru_cache(maxsize=_KEPT)
def speeches(article: Article) -> Mapping[Span, Speech]:
    """Each sentence that carries someone's words, by its span as `sentence_spans` cuts it.

    Takes time linear in the body. A sentence without a speaker is absent.
    """
    marks = quotations(article.body)
    lines = _lines(article, marks)
    if article.language in speech_foreign.LANGUAGES:
        spans = [line.span for line in lines]
        return MappingProxyType(
            speech_foreign.speeches(article.body, spans, marks, article.language)
        )
    persons = Persons(article.title)
    persons.learn([line.tokens for line in lines])
    asked = interview.answers(article, [(line.span, line.paragraph) for line in lines])
    for name in set(asked.values()):
        persons.person(name, 0).sure = True
    said: list[Speech | None] = []
    found: list[Attribution | None] = []
    for line in lines:
        seen = persons.open(line.tokens, line.paragraph)
        parsed = attribution(line.tokens, after_quote=_follows_quote(lines, len(found)))
        speech = _speech(parsed, line, persons, seen) if parsed else None
        said.append(speech if line.span not in asked else Speech(asked[line.span], direct=True))
        found.append(parsed)
    _continue(lines, said, found, marks)
    return MappingProxyType(
        {
            line.span: replace(speech, role=speech.role or persons.role(speech.speaker))
            for line, speech in zip(lines, said, strict=True)
            if speech is not None
        }
    )


def claimed(speech: Speech | None, sentence: str) -> bool:
    """Whether these are someone's words and the sentence itself does not say whose.

    True of a quotation that goes on after its speaker was named, and of a
    sentence whose subject is only "he" or "she": shown alone, either needs the
    speaker's name beside it.
    """
    if speech is None:
        return False
    outside = mask(sentence, quotations(sentence).ranges)
    named = {
        word.strip(",.:;").casefold()
        for word in outside.replace("’s", "").replace("'s", "").split()
    }
    return speech.speaker.split()[-1].casefold() not in named


def _lines(article: Article, marks: Quotations) -> list[Line]:
    body = article.body
    made = []
    paragraph, at = 0, 0
    for span in sentence_spans(article):
        paragraph += body.count("\n", at, span.start)
        at = span.start
        touching = marks.within(span.start, span.end)
        hidden = [
            replace(
                q,
                start=max(q.start, span.start) - span.start,
                end=min(q.end, span.end) - span.start,
            )
            for q in touching
        ]
        text = body[span.start : span.end]
        inside = sum(q.end - q.start for q in hidden)
        words = sum(len(text[q.start : q.end].split()) for q in hidden)
        made.append(
            Line(span, tokens(mask(text, hidden)), inside / len(text), words, _paragraph(paragraph))
        )
    return made


def _follows_quote(lines: Sequence[Line], at: int) -> bool:
    """Whether a short sentence stands after one that is a quotation alone."""
    return (
        at > 0
        and lines[at - 1].all_quoted
        and lines[at].paragraph == lines[at - 1].paragraph
        and sum(t.kind == "word" for t in lines[at].tokens) <= _SHORT
    )


def _paragraph(newlines: int) -> int:
    """Paragraphs are parted by a blank line; a single line break counts as well."""
    return (newlines + 1) // 2


def _speech(found: Attribution, line: Line, persons: Persons, seen: Seen) -> Speech | None:
    subject = found.subject
    direct = line.quoted >= _MOSTLY or (found.beside_quote and line.quoted_words >= _FEW)
    speaker, role, person = _who(found, line, persons, seen)
    if speaker is None:
        return None
    seen.speaker = person
    several = subject.group or subject.pronoun == "they"
    seen.group = speaker if several else None
    seen.institution = None if person or several else speaker
    return Speech(speaker, direct, role, found.place)


def _who(
    found: Attribution, line: Line, persons: Persons, seen: Seen
) -> tuple[str | None, str | None, Person | None]:
    """The speaker's fullest name, role, and person if it is one."""
    subject = found.subject
    if subject.pronoun in {"he", "she"}:
        before = _named_before(found, line, persons)
        person = persons.meant(subject.pronoun, line.paragraph, before)
        if person is None:
            return None, None, None
        person.gender = person.gender or subject.gender
        return person.name, person.role, person
    if subject.pronoun == "it":
        return persons.institution_meant(line.paragraph), None, None
    if subject.pronoun == "they":
        return persons.group_meant(line.paragraph), None, None
    if subject.name is not None:
        return _by_name(subject, found, line, persons)
    described = subject.described
    if described is None:
        return None, None, None
    first = described.split()[0].lower()
    if first in {"his", "her"} and described.split()[1:] == ["office"]:
        owner = persons.meant("he" if first == "his" else "she", line.paragraph, ())
        return (f"{owner.name}’s office" if owner else None), None, None
    if first in {"his", "her", "its", "their", "our", "my"}:
        return None, None, None
    if first == "the" and subject.role and (holder := persons.in_role(subject.role)):
        return holder.name, holder.role, holder
    word = described.split()[0]
    if found.at == 0 and word[0].isupper() and "’" not in word and "'" not in word:
        described = described if persons.is_name(word) else word.lower() + described[len(word) :]
    if subject.role and not subject.group:
        return described, None, persons.unnamed(described, None, subject.gender)
    return persons.fuller(described), None, None


def _named_before(found: Attribution, line: Line, persons: Persons) -> list[Person]:
    """Those whom the sentence itself names before its pronoun."""
    return persons.within(line.tokens[: found.at])


def _by_name(
    subject: Subject, found: Attribution, line: Line, persons: Persons
) -> tuple[str | None, str | None, Person | None]:
    name = subject.name or ""
    at = len(persons.seen) - 1
    if not subject.person:
        whole = persons.fuller(name)
        singular = subject.role is not None and not subject.role.endswith(("s", "men"))
        spoken_for = persons.unnamed(whole, subject.role, subject.gender) if singular else None
        return whole, subject.role, spoken_for
    if " " in name:
        person = persons.person(name, at)
        person.sure = True
        person.role = person.role or subject.role
        person.gender = person.gender or subject.gender
        return person.name, person.role, person
    known = persons.called(name, subject.honorific, at)
    if known is not None:
        known.sure = True
        known.gender = known.gender or subject.gender
        return known.name, known.role or subject.role, known
    if persons.ambiguous(name):
        return None, None, None
    whole = persons.fuller(name)
    if subject.honorific or subject.role or found.at > 0 or persons.is_name(name) or whole != name:
        return whole, subject.role, None
    return (name.lower(), None, None) if name.endswith("s") and len(name) > 4 else (None,) * 3


def _continue(
    lines: Sequence[Line],
    said: list[Speech | None],
    found: Sequence[Attribution | None],
    marks: Quotations,
) -> None:
    """Give sentences that are all quotation the speaker of what they go on from."""
    for n in range(1, len(lines)):
        before = said[n - 1]
        if said[n] is None and lines[n].all_quoted and before is not None:
            parsed = found[n - 1]
            opened = parsed is not None and parsed.opens
            if (
                lines[n].paragraph == lines[n - 1].paragraph
                or opened
                or _goes_on(lines[n - 1], marks)
            ):
                said[n] = Speech(before.speaker, True, before.role, before.place)
    for n in range(len(lines) - 2, -1, -1):
        after = said[n + 1]
        if said[n] is not None or not lines[n].all_quoted or after is None or not after.direct:
            continue
        same = lines[n].paragraph == lines[n + 1].paragraph
        opens = lines[n + 1].tokens[0].kind == "quote"
        if (same and opens) or _goes_on(lines[n], marks):
            said[n] = Speech(after.speaker, True, after.role, after.place)
    _answered(lines, said, found)


def _answered(
    lines: Sequence[Line], said: list[Speech | None], found: Sequence[Attribution | None]
) -> None:
    """A quotation of its own sentence, and then a short one that says whose it was."""
    for n in range(len(lines) - 1):
        after, parsed = said[n + 1], found[n + 1]
        starts = parsed is not None and parsed.at == 0
        if said[n] is None and starts and after is not None and _follows_quote(lines, n + 1):
            said[n] = Speech(after.speaker, True, after.role, after.place)


def _goes_on(line: Line, marks: Quotations) -> bool:
    """Whether the sentence ends within a quotation that the next paragraph continues."""
    touching = marks.within(line.span.start, line.span.end)
    return bool(touching) and touching[-1].goes_on and touching[-1].end >= line.span.end
