"""Questions about what someone said, and the words that answer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.types import Article, Span
from rag import speech_verbs as lexicon
from rag.remarks import Speech
from rag.select import Candidate
from rag.speech import speeches


@dataclass(frozen=True, slots=True)
class AskedSpeech:
    """Whose words are asked for, and on what; `topic` is None where on anything."""

    speaker: str
    topic: str | None


_WHO = r"(?P<who>.{1,120}?)"
_ON = r"(?P<on>.*)$"
_SAY = (
    r"(?:say|said|tell|told|announce|claim|argue|warn|promise|explain|reply|respond|admit|deny|"
    r"think|believe|suggest|comment|predict|answer|declare|remark|joke|complain)"
)
_VIEW = (
    r"(?:reaction|response|views?|opinion|position|stance|comments?|answer|reply|statement|"
    r"explanation|verdict|message)"
)
_TR_ON = r"(?:hakkında|konusunda|ile ilgili|için)"
_TR_SAY = r"(?:dedi|söyledi|düşünüyor|diyor|açıkladı)"
_RU_SAY = (
    r"(?:сказал[аи]?|заявил[аи]?|говорит|говорил[аи]?|думает|считает|ответил[аи]?|сообщил[аи]?)"
)
# In order; each names whose words ("who") and, after its own words, on what ("on").
_ASKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:(?:and|so|but)\s+)?what\s+(?:(?:else|exactly)\s+)?(?:did|does|do|has|have|had)\s+{_WHO}\s+"
        rf"(?:(?:ever|publicly|actually|already|have\s+to)\s+)?{_SAY}\b{_ON}",
        rf"^(?:what|how)\s+(?:was|is|were|are)\s+{_WHO}['’]s?\s+{_VIEW}\b{_ON}",
        rf"^(?:what|how)\s+(?:was|is|were|are)\s+the\s+{_VIEW}\s+(?:of|from|by)\s+{_WHO}"
        rf"(?:\s+(?P<on>(?:to|on|about)\b.*))?$",
        rf"^how\s+(?:did|does|do|has|have)\s+{_WHO}\s+(?:respond|react|reply|explain|describe|"
        rf"comment|justify|defend)(?:ed)?\b{_ON}",
        rf"^(?:why\s+)?(?:did|does|do)\s+{_WHO}\s+say\b{_ON}",
        rf"^(?:quotes?|statements?|comments?|remarks?)\s+(?:of|from|by)\s+{_WHO}"
        rf"(?:\s+(?P<on>(?:to|on|about)\b.*))?$",
        rf"^according\s+to\s+{_WHO},\s*{_ON}",
        # "X'in Y hakkında söyledikleri", "X Y hakkında ne dedi"
        rf"^(?P<who>[^'’]{{1,60}})['’]n?[ıiuü]n\s+(?P<on>.{{1,200}}?)\s+{_TR_ON}\s+"
        rf"(?:söyledikleri|dedikleri|açıklaması|görüşü|sözleri)\b",
        rf"^(?P<who>(?:[A-ZÇĞİÖŞÜ][^\s]*\s+){{1,3}})(?P<on>\S.{{0,200}}?)\s+{_TR_ON}\s+ne\s+{_TR_SAY}\b",
        rf"^(?P<who>.{{1,60}}?)\s+ne\s+{_TR_SAY}\b",
        # "что сказал X о Y"
        rf"^что\s+{_RU_SAY}\s+(?P<who>.{{1,80}}?)(?:\s+(?P<on>(?:об?|обо|про|на)\s.*))?$",
        rf"^что\s+(?P<who>.{{1,80}}?)\s+{_RU_SAY}(?:\s+(?P<on>(?:об?|обо|про|на)\s.*))?$",
    )
)
_LEADING = re.compile(
    r"^\s*(?:about|on|of|to|that|regarding|concerning|as|hakkında|обо|об|о|про|на)\s+",
    re.IGNORECASE,
)
# "What did the flood do ...", "they", "we": nobody's words can be looked for.
_NO_ONE = frozenset(
    "it they he she we you i this that these those there people anyone anybody someone somebody "
    "everyone everybody one nobody o onlar он она они вы мы ты".split()
)
# What is written says something too, but is not a speaker.
_WRITTEN = lexicon.DOCUMENTS | frozenset(
    "correction editorial headline entry logbook constitution rule rules sign poster".split()
)
_TITLES = frozenset(lexicon.HONORIFICS) | lexicon.TITLES
_SMALL = frozenset("the a an of for in at and to from its his her their s der von de".split())
_BY_NAME = 2.0  # a fit by surname or role
_ALIKE = 1.0  # a fit by likeness
_TO_THE_POINT = 0.6  # of the share of the question's terms around the best of the speaker's words
_SEARCHED = 20_000  # code points of a body in which the rest of a role is looked for
_LONGEST = 600  # code points of a question that are looked at


def asked(question: str) -> AskedSpeech | None:
    """Whose words a question asks for; None where it asks for something else.

    "What did X say about Y", "what was X's reaction to Y", "how did X respond",
    "X'in Y hakkında söyledikleri", "что сказал X о Y". X may be a name, a
    surname, a role or an institution; an outlet is given back like any other,
    since only the caller knows which names are outlets.
    """
    text = " ".join(question[:_LONGEST].split()).rstrip(" ?.!")
    for pattern in _ASKS:
        match = pattern.match(text)
        if match is None:
            continue
        who = match["who"].strip(" ,\"“”'’")
        bare = who.lower().split()
        if not bare or (len(bare) == 1 and bare[0] in _NO_ONE) or bare[-1] in _WRITTEN:
            return None
        topic = _LEADING.sub("", (match.groupdict().get("on") or "").strip()).strip(" ,.?!")
        return AskedSpeech(who, topic or None)
    return None


def words_of(
    speaker: str,
    candidates: Sequence[Candidate],
    speeches_of: Callable[[Article], Mapping[Span, Speech]],
) -> list[tuple[Candidate, Speech]]:
    """Those candidates that are this speaker's words: direct speech to the point first.

    Otherwise in their order. `candidates` come best first; `speeches_of` is
    asked once an article.
    """
    known: dict[tuple[str, int], Mapping[Span, Speech]] = {}
    found: list[tuple[float, Candidate, Speech]] = []
    for candidate in candidates:
        key = (candidate.article.id, candidate.article.version)
        if key not in known:
            known[key] = speeches_of(candidate.article)
        speech = known[key].get(candidate.span)
        if speech is not None and (fit := fits(speaker, speech, candidate.article)):
            found.append((fit, candidate, speech))
    kept = [(candidate, speech) for fit, candidate, speech in found if fit >= _least(found)]
    closest = max((candidate.around for candidate, _ in kept), default=0.0)
    return sorted(
        kept, key=lambda pair: not (pair[1].direct and pair[0].around >= _TO_THE_POINT * closest)
    )


def sentences_of(
    speaker: str,
    articles: Sequence[Article],
    speeches_of: Callable[[Article], Mapping[Span, Speech]] = speeches,
) -> list[tuple[Article, Span, Speech]]:
    """This speaker's sentences in these articles, in the articles' order and their own."""
    found = [
        (fit, article, span, speech)
        for article in articles
        for span, speech in speeches_of(article).items()
        if (fit := fits(speaker, speech, article))
    ]
    least = _least(found)
    return [(article, span, speech) for fit, article, span, speech in found if fit >= least]


def _least(
    found: Sequence[tuple[float, object, object] | tuple[float, object, object, object]],
) -> float:
    """The fit that is kept: where someone fits by name or role, likenesses are not."""
    return _BY_NAME if any(one[0] >= _BY_NAME for one in found) else 0.0


def fits(asked_for: str, speech: Speech, article: Article) -> float:
    """How well a speech's speaker is the one asked for, 0 to 3.

    3 by the whole name, 2 by surname or role, 1 by likeness: the role, and the
    article has the rest ("the mayor of Port Merrin" of its "mayor"). A first
    name or role in the question must not contradict: Conrad Ellwood is not
    Marta Ellwood.
    """
    wanted, speaker, role = _words(asked_for), _words(speech.speaker), _words(speech.role or "")
    if not wanted or not speaker:
        return 0.0
    if wanted == speaker:
        return 3.0
    titles = [w for w in wanted if w in _TITLES and w not in speaker]
    name = [w for w in wanted if w not in titles]
    if (
        name
        and name[-1] == speaker[-1]
        and (len(speaker) == 1 or len(name) == 1 or name[0] in speaker or speaker[0] in name)
    ):
        return _by_name(name, titles, speaker, role)
    if set(wanted) <= set(role):
        return _BY_NAME
    if set(wanted) <= set(speaker):
        return _ALIKE if len(wanted) < len(speaker) else _BY_NAME
    return _by_likeness(wanted, speaker, role, article)


def _by_name(
    name: Sequence[str], titles: Sequence[str], speaker: Sequence[str], role: Sequence[str]
) -> float:
    telling = [t for t in titles if t not in lexicon.HONORIFICS]
    if telling and role and len(name) == 1 and not set(telling) & set(role):
        return 0.0
    return 3.0 if list(name) == list(speaker) else _BY_NAME


def _by_likeness(
    wanted: Sequence[str], speaker: Sequence[str], role: Sequence[str], article: Article
) -> float:
    """One part of what was asked is the speaker's, and the article has the rest."""
    for held in (role, speaker):
        shared = set(wanted) & set(held)
        head = next((w for w in reversed(wanted) if w in lexicon.HEADS and w in shared), None)
        if head is None or (held is speaker and not set(speaker) <= set(wanted)):
            continue
        before = set(held[: list(held).index(head)])
        if before - set(wanted) - {"new", "outgoing", "its"}:
            continue  # "deputy governor" is not the governor
        rest = [w for w in wanted if w not in shared]
        if all(w in article.body[:_SEARCHED].lower() for w in rest):
            return _ALIKE
    return 0.0


def _words(text: str) -> list[str]:
    bare = re.sub(r"['’]s?\b", "", text.lower())
    return [w for w in re.findall(r"[^\W_]+(?:-[^\W_]+)*", bare) if w not in _SMALL]
