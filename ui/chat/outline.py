"""An answer as paragraphs of text, for the clipboard, the terminal and Markdown alike.

The same words, order and layout as on the page. What differs is the `Hand`:
how text from outside is made harmless, and what a heading and a quotation look like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.remarks import Account, Difference
from rag.types import Answer, Asks, Citation, Refusal, Sentence, Story
from ui.chat import told, verdicts
from ui.chat.words import long_date


@dataclass(frozen=True, slots=True)
class Hand:
    """How an answer is written down.

    `text` makes a text from outside one harmless line. `heading` is put before
    a question that is one of several, `quote` before each line of a quotation.
    `story` names a story, with its address.
    """

    text: Callable[[str], str]
    story: Callable[[Story], str]
    heading: str = ""
    quote: str = ""


def body(answer: Answer, hand: Hand, *, in_time: bool = False) -> list[str]:
    """The answer or the refusal, part by part, and what accounts differ on.

    With `in_time` its sentences are a timeline, whatever was asked for.
    """
    citations = told.by_number(answer.citations)
    asks = Asks.TIMELINE if in_time else answer.question.asks

    def ordered(said: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return told.in_time(said, citations) if in_time else said

    written: list[str] = []
    for part in answer.parts:
        written.append(hand.heading + hand.text(part.text))
        written += _laid(ordered(told.part_of(answer, part)), asks, citations, hand)
        written += refusal(part.refusal, hand) if part.refusal else []
    if not answer.parts:
        written += (
            refusal(answer.refusal, hand)
            if answer.refusal
            else _laid(ordered(answer.sentences), asks, citations, hand)
        )
    return written + [_difference(each, citations, hand) for each in answer.differences]


def refusal(why: Refusal, hand: Hand) -> list[str]:
    """Why there is no answer, what else to ask, and the nearest stories."""
    written = [hand.text(why.message)]
    if why.readings:
        listed = "\n".join(f"- {hand.text(each)}" for each in why.readings)
        written += ["Did you mean:", listed]
    if why.nearest:
        written += ["Nearest stories:", "\n".join(f"- {hand.story(s)}" for s in why.nearest)]
    return written


def remarks(citation: Citation, hand: Hand) -> list[str]:
    """What is to be known of a source: which days its words mean, and its correction."""
    lines = []
    if dates := told.dates(citation):
        lines.append(f"Here {hand.text(dates)}.")
    if citation.correction is not None:
        noted = told.corrected(citation)
        lines.append(f"{noted[0].upper()}{noted[1:]}: {hand.text(citation.correction.text)}")
    return lines


def _laid(
    said: Sequence[Sentence], asks: Asks, citations: Mapping[int, Citation], hand: Hand
) -> list[str]:
    if not said:
        return []
    if asks is Asks.TIMELINE:
        return ["\n".join(_dated(each, citations, hand) for each in said)]
    if asks is Asks.SPEECH:
        return _spoken(said, citations, hand)
    return [" ".join(_claimed(each, citations, hand) for each in said)]


def _dated(said: Sentence, citations: Mapping[int, Citation], hand: Hand) -> str:
    return f"- {_when(said, citations) or 'undated'}: {_claimed(said, citations, hand)}"


def _when(said: Sentence, citations: Mapping[int, Citation]) -> str:
    days = told.day_of(said, citations)
    if days is None:
        return ""
    shown = told.short_days(days.first, days.last)
    return shown if days.words else f"published {shown}"


def _spoken(said: Sequence[Sentence], citations: Mapping[int, Citation], hand: Hand) -> list[str]:
    """Each run of quotations with its speaker under the last."""
    written: list[str] = []
    lines: list[str] = []
    captions = [_caption(each, citations, hand) for each in said]
    for n, (each, caption) in enumerate(zip(said, captions, strict=True)):
        text = f"{hand.text(each.text)}{_numbers(each, citations)}{_doubt(each)}"
        if not caption:
            written.append(text)
            continue
        lines.append(hand.quote + text)
        if n + 1 == len(said) or captions[n + 1] != caption:
            separator = f"\n{hand.quote.rstrip()}\n" if hand.quote else "\n"
            written.append(separator.join([*lines, f"{hand.quote}— {caption}"]))
            lines = []
    return written


def _caption(said: Sentence, citations: Mapping[int, Citation], hand: Hand) -> str:
    if said.speech is None:
        return ""
    when = _when(said, citations)
    return hand.text(", ".join([*told.who(said.speech), *([when] if when else [])]))


def _claimed(said: Sentence, citations: Mapping[int, Citation], hand: Hand) -> str:
    speech = told.claimed(said)
    claim = f" — {hand.text(', '.join(told.who(speech)))}" if speech else ""
    return f"{hand.text(said.text)}{claim}{_numbers(said, citations)}{_doubt(said)}"


def _doubt(said: Sentence) -> str:
    """What a verifier doubts of it goes wherever the sentence goes."""
    doubt = verdicts.doubt(said)
    return f" ({doubt})" if doubt else ""


def _numbers(said: Sentence, citations: Mapping[int, Citation]) -> str:
    return "".join(_number(n, citations) for n in said.citations)


def _number(number: int, citations: Mapping[int, Citation]) -> str:
    cited = citations.get(number)
    return f" [{number}, corrected]" if cited and cited.correction else f" [{number}]"


def _difference(difference: Difference, citations: Mapping[int, Citation], hand: Hand) -> str:
    about = f": {hand.text(difference.about)}" if difference.about else ""
    accounts = [_account(each, citations, hand) for each in difference.accounts]
    return "\n".join([f"{told.DIFFERING[difference.kind]}{about}", "", *accounts])


def _account(account: Account, citations: Mapping[int, Citation], hand: Hand) -> str:
    cited = citations.get(account.citation)
    day = told.account_day(account, citations)
    outlet = (cited.story.source or cited.story.title) if cited else ""
    about = ", ".join(part for part in (hand.text(outlet), long_date(day) if day else "") if part)
    numbered = _number(account.citation, citations) if cited else ""
    return f"- {hand.text(told.quoted(account.words))}{f' ({about})' if about else ''}{numbered}"
