"""What a figure is said of: the dead or the injured, the cost or the fine.

Two figures can only differ where they are said of the same thing. The facet
is read from the words of the figure's own clause, by a small lexicon of what
news counts; facets exclude one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from rag.figures import Figure


class Facet(StrEnum):
    """What news counts of people, and puts a price on."""

    DEAD = "dead"
    INJURED = "injured"
    MISSING = "missing"
    DISPLACED = "displaced"
    RESCUED = "rescued"
    ARRESTED = "arrested"
    QUESTIONED = "questioned"
    INFECTED = "infected"
    ATTENDING = "attending"
    LAID_OFF = "laid off"
    HIRED = "hired"
    VOTES = "votes"
    DAMAGE = "damage"
    FUND = "fund"
    FINE = "fine"
    PROFIT = "profit"
    LOSS = "loss"
    REVENUE = "revenue"
    DEBT = "debt"
    WAGE = "wage"
    PRIZE = "prize"
    TAX = "tax"
    RATE = "rate"
    TURNOUT = "turnout"
    COST = "cost"


# In order: where a clause has words of several, the first of the list that it has.
_WORDS: tuple[tuple[Facet, str], ...] = (
    (Facet.MISSING, r"missing|unaccounted|kayıp|пропал\w*|без вести"),
    (
        Facet.DISPLACED,
        r"displaced?|displacement|evacuat\w+|homeless|refugees?|fle(?:d|e|eing)|"
        r"(?:forced|driven|moved|chased)\s+(?:to\s+leave|from|out(?:\s+of)?)(?:\s+(?:their|its))?"
        r"(?:\s+homes?)?|(?:left|leave|leaving|abandon\w*)\s+their\s+(?:homes?|houses)|uprooted|"
        r"tahliye\s+edil\w+|эвакуир\w+",
    ),
    (
        Facet.INJURED,
        r"injur\w+|wound(?:s|ed|ing)|hurt|hospitali[sz]ed|yaralan\w+|yaralı\w*|"
        r"ранен\w*|пострадал\w*",
    ),
    (
        Facet.DEAD,
        r"dead|die[ds]?|dying|deaths?|death\s+toll|toll|kill(?:s|ed|ing)?|fatalit(?:y|ies)|"
        r"fatally|drowned|perished|lost\s+(?:their|his|her)\s+li(?:ves|fe)|lives\s+lost|"
        r"claimed\s+the\s+lives|bodies|murdered|öl(?:dü|en|ü|üm)\w*|hayatını\s+kaybe\w+|"
        r"can\s+kaybı|погиб\w*|умер\w*|убит\w*|жертв\w*",
    ),
    (Facet.RESCUED, r"rescued?|lifted\s+to\s+safety|saved|kurtarıl\w+|спасен\w*|спасли"),
    (Facet.ARRESTED, r"arrest\w*|detain\w*|custody|in\s+jail|gözaltı\w*|tutukla\w+|задержан\w*"),
    (Facet.QUESTIONED, r"question(?:ed|ing)|interrogated|interviewed"),
    (Facet.INFECTED, r"infect\w*|cases|tested\s+positive|contracted|vaka\w*|случаев"),
    (
        Facet.ATTENDING,
        r"march\w*|demonstrat\w*|protest\w*|rall(?:y|ied)|attend\w*|turned\s+out|took\s+part|"
        r"taking\s+part|gathered|crowds?|spectators|watched|on\s+to\s+the\s+streets|"
        r"participants?|audience|counted|katıl\w+|yürüdü\w*|вышли|участвовал\w*",
    ),
    (Facet.LAID_OFF, r"lay\s+off|la(?:id|ying)\s+off|layoffs?|redundan\w+|job\s+(?:cuts|losses)|"
                     r"cut\s+[\d,]+\s+jobs|sacked|dismissed"),
    (Facet.HIRED, r"hir(?:e[ds]?|ing)|take\s+on|recruit\w*|new\s+jobs|creat\w+\s+[\d,]+\s+jobs"),
    (Facet.TURNOUT, r"turnout"),
    (Facet.VOTES, r"votes?|ballots?"),
    (
        Facet.FUND,
        r"funds?|grants?|compensation|aid|subsid\w+|set\s+aside|loans?|donat\w+|legacy|"
        r"allocat\w+|relief|payments?|claim|insur\w+|guarantee|deposit",
    ),
    (Facet.FINE, r"fine[ds]?|penalt\w+|damages\s+of"),
    (Facet.PROFIT, r"profits?|earnings|net\s+income|net|earned"),
    (Facet.REVENUE, r"revenues?|sales|turnover|exports?|imports?|income"),
    (Facet.DEBT, r"debts?|deficit|owe[ds]?|borrow\w*|provisions?"),
    (Facet.WAGE, r"salar(?:y|ies)|wages?|pay\s+rise|pensions?"),
    (Facet.PRIZE, r"prize\w*|award\w*|jackpot"),
    (Facet.TAX, r"tax(?:es)?|lev(?:y|ies)|dut(?:y|ies)|tariffs?|vat"),
    (Facet.DAMAGE, r"damage[ds]?|rebuild\w*|reconstruct\w*|hasar\w*|ущерб\w*"),
    (Facet.LOSS, r"loss(?:es)?|lost"),
    (Facet.RATE, r"(?:interest|main|base|key|lending|mortgage|policy)\s+rates?|rates?|inflation|"
                 r"unemployment|faiz|enflasyon|ставк\w+|инфляци\w+"),
    (
        Facet.COST,
        r"costs?|prices?|priced|worth|bought|buy|paid|pay|spen[dt]\w*|budget|bill|expensive|"
        r"valued|sold|maliyet\w*|fiyat\w*|стоимост\w*|стоит|цен[аыу]",
    ),
)  # fmt: skip
_FACETS = tuple((facet, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for facet, words in _WORDS)
# Where one clause ends and another begins.
_BREAK = re.compile(
    r"[,;:()–—]|\s-\s|\b(?:and|but|while|whereas|with|after|including|of\s+whom|ve|ama|и|а|но)\b",
    re.IGNORECASE,
)
_NEXT = 2  # clauses without a figure after the figure's own, where its verb may stand


def facet(text: str) -> Facet | None:
    """What a text is about, by the first facet of the list that it names."""
    return next((f for f, pattern in _FACETS if pattern.search(text)), None)


def clause(text: str, figure: Figure, all_of: Sequence[Figure]) -> tuple[int, int]:
    """The span of the figure's clause: up to the next break, and no further than other figures."""
    left = max((f.end for f in all_of if f.end <= figure.start), default=0)
    right = min((f.start for f in all_of if f.start >= figure.end), default=len(text))
    for match in _BREAK.finditer(text):
        if match.end() <= figure.at:
            left = max(left, match.end())
        elif match.start() >= figure.end:
            right = min(right, match.start())
            break
    return left, right


def facet_of(text: str, figure: Figure, all_of: Sequence[Figure]) -> Facet | None:
    """What the figure is said of, by its own clause, else by the nearest ones without figures."""
    start, end = clause(text, figure, all_of)
    found = facet(text[start:end])
    if found is not None:
        return found
    limit = min((f.start for f in all_of if f.start >= figure.end), default=len(text))
    cuts = [end, *(m.end() for m in _BREAK.finditer(text, end) if m.end() <= limit), limit]
    for left, right in zip(cuts, cuts[1:][:_NEXT], strict=False):
        found = facet(text[left:right])
        if found is not None:
            return found
    before = max((f.end for f in all_of if f.end <= figure.start), default=0)
    return facet(text[before:start])
