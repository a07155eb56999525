"""Words exchanged in a sentence: for others that mean the same, and for others that do not.

A verifier that has only seen copies takes every new word for a fault. Here a
sentence gets synonyms that its evidence does not have and stays true, or gets
an opposite or a word of the same kind besides, and is not.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from eval.train.wordnet import WordNet
from rag.stopwords import STOPWORDS

_WORD = re.compile(r"[A-Za-z]+(?:-[a-z]+)*")
_ARTICLE = re.compile(r"\b([Aa])n?(\s+)$")
_SHORTEST = 4  # letters; shorter words are mostly of many meanings
_LEFT = frozenset(
    "said says say also more most much many other such very just even still only first second "
    "last next same well part time year years people back home used made make makes making "
    "know known like named called including according while been being having does done".split()
)
_HELPERS = frozenset(
    "be is are was were been being have has had having get gets got by not never".split()
)
_VOWELS = "aeiou"
_OPPOSED = 0.6  # how often an opposite is taken where there is one


@dataclass(frozen=True, slots=True)
class Exchange:
    """`text[start:end]` stands where another word was; `same` if it means the same."""

    start: int
    end: int
    same: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What a word mostly is: its part of speech, its lemma, and the form it is of that."""

    part: str
    lemma: str
    form: str


class Substitutes:
    """Exchanges words of lower-case spelling, keeping their inflection."""

    def __init__(self, wordnet: WordNet | None = None) -> None:
        self._net = wordnet or WordNet()
        self._forms: dict[str, dict[str, list[str]]] = {}
        for part in ("noun", "verb"):
            forms: dict[str, list[str]] = {}
            for form, bases in self._net.irregular(part).items():
                for base in bases:
                    forms.setdefault(base, []).append(form)
            self._forms[part] = forms
        self._options = lru_cache(maxsize=100_000)(self._look_up)
        self.form = lru_cache(maxsize=100_000)(self._form)
        self.related = lru_cache(maxsize=400_000)(self._related)

    def same(self, word: str, before: str = "") -> tuple[str, ...]:
        """What means the same, in the same inflection; `before` is the word before it."""
        return self._options(word, before in _HELPERS)[0] if exchangeable(word) else ()

    def other(self, word: str, before: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its opposites, and others of its kind."""
        return self._options(word, before in _HELPERS)[1:] if exchangeable(word) else ((), ())

    def _form(self, word: str) -> Form | None:
        """None for a word that is unknown, or as often of another part of speech."""
        lemmas = self._lemmas(word)
        part = self._net.main_part({p: lemma for p, (lemma, _) in lemmas.items()})
        return Form(part, *lemmas[part]) if part else None

    def _related(self, one: str, other: str) -> bool:
        """Whether two words may mean the same, or one a kind of the other."""
        mine, theirs = self._lemmas(one), self._lemmas(other)
        return any(
            self._net.related(part, mine[part][0], theirs[part][0])
            for part in mine.keys() & theirs.keys()
        )

    def exchange(
        self, text: str, rng: random.Random, same: int, other: int
    ) -> tuple[str, tuple[Exchange, ...]] | None:
        """`text` with so many words exchanged for the same and for others.

        None where it has not that many words that can be. Offsets are into the new text.
        """
        found = []
        words = list(_WORD.finditer(text))
        for n, match in enumerate(words):
            word = match.group()
            if not exchangeable(word):
                continue
            before = words[n - 1].group().lower() if n else ""
            alike, opposed, sisters = self._options(word, before in _HELPERS)
            if alike or opposed or sisters:
                found.append((match, alike, opposed, sisters))
        rng.shuffle(found)
        chosen: dict[int, tuple[str, bool]] = {}
        for match, _, opposed, sisters in found:
            if other and (opposed or sisters):
                pool = opposed if opposed and (not sisters or rng.random() < _OPPOSED) else sisters
                chosen[match.start()] = (rng.choice(pool), False)
                other -= 1
        for match, alike, _, _ in found:
            if same and alike and match.start() not in chosen:
                chosen[match.start()] = (rng.choice(alike), True)
                same -= 1
        return None if same or other else self._put(text, words, chosen)

    def _put(
        self, text: str, words: list[re.Match[str]], chosen: dict[int, tuple[str, bool]]
    ) -> tuple[str, tuple[Exchange, ...]]:
        made, done, exchanges = "", 0, []
        for match in words:
            if match.start() not in chosen:
                continue
            new, same = chosen[match.start()]
            made += text[done : match.start()]
            made = article(made, new)
            exchanges.append(Exchange(len(made), len(made) + len(new), same))
            made += new
            done = match.end()
        return made + text[done:], tuple(exchanges)

    def _look_up(
        self, word: str, participle: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        lemmas = self._lemmas(word)
        part = self._net.main_part({p: lemma for p, (lemma, _) in lemmas.items()})
        if part is None:
            return (), (), ()
        lemma, form = lemmas[part]
        opposites, sisters = self._net.other(part, lemma)

        def inflected(each: list[str]) -> tuple[str, ...]:
            made = [self._inflect(part, w.replace("_", " "), form, participle) for w in each]
            return tuple(w for w in made if w[:1].islower() and w[:5] != word[:5])

        return inflected(self._net.same(part, lemma)), inflected(opposites), inflected(sisters)

    def _lemmas(self, word: str) -> dict[str, tuple[str, str]]:
        """For each part of speech that it may be: its lemma, and the form it is of that."""
        found: dict[str, tuple[str, str]] = {}
        for part in ("noun", "verb", "adj", "adv"):
            for lemma, form in _bases(part, word, self._net.irregular(part)):
                if self._net.known(part, lemma):
                    found[part] = (lemma, form)
                    break
        return found

    def _inflect(self, part: str, lemma: str, form: str, participle: bool) -> str:
        if form == "base":
            return lemma
        # Of several words a verb inflects the first, a noun the last.
        head, _, rest = lemma.partition(" ") if part == "verb" else ("", "", "")
        if part == "noun":
            rest, _, head = lemma.rpartition(" ")
        head = _inflected(head, form, participle, self._forms[part].get(head, []))
        return f"{head} {rest}".strip() if part == "verb" else f"{rest} {head}".strip()


def article(before: str, new: str) -> str:
    """`before` with the "a" or "an" that it may end in as `new` wants it."""
    return _ARTICLE.sub(rf"\1{'n' if new[0] in _VOWELS else ''}\2", before)


def exchangeable(word: str) -> bool:
    """Whether it is a lower-case word that says something, and mostly one thing."""
    return len(word) >= _SHORTEST and word.islower() and word not in STOPWORDS | _LEFT


def _bases(part: str, word: str, irregular: dict[str, list[str]]) -> list[tuple[str, str]]:
    found = [(word, "base")]
    for base in irregular.get(word, []) if part in ("noun", "verb") else []:
        found.insert(0, (base, "plural" if part == "noun" else "past"))
    if part in ("noun", "verb") and word.endswith("s") and not word.endswith("ss"):
        form = "plural" if part == "noun" else "third"
        stems = [word[:-1]]
        if word.endswith("es"):
            stems.append(word[:-2])
        if word.endswith("ies"):
            stems.append(word[:-3] + "y")
        found += [(stem, form) for stem in stems]
    if part == "verb":
        for ending, form in (("ed", "past"), ("ing", "ing")):
            if word.endswith(ending):
                stem = word[: -len(ending)]
                stems = [stem + "e", stem]
                if stem[-1:] == stem[-2:-1]:
                    stems.append(stem[:-1])
                if ending == "ed" and stem.endswith("i"):
                    stems.append(stem[:-1] + "y")
                found += [(each, form) for each in stems]
    return found


def _inflected(head: str, form: str, participle: bool, irregular: list[str]) -> str:
    if form == "ing":
        if head.endswith("e") and not head.endswith(("ee", "oe", "ye")):
            return head[:-1] + "ing"
        doubled = [each for each in irregular if each.endswith("ing")]
        return doubled[0] if doubled else head + "ing"
    if form == "past":
        known = [each for each in irregular if not each.endswith(("ing", "s"))]
        if known:
            done = [each for each in known if each.endswith("n")]
            rest = [each for each in known if each not in done]
            return (done or rest)[0] if participle else (rest or done)[0]
        if head.endswith("e"):
            return head + "d"
        if head.endswith("y") and head[-2:-1] not in _VOWELS:
            return head[:-1] + "ied"
        return head + "ed"
    plural = [each for each in irregular if form == "plural"]
    if plural:
        return plural[0]
    if head.endswith(("s", "x", "z", "ch", "sh")):
        return head + "es"
    if head.endswith("y") and head[-2:-1] not in _VOWELS:
        return head[:-1] + "ies"
    return head + "s"
