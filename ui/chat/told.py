"""What is told beside an answer's words: whose claim, which day, how old, who differs.

Everything here is plain text for `render` and its like to escape; the page, the
terminal and the exports say the same.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index.mentions import Mention
from rag import speech
from rag.remarks import Account, Days, Difference, DifferenceKind, Speech
from rag.types import Answer, Asks, Citation, Part, RefusalKind, Sentence
from rag.understand import in_words
from ui.chat.words import count, long_date, web_url

REFUSED = {
    RefusalKind.EMPTY_ARCHIVE: "The archive is empty",
    RefusalKind.OUTSIDE_FILTERS: "Nothing within these limits",
    RefusalKind.NOT_FOUND: "Not in the archive",
    RefusalKind.OFF_TOPIC: "Not a subject of this archive",
    RefusalKind.ONLY_TEASED: "Only mentioned in passing",
    RefusalKind.NOT_UNDERSTOOD: "Nothing to search for",
    RefusalKind.TOO_VAGUE: "This could mean several things",
}
DIFFERING = {
    DifferenceKind.DISAGREE: "Accounts differ",
    DifferenceKind.CHANGED: "Changed over time",
}
_DAYS_IN_WORDS = 60  # of age, beyond which months are counted
_MONTHS_IN_WORDS = 24  # of age, beyond which years are


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a sentence, and the day they mean where they do not say it themselves."""

    text: str
    meant: str = ""


def claimed(said: Sentence) -> Speech | None:
    """Whose claim a sentence is, where its own words do not name them."""
    if said.speech is None or not said.speech.speaker.strip():
        return None
    return said.speech if speech.claimed(said.speech, said.text) else None


def who(words: Speech) -> tuple[str, ...]:
    """ "Jonas Castellan", "interior minister", "in Merrin", as far as they are known."""
    role = (words.role,) if words.role else ()
    place = (f"in {words.place}",) if words.place else ()
    return (words.speaker, *role, *place)


def by_number(citations: Sequence[Citation]) -> Mapping[int, Citation]:
    return {citation.number: citation for citation in citations}


def address(citation: Citation) -> str | None:
    """Where a citation leads: to its place in the publisher's page, or to the page."""
    return web_url(citation.link) or web_url(citation.story.url)


def day_of(said: Sentence, citations: Mapping[int, Citation]) -> Days | None:
    """The days that a sentence tells of or, failing that, its day of publication."""
    if said.days is not None:
        return said.days
    for number in said.citations:
        if number in citations and (published := citations[number].story.published):
            return Days(published.date(), published.date())
    return None


def chronology(answer: Answer) -> bool:
    """Whether an answer can also be read in order of time.

    It rests on articles of different days, and is not a timeline as it is.
    """
    published = {c.story.published.date() for c in answer.citations if c.story.published}
    return (
        len(published) > 1
        and len(answer.sentences) > 1
        and answer.question.asks is not Asks.TIMELINE
    )


def in_time(
    sentences: Sequence[Sentence], citations: Mapping[int, Citation]
) -> tuple[Sentence, ...]:
    """The sentences by their days, those of one day as they stood; undated ones last."""
    undated = Days(date.max, date.max)

    def day(said: Sentence) -> date:
        return (day_of(said, citations) or undated).first

    return tuple(sorted(sentences, key=day))


def part_of(answer: Answer, part: Part) -> tuple[Sentence, ...]:
    """The sentences that answer one of several questions."""
    return tuple(answer.sentences[n] for n in part.sentences if 0 <= n < len(answer.sentences))


