"""An answer as the Markdown that a chat front end shows, with where each citation stands.

It grows sentence by sentence, so that a stream and a whole reply say the same.
What comes from articles is escaped: it can neither format the page it is shown
on nor make a link or a picture of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rag.types import Answer, Asks, Citation, Question, Refusal, Sentence, Story
from ui.api.completions_types import Annotation
from ui.chat import outline, told, verdicts
from ui.chat.words import clean, long_date, web_url

_SOURCES = "**Sources**"

# Less than `ui.export` escapes: many a program prints the content as it is, and what
# makes no link, picture, tag or emphasis may stay as it was written.
_MARKUP = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)|(?<=:)//|(?<=www)\.", re.IGNORECASE)
_AT_START = re.compile(r"^(?:[-+=#:]|\d+(?=[.)]))")


@dataclass(slots=True)
class Writing:
    """The content so far. `begin` first, then each sentence, at last `finish`.

    Each returns the text that it adds; together they are the content.
    """

    asks: Asks = Asks.FACT
    several: bool = False
    content: str = ""
    _said: list[Sentence] = field(default_factory=list)
    _marks: list[tuple[int, int, int]] = field(default_factory=list)  # start, end, number

    def begin(self, question: Question) -> None:
        """What was asked decides how sentences are set."""
        self.asks = question.asks
        self.several = bool(question.parts)

    def add(self, said: Sentence) -> str:
        """One sentence with the markers of its citations."""
        self._said.append(said)
        start = self._gap()
        if self.asks is Asks.TIMELINE:
            days = told.short_days(said.days.first, said.days.last) if said.days else "undated"
            start += f"- {days}: "
        text = plain(said.text)
        if speech := told.claimed(said):
            text += f" — {plain(', '.join(told.who(speech)))}"
        added = self._append(start + text)
        for number in said.citations:
            added += self._append(" ")
            self._marks.append((len(self.content), len(self.content) + len(f"[{number}]"), number))
            added += self._append(f"[{number}]")
        doubt = verdicts.doubt(said)
        return added + (self._append(f" ({doubt})") if doubt else "")

    def finish(self, answer: Answer) -> str:
        """What is told below the sentences: refusals, differences, and the sources."""
        added = ""
        if list(answer.sentences[: len(self._said)]) != self._said:
            # What was sent cannot be taken back; the answer itself follows.
            added += self._append("\n\nPut right:")
            self._said = []
        for said in answer.sentences[len(self._said) :]:
            added += self.add(said)
        blocks = [
            f"{plain(part.text)} — {_refusal(part.refusal)}"
            for part in answer.parts
            if part.refusal is not None and answer.refusal is None
        ]
        if answer.refusal is not None:
            blocks.append(_refusal(answer.refusal))
        blocks += _differences(answer)
        if answer.citations:
            listed = "\n".join(f"{c.number}. {_source(c)}" for c in answer.citations)
            blocks += [f"{_SOURCES}\n\n{listed}", f"*{plain(told.newest(answer) or '')}*"]
        for block in blocks:
            if block.strip("*"):
                added += self._append(("\n\n" if self.content else "") + block)
        return added

    def annotations(self, answer: Answer) -> list[Annotation]:
        """Each marker with the page that it stands for, where that has an address."""
        citations = told.by_number(answer.citations)
        found: list[Annotation] = []
        for start, end, number in self._marks:
            cited = citations.get(number)
            if cited is not None and (url := told.address(cited)) is not None:
                title = " ".join(clean(cited.story.title).split())
                found.append(
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": start,
                            "end_index": end,
                            "title": title,
                            "url": url,
                        },
                    }
                )
        return found

    def _gap(self) -> str:
        if not self.content:
            return ""
        if self.asks is Asks.TIMELINE:
            return "\n"
        return "\n\n" if self.several or self.asks is Asks.SPEECH else " "

    def _append(self, text: str) -> str:
        self.content += text
        return text


def plain(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would act on."""
    flat = " ".join(clean(text).split())
    flat = _MARKUP.sub(lambda found: f"\\{found[0]}", flat)
    return _AT_START.sub(_hidden, flat)


def _hidden(found: re.Match[str]) -> str:
    # "1." begins a list; a number cannot be escaped, what follows it can
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def without_sources(content: str) -> str:
    """An answer as it was before its list of sources, for it to be read as an earlier turn."""
    return content.partition(f"\n\n{_SOURCES}\n")[0]


def _refusal(why: Refusal) -> str:
    lines = [plain(why.message)]
    if why.readings:
        lines += ["", "Did you mean:", "", *(f"- {plain(each)}" for each in why.readings)]
    if why.nearest:
        lines += ["", "Nearest stories:", "", *(f"- {_named(each)}" for each in why.nearest)]
    return "\n".join(lines)


def _differences(answer: Answer) -> list[str]:
    """What accounts differ on, in the words of every other place that tells it."""
    alone = replace(answer, sentences=(), parts=(), refusal=None)
    hand = outline.Hand(plain, _named)
    return outline.body(alone, hand)


def _source(citation: Citation) -> str:
    named = _named(citation.story, told.address(citation))
    return f"{named} ({plain(told.corrected(citation))})" if citation.correction else named


def _named(story: Story, url: str | None = None) -> str:
    """A story's title, linked where it has an address, with its source and day."""
    address = url or web_url(story.url)
    title = plain(story.title) or "Untitled"
    named = f"[{title}]({_target(address)})" if address else title
    day = long_date(story.published) if story.published else None
    rest = [plain(each) for each in (story.source, day) if each]
    return ", ".join([named, *rest])


def _target(url: str) -> str:
    """An address inside Markdown's round brackets; `web_url` let no space or `<` through."""
    return url.replace("(", "%28").replace(")", "%29")


def words(text: str) -> int:
    """Words, as spaces part them."""
    return len(text.split())
