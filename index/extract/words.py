"""Words and names of a line of raw text, for comparing lines with each other.

No model and no dictionary: words are cut to six letters, which does for many
languages what a stemmer does for one (F. Can et al. 2008, "Information
retrieval on Turkish texts", found truncation to five or six letters as good
as a lemmatiser). Scripts without spaces are taken in pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_STEM = 6
_SHORTEST = 4  # shorter words are mostly grammar
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_OPENING = re.compile(r"(?:^|[.!?:;…|•]|[-–—] )[\s\"'“”‘’«»„(\[]*$")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]{2,}")
_POSSESSIVE = re.compile(r"['’](?:s|t|re|ve|ll|d|m)$", re.I)
_FUNCTION_WORDS = frozenset(
    """
    about above according across after again against ahead almost along already also although among
    another around away back because become been before began behind being below between both came
    come could dans days della delle does doing done down during each either else even ever every
    first from further gave given goes going gone have having here hers herself himself however into
    itself just kept know last late later less like little long made make making many maybe might
    more most much must near need never next none nothing once ones only onto other others over own
    part people per perhaps quite rather really said same says seen several shall should since some
    something soon still such take taken than that their them themselves then there these they thing
    things this those three through time times today together told took toward towards under unless
    until upon used using very want wants week weeks well went were what when where whether which
    while whose will with within without would year years yesterday your
    aber alle auch dass dies diese durch einem einen einer eine haben hatte kann mehr nach nicht
    noch oder sein sich sind über unter wenn werden wird wurde zwischen
    ainsi alors après avant avec cette dont elle elles entre leur mais même nous pour sans selon
    sont tout très était como cuando desde donde entre esta este fueron hasta muito para pela pelo
    pero porque según sobre também todo tras uma
    были было быть если есть когда который которая которые также только того тоже чтобы этом этого
    этот после перед между более может было года году
    bazı bunun çünkü daha değil gibi için kadar olan olarak sonra üzere olduğunu edən olub üçün
    """.split()
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The content words of a line, cut to stems, and those of them that are names."""

    words: frozenset[str]
    names: frozenset[str]


def terms_of(lines: Sequence[str]) -> list[Terms]:
    """The terms of every line of a page.

    A word that opens a sentence is a name only if it has its capital in the
    middle of a sentence elsewhere on the page, or opens a run of capitals.
    """
    found = [_capitals(line) for line in lines]
    inside = {
        stem for line in found for stem, _, opening, capital in line if capital and not opening
    }
    result = []
    for line in found:
        words: set[str] = set()
        names: set[str] = set()
        for place, (stem, content, opening, capital) in enumerate(line):
            follows = place + 1 < len(line) and line[place + 1][3] and not line[place + 1][2]
            name = capital and (not opening or stem in inside or (follows and content))
            if content or name:
                words.add(stem)
            if name:
                names.add(stem)
        result.append(Terms(frozenset(words), frozenset(names)))
    return result


def _capitals(line: str) -> list[tuple[str, bool, bool, bool]]:
    """(stem, content word, opens a sentence, has a capital) of each word."""
    found = []
    for match in _WORD.finditer(line):
        word = _POSSESSIVE.sub("", match.group())
        if _UNSPACED.fullmatch(word):
            found += [(word[i : i + 2], True, True, False) for i in range(len(word) - 1)]
            continue
        lower = word.casefold()
        content = len(word) >= _SHORTEST and lower not in _FUNCTION_WORDS
        before = line[max(0, match.start() - 8) : match.start()]
        opening = match.start() == 0 or _OPENING.search(before) is not None
        capital = word[0].isupper() and len(word) > 1 and lower not in _FUNCTION_WORDS
        found.append((lower[:_STEM], content, opening, capital))
    return found