def short_days(first: date, last: date) -> str:
    """12 Oct 2024; 3–9 Oct 2024; Oct 2024 for the whole of it; 2024 likewise."""
    if first == last:
        return _short(first)
    if whole := _whole(first, last):
        return f"{first:%b} {first.year}" if whole == "month" else str(first.year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_short(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {_short(last)}"
    return f"{_short(first)} – {_short(last)}"


def meant(mention: Mention) -> str:
    """What words mean beyond what they say: "10 October 2024" for Thursday, "2024" for 8 August."""
    whole = _whole(mention.first, mention.last)
    if whole == "year" or any(letter.isdigit() for letter in mention.words):
        return str(mention.first.year)
    if whole == "month":
        return f"{mention.first:%B} {mention.first.year}"
    return in_words(mention.first, mention.last)


def runs(said: Sentence, citations: Mapping[int, Citation]) -> tuple[Run, ...]:
    """A sentence cut after each word that means a day only with the day of publication.

    A line of a timeline does not repeat the day that it stands under.
    """
    quoted = (citations[n] for n in said.citations if n in citations)
    source = next((c for c in quoted if c.quote == said.text), None)
    told = (said.days.first, said.days.last) if said.days else None
    cut, done = [], 0
    for mention in sorted(source.dates if source else (), key=lambda m: m.end):
        if not done < mention.end <= len(said.text) or (mention.first, mention.last) == told:
            continue
        cut.append(Run(said.text[done : mention.end], meant(mention)))
        done = mention.end
    return (*cut, Run(said.text[done:])) if done < len(said.text) else tuple(cut)


def age(newest: date, today: date) -> str:
    """How old the newest evidence is: "from today", "3 days old", "5 months old", "2 years old"."""
    days = (today - newest).days
    if days <= 0:
        return "from today"
    months = (today.year - newest.year) * 12 + today.month - newest.month
    months -= today.day < newest.day
    if days <= _DAYS_IN_WORDS or not months:
        return f"{count(days, 'day')} old"
    if months < _MONTHS_IN_WORDS:
        return f"{count(months, 'month')} old"
    return f"{count(months // 12, 'year')} old"


def newest(answer: Answer) -> str:
    """ "newest evidence 9 October 2024", and its age where the latest was asked for; or ""."""
    if answer.newest is None or answer.refusal is not None:
        return ""
    day = long_date(answer.newest)
    if not answer.question.latest or answer.today is None:
        return f"newest evidence {day}"
    return f"newest evidence: {age(answer.newest, answer.today)}, {day}"


def corrected(citation: Citation) -> str:
    """ "corrected 14 October 2024", "corrected" without a date, "" without a correction."""
    if citation.correction is None:
        return ""
    on = citation.correction.on
    return f"corrected {long_date(on)}" if on else "corrected"


def dates(citation: Citation) -> str:
    """ "“Thursday” is 10 October 2024; “8 August” is 8 August 2024", or ""."""
    return "; ".join(
        dict.fromkeys(f"“{m.words}” is {in_words(m.first, m.last)}" for m in citation.dates)
    )


def quoted(words: str) -> str:
    """An account's words between quotation marks, unless they bring their own."""
    return words if words[:1] in {"“", '"', "«", "„"} else f"“{words}”"


def account_day(account: Account, citations: Mapping[int, Citation]) -> date | None:
    """When it was said or, failing that, published."""
    if account.on is not None:
        return account.on
    cited = citations.get(account.citation)
    return cited.story.published.date() if cited and cited.story.published else None


def figure(value: float) -> str:
    """1,200 or 4.25."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.10g}"


def course(difference: Difference, citations: Mapping[int, Citation]) -> str:
    """The figures in a row, for who cannot see their picture: "4 on 10 October, then 9 ..."."""
    steps = []
    for each in difference.accounts:
        day = account_day(each, citations)
        told = figure(each.value) if each.value is not None else each.words
        steps.append(f"{told} on {long_date(day)}" if day else told)
    return f"{difference.about}: " + ", then ".join(steps)


def _whole(first: date, last: date) -> str:
    """ "year" or "month" where the days are the whole of one."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return "year" if first.year == last.year else ""
    same = (first.year, first.month, 1) == (last.year, last.month, first.day)
    return "month" if same and last.day == calendar.monthrange(last.year, last.month)[1] else ""


def _short(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
