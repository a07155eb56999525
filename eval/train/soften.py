"""The same said otherwise: what a writer does to a sentence without changing what it says.

Shorter (without brackets, appositives, relative clauses, adverbs), in another
order, in other words, with rounder numbers. Done to claims that are borne out
and to those that are not alike, so that it tells nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from eval.train.data import WORD
from eval.train.hard import Likeness
from eval.train.substitutes import Substitutes, article

_LEAST = 5  # words that must be left
_ALIKE = 0.3  # cosine of a synonym's word vector, below which it is a rare sense's
_FRONTED = re.compile(
    r"^((?:in|on|after|during|by|since|at|for|from|under|before|until|with|despite|throughout)\b"
    r"[^,;:.]{3,60}), (?=\w)(.*?)([.!?]?)$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:however|moreover|furthermore|in addition|also|for example|for instance|therefore|thus"
    r"|as a result|meanwhile|today|currently|additionally|finally|later|nevertheless|instead"
    r"|in fact|similarly|consequently),? ",
    re.IGNORECASE,
)
_CUTS = (
    re.compile(r" ?\([^()]{0,200}\)"),
    re.compile(
        r", (?:who|which|whose|where|when|a|an|the|including|such as|known|also|called|born|based)"
        r" [^,;.]{3,90}(?:,(?= )|(?=\.?$))"
    ),
    re.compile(
        r"(?:,|;) (?:while|although|though|because|since|as|making|leaving|with|but|whereas|and"
        r"|so|including|resulting|meaning|causing|allowing) [^;.]{8,200}(?=\.?$)"
    ),
    re.compile(r"; .{8,300}(?=\.?$)"),
    re.compile(r", (?:he|she|they|officials|police) (?:said|says)(?=\.?$)"),
)
_TAIL = re.compile(
    r" (?:in|at|on|for|during|after|by|from|near|since|until|with|through|under|between)"
    r" (?:[\w'’-]+ ?){1,5}(?=\.?$)"
)
_ADVERB = re.compile(
    r" (?:also|however|then|eventually|subsequently|currently|largely|mainly|primarily|generally"
    r"|officially|originally|formally|quickly|recently|later|successfully|often|widely|initially"
    r"|particularly|especially|today|now|further|itself|himself|therefore),?(?= )"
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|without|none|neither|nor|cannot|only|few|all|every)\b|n't"
)
_PASSIVE = re.compile(r"^([^,]{3,60}?) (?:was|were) (\w+ed) by ([^,]{3,60}?)\.?$")
_SAME = """more than=over,above|over=more than|about=around,approximately,roughly
    |approximately=about|around=about|because=since,as|although=though,while|many=numerous|numerous=many|also=too
    |began=started|started=began|however=but|such as=like|during=in|throughout=during
    |in order to=to|due to=because of|because of=due to|as well as=and|large=big
    |people=individuals|located in=in|known as=called|called=named|named=called|until=till
    |while=whereas|within=in|main=principal|became=turned into|built=constructed
    |constructed=built|founded=established|established=founded|created=made|made=created
    |used=employed|shows=indicates|said=stated|stated=said|obtained=got|received=got
    |required=needed|needed=required|purchased=bought|bought=purchased|helped=assisted
    |gave=provided|provided=gave|won=took|took place=was held|is located=lies|wrote=authored
    |died=passed away|film=movie|movie=film|school=academy|near=close to|several=a number of
    |some=a few|first=initially|usually=typically|often=frequently|only=just
    |currently=now|said that=stated that,claimed that|has been=was|film=picture|city=town
    |announced=said,revealed,reported|reported=said,announced|told=said to|revealed=disclosed
    |children=kids|killed=left dead|attempt=try|police=officers|officials=authorities
    |home=house|car=vehicle|company=firm|firm=company|suspended=halted|money=funds
    |funds=money|secretly=covertly|intended=meant|meant=intended|belonging to=owned by
    |owned by=belonging to|ensure=make sure|allow=let|allowed=let|show=demonstrate"""
SAME = {
    pair.split("=")[0]: pair.split("=")[1].split(",")
    for pair in re.sub(r"\s*\n\s*", "", _SAME).split("|")
}
_CONTRACTED = (("did not", "didn't"), ("was not", "wasn't"), ("does not", "doesn't"),
               ("is not", "isn't"), ("could not", "couldn't"), ("cannot", "can't"),
               ("would not", "wouldn't"), ("had not", "hadn't"),
               ("were not", "weren't"))  # fmt: skip
_SPELT = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve")  # fmt: skip
_DAY = re.compile(
    r"\bon (?:(?:\d{1,2}) )?(january|february|march|april|may|june|july|august|september|october"
    r"|november|december)(?: \d{1,2})?,? (\d{4})",
    re.IGNORECASE,
)
_FRAMES = ("it was reported that {}", "according to the report, {}", "the article says that {}",
           "reports say {}", "the text states that {}", "as reported, {}")  # fmt: skip


class Softener:
    """Says sentences otherwise; the same `rng` does the same. `common`: words it may put in."""

    def __init__(
        self,
        substitutes: Substitutes,
        likeness: Likeness,
        common: frozenset[str],
        rng: random.Random,
    ) -> None:
        self._substitutes, self._likeness = substitutes, likeness
        self._common, self._rng = common, rng

    def soften(self, text: str) -> str:
        """`text` after none to all of the ways, each by chance."""
        ways: list[tuple[float, Callable[[str], str]]] = [
            (0.5, self._opened), (0.5, self._cut), (0.25, self._cut), (0.25, self._untailed),
            (0.4, self._moved), (0.4, self._unadverbed), (0.5, self._active), (0.4, self._dated),
            (0.5, self._numbered), (0.45, self._shortened), (0.9, self._reworded),
            (0.3, self._contracted), (0.06, self._framed),
        ]  # fmt: skip
        for chance, way in ways:
            if self._rng.random() < chance:
                made = way(text)
                if len(WORD.findall(made)) >= min(_LEAST, len(WORD.findall(text))):
                    text = made
        return text[:1].upper() + text[1:]

    def _opened(self, text: str) -> str:
        return _OPENING.sub("", text, count=1)

    def _cut(self, text: str) -> str:
        pattern = self._rng.choice(_CUTS)
        return " ".join(pattern.sub(" ", text, count=1).split()).replace(" .", ".")

    def _untailed(self, text: str) -> str:
        # What is not so in Rome may be so elsewhere: only of sentences without a "not".
        return text if _NEGATIVE.search(text.lower()) else _TAIL.sub("", text, count=1)

    def _moved(self, text: str) -> str:
        match = _FRONTED.match(text)
        if match is None or _NEGATIVE.search(text.lower()):
            return text
        first, rest, stop = match.groups()
        if self._rng.random() < 0.3:
            return rest + stop
        return f"{rest} {first[0].lower()}{first[1:]}{stop}"

    def _unadverbed(self, text: str) -> str:
        return _ADVERB.sub("", text, count=1)

    def _active(self, text: str) -> str:
        match = _PASSIVE.match(text)
        return f"{match.group(3)} {match.group(2)} {match.group(1)}." if match else text

    def _dated(self, text: str) -> str:
        return _DAY.sub(r"in \1 \2" if self._rng.random() < 0.5 else r"in \2", text)

    def _numbered(self, text: str) -> str:
        rng = self._rng

        def said(match: re.Match[str]) -> str:
            figure = match.group()
            if rng.random() < 0.4:
                return figure
            plain = figure.replace(",", "")
            if "," in figure and rng.random() < 0.4:
                return plain
            if not plain.isdigit() or (len(plain) == 4 and plain[0] in "12" and "," not in figure):
                return figure
            value = int(plain)
            if 2 <= value <= 12 and len(plain) == len(str(value)):
                return _SPELT[value - 2]
            if value < 30 or plain.endswith("00") or len(plain) > 12:
                return figure
            unit = 10 ** (len(plain) - rng.choice((1, 1, 2)))
            if value // unit < 1:
                return figure
            below = value // unit * unit
            near = round(value / unit) * unit
            if below < value and rng.random() < 0.4:
                return f"{rng.choice(('more than', 'over', 'at least'))} {below:,}"
            if abs(near - value) < 0.06 * value:
                words = ["about", "around", *(["nearly", "almost"] if near > value else [])]
                return f"{rng.choice(words)} {near:,}"
            return figure

        text = re.sub(r"(?<![\w.,$£€%–/-])\d[\d,]*(?![\w.,%–/-]|st\b)", said, text)
        for n, word in enumerate(_SPELT, start=2):
            if rng.random() < 0.3:
                text = re.sub(rf"\b{word}\b", str(n), text)
        return text

    def _shortened(self, text: str) -> str:
        """A person by the surname, a place by its first name alone."""
        found = list(re.finditer(r"(?<=[a-z,] )([A-Z][a-z]+) ([A-Z][a-z]+)(?= [a-z]|[.,])", text))
        if not found:
            return text
        match = self._rng.choice(found)
        return text[: match.start()] + match.group(2) + text[match.end() :]

    def _reworded(self, text: str) -> str:
        """Words put out for what means the same: at most two in five of them."""
        rng = self._rng
        left = rng.choice((1, 2, 3, 3, 4, 5, 6))
        phrases = [p for p in SAME if " " in p and f" {p} " in text]
        if phrases and rng.random() < 0.7:
            phrase = rng.choice(phrases)
            text = text.replace(phrase, rng.choice(SAME[phrase]), 1)
        words = list(WORD.finditer(text))
        order = list(range(len(words)))
        rng.shuffle(order)
        changed: list[tuple[int, int, str]] = []
        for n in order:
            word = words[n].group()
            if len(changed) < min(left, 2 * len(words) // 5) and word.islower():
                offered = self._offered(word, words[n - 1].group().lower() if n else "")
                if offered:
                    changed.append((*words[n].span(), rng.choice(offered)))
        for start, end, new in sorted(changed, reverse=True):
            text = article(text[:start], new) + new + text[end:]
        return text

    def _offered(self, word: str, before: str) -> list[str]:
        mine = self._likeness.vector(word)
        found = [
            w
            for w in self._substitutes.same(word, before)
            if set(w.split()) <= self._common and float(self._likeness.vector(w) @ mine) >= _ALIKE
        ]
        return SAME.get(word, []) + found

    def _contracted(self, text: str) -> str:
        for long, short in _CONTRACTED:
            text = text.replace(f" {long} ", f" {short} ")
        return text

    def _framed(self, text: str) -> str:
        return self._rng.choice(_FRAMES).format(text[:1].lower() + text[1:])
