"""The people that an article names: their full names, roles and, where told, genders.

News names a person in full once and by surname or pronoun from then on. A
surname that two people share is resolved only where an honorific or the
headline tells which; a pronoun, where one person of its gender stands nearest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag import speech_verbs as lexicon
from rag.speech_names import Run, institutions, opens_unnamed, role_after, role_before, runs_of
from rag.speech_phrases import Token, gender_of

_BACK = 5  # sentences that a pronoun may point back over
_LONGEST_NAME = 5  # tokens of a person's name
_MOST = 400  # names that are kept of one article, people and institutions each


@dataclass(slots=True, eq=False)
class Person:
    """What is known of someone; filled while an article is read."""

    name: str
    since: int  # the sentence that first names them in full
    role: str | None = None
    gender: str = ""
    sure: bool = False  # something tells that this is a person and not a place


@dataclass(slots=True)
class Seen:
    """A sentence's people in order, the one it opens with, and who speaks in it."""

    paragraph: int
    mentions: list[Person] = field(default_factory=list)
    opens_with: Person | None = None
    speaker: Person | None = None
    institution: str | None = None
    group: str | None = None  # several who speak: "analysts"
    unnamed: bool = False  # it opens with someone whom it does not name: "An analyst shared"


class Persons:
    """The people of one article. `learn` all its sentences first, then `read` them in order."""

    def __init__(self, title: str) -> None:
        self._title = title.split()
        self._people: dict[str, Person] = {}
        self._surnames: dict[str, list[Person]] = {}
        self._firsts: dict[str, list[Person]] = {}
        self._names: set[str] = set()  # words capitalised within a sentence
        self._institutions: dict[str, int] = {}  # names and descriptions, and where first
        self.seen: list[Seen] = []

    def learn(self, sentences: Sequence[Sequence[Token]]) -> None:
        """Full names, roles and genders, wherever the article gives them."""
        runs = [runs_of(part) for part in sentences]
        for at, part in enumerate(sentences):
            self._names.update(t.text for t in part[1:] if t.capital)
            for name in institutions(part) if len(self._institutions) < _MOST else ():
                self._institutions.setdefault(name, at)
        for at, (part, found) in enumerate(zip(sentences, runs, strict=True)):
            for run in found:
                if 2 <= len(run.name) <= _LONGEST_NAME and len(self._people) < _MOST:
                    self._describe(self.person(" ".join(run.name), at), part, run)
        for at, found in enumerate(runs):
            for run in found:
                if len(run.name) == 1 and (person := self.called(run.name[0], run.honorific, at)):
                    person.sure = True
                    if run.role and person.role is None:
                        person.role = run.role
                    person.gender = person.gender or lexicon.HONORIFICS.get(run.honorific, "")
        for at in range(len(sentences) - 1):
            opening = sentences[at + 1][0].lower if sentences[at + 1] else ""
            people = {" ".join(r.name) for r in runs[at] if len(r.name) > 1}
            if (
                opening in {"he", "she"}
                and len(people) == 1
                and runs[at]
                and runs[at][0].start == 0
            ):
                only = self._people.get(people.pop())
                if only is not None and only.sure:
                    only.gender = only.gender or lexicon.PRONOUNS[opening]

    def person(self, name: str, at: int) -> Person:
        """The person of this full name, made known if new."""
        known = self._people.get(name)
        if known is None:
            known = self._people[name] = Person(name, at)
            first, *_, last = name.split()
            self._surnames.setdefault(last, []).append(known)
            self._firsts.setdefault(first, []).append(known)
        return known

    def called(self, word: str, honorific: str, at: int) -> Person | None:
        """The one person whom a surname (or first name) alone can mean in this sentence."""
        people = self._surnames.get(word) or ([] if honorific else self._firsts.get(word, []))
        people = [p for p in people if p.since <= at] or people
        gender = lexicon.HONORIFICS.get(honorific, "")
        if gender:
            people = [p for p in people if p.gender in {"", gender}]
            people = [p for p in people if p.gender] or people
        if len(people) > 1 and self._titled_alone(word):
            # the headline's bare surname is the main person's, whom the story names first
            first = min(p.since for p in people)
            people = [p for p in people if p.since == first]
        return people[0] if len(people) == 1 else None

    def ambiguous(self, word: str) -> bool:
        return len(self._surnames.get(word, [])) > 1

    def is_name(self, word: str) -> bool:
        """Whether the article writes the word with a capital within a sentence too."""
        return word in self._names

    def unnamed(self, described: str, role: str | None, gender: str) -> Person:
        """Someone who speaks without a name, so that "he" may mean them afterwards."""
        return Person(described, len(self.seen), role, gender, sure=True)

    def role(self, name: str) -> str | None:
        known = self._people.get(name)
        return known.role if known else None

    def fuller(self, name: str) -> str:
        """The one longer name that the article has for an institution, else its own.

        "the ministry" where only the justice ministry is named, "Allegheny" for
        Allegheny International Inc.
        """
        if name.startswith("the "):
            end = name[3:]
            if end[1:] not in lexicon.OFFICES:
                return name
            longer = [n for n in self._institutions if n.endswith(end) and n[0].islower()]
            return f"the {longer[0]}" if len(longer) == 1 else name
        longer = [
            n
            for n in self._institutions
            if n[0].isupper() and (n.startswith(name + " ") or n.endswith(" " + name))
        ]
        return longer[0] if len(longer) == 1 and not self._institutions.get(name) else name

    def within(self, part: Sequence[Token]) -> list[Person]:
        """The people whom these tokens of the newest sentence name."""
        at = len(self.seen) - 1
        found = (
            self._people.get(" ".join(run.name))
            if len(run.name) > 1
            else self.called(run.name[0], run.honorific, at)
            for run in runs_of(part)
        )
        return [person for person in found if person is not None and person.sure]

    def institution_meant(self, paragraph: int) -> str | None:
        """Which "it" says: the institution that speaks in the sentence before."""
        for seen in self._justrole_before(paragraph):
            if seen.institution:
                return seen.institution
            if seen.speaker or seen.mentions:
                return None
        return None

    def group_meant(self, paragraph: int) -> str | None:
        """Who "they" are that say: the several who speak in the sentence before."""
        for seen in self._justrole_before(paragraph):
            if seen.group:
                return seen.group
            if seen.speaker or seen.institution:
                return None
        return None

    def _justrole_before(self, paragraph: int) -> list[Seen]:
        return [s for s in reversed(self.seen[-3:-1]) if paragraph - s.paragraph <= 1]

    def in_role(self, role: str) -> Person | None:
        """The one person whom the article gives this role, or one that ends so."""
        wanted = role.lower()
        holders = [p for p in self._people.values() if p.role]
        exact = [p for p in holders if p.role and p.role.lower() == wanted]
        ending = [p for p in holders if p.role and p.role.lower().endswith(" " + wanted)]
        found = exact or ending
        return found[0] if len(found) == 1 else None

    def open(self, part: Sequence[Token], paragraph: int) -> Seen:
        """Note the next sentence's people. Sentences come in order."""
        at = len(self.seen)
        seen = Seen(paragraph)
        beside = False  # a name in apposition: "An engineer from the ministry, Cosima Reel,"
        for run in runs_of(part):
            person = (
                self._people.get(" ".join(run.name))
                if len(run.name) > 1
                else self.called(run.name[0], run.honorific, at)
            )
            if person is None or not person.sure:
                continue
            beside = beside or (run.start > 0 and part[run.start - 1].text == ",")
            seen.mentions.append(person)
            if run.start == 0:
                seen.opens_with = person
        seen.unnamed = seen.opens_with is None and not beside and opens_unnamed(part)
        if part and part[0].lower in {"he", "she"}:
            seen.opens_with = self.meant(part[0].lower, paragraph, ())
        self.seen.append(seen)
        return seen

    def meant(self, pronoun: str, paragraph: int, before: Sequence[Person]) -> Person | None:
        """Whom "he" or "she" means; `before` are those named before it in its sentence."""
        gender = lexicon.PRONOUNS[pronoun]
        fitting = _distinct(p for p in before if p.gender in {"", gender})
        if len(fitting) == 1:
            return fitting[0]
        for seen in reversed(self.seen[-_BACK - 1 :]):
            if paragraph - seen.paragraph > 1:
                break
            for person in (seen.speaker, seen.opens_with):
                if person is not None and person.gender in {"", gender}:
                    return person
            people = _distinct(p for p in seen.mentions if p.gender in {"", gender})
            if len(people) > 1 or seen.unnamed:
                return None
            if people:
                return people[0]
        return None

    def _describe(self, person: Person, part: Sequence[Token], run: Run) -> None:
        """What stands beside a full name: title, apposition, age, a clause with "who"."""
        role = run.role or role_before(part, run.start) or role_after(part, run.end)
        following = [t.lower for t in part[run.end : run.end + 2]]
        if (
            role
            or run.honorific
            or (
                len(following) == 2
                and following[0] == ","
                and (following[1] in {"who", "whose"} or following[1].isdigit())
            )
        ):
            person.sure = True
        if role and person.role is None:
            person.role = role
        told = gender_of(role) or lexicon.HONORIFICS.get(run.honorific, "")
        person.gender = person.gender or told

    def _titled_alone(self, surname: str) -> bool:
        for n, word in enumerate(self._title):
            if word.strip(",.:;'’\"“”").removesuffix("'s").removesuffix("’s") == surname:
                return n == 0 or not self._title[n - 1][:1].isupper()
        return False


def _distinct(people: Iterable[Person]) -> list[Person]:
    return list(dict.fromkeys(people))
