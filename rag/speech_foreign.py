"""Who says what in Turkish and Russian news, at a basic level.

Turkish puts verb and speaker after the words (`"...", dedi X`, `X, ... söyledi`),
Russian before or after them (`«...», — сказал X`; `по словам X`; `X заявил, что`).
A name is taken as it stands: Russian ones may be inflected after "по словам".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Span
from rag.quotations import HIDDEN, Quotations, mask
from rag.remarks import Speech

LANGUAGES = ("tr", "ru")

_MOSTLY = 0.4  # of a sentence between marks: direct speech
# One to four capitalised words; lengths are bounded so that no text takes long.
_NAME = r"[^\W\d_a-zçğıöşüа-яё][\w’'-]{1,30}(?:\s[^\W\d_a-zçğıöşüа-яё][\w’'-]{1,30}){0,3}"
_TURKISH = (
    r"dedi|diyor|açıkladı|söyledi|belirtti|ifade\setti|vurguladı|kaydetti|bildirdi|duyurdu|"
    r"savundu|iddia\setti|dile\sgetirdi|aktardı|anlattı|ekledi|yanıtını\sverdi|konuştu|uyardı"
)
_RUSSIAN = (
    r"сказал[аи]?|заявил[аи]?|сообщил[аи]?|отметил[аи]?|добавил[аи]?|подчеркнул[аи]?|"
    r"объяснил[аи]?|пояснил[аи]?|рассказал[аи]?|утверждает|утверждают|говорит|считает|"
    r"предупредил[аи]?|признал[аи]?|ответил[аи]?|уточнил[аи]?|напомнил[аи]?|написал[аи]?"
)
_ROLE_RU = r"(?:[а-яё-]{3,30}\s){0,5}"
_PATTERNS: dict[str, tuple[re.Pattern[str], ...]] = {
    "tr": (
        # "...", dedi X.
        re.compile(rf"{HIDDEN}[,\s]*\b(?:{_TURKISH})\s(?P<who>{_NAME})\s*[.,]?\s*$"),
        # X, ... söyledi. / X "..." dedi.
        re.compile(
            rf"^(?P<role>(?:[A-ZÇĞİÖŞÜ][\w’'-]{{1,30}}\s){{0,4}}(?:Bakanı|Başkanı|Başbakan|Başbakanı|"
            rf"Cumhurbaşkanı|Müdürü|Valisi|Sözcüsü|Genel\sMüdürü)\s)?(?P<who>{_NAME})(?=[\s,]).*"
            rf"\b(?:{_TURKISH})\.?$"
        ),
        # X'e göre, ...
        re.compile(
            r"^(?P<who>[^\W\d_a-zçğıöşü]\w{1,30}(?:\s[^\W\d_a-zçğıöşü]\w{1,30}){0,3})['’]y?[ea]\sgöre\b"
        ),
        re.compile(rf"^(?P<who>{_NAME}):\s*{HIDDEN}"),
    ),
    "ru": (
        re.compile(
            rf"{HIDDEN}\s*,?\s*[—–-]\s*(?:{_RUSSIAN})\s(?P<role>{_ROLE_RU})(?P<who>{_NAME})"
        ),
        re.compile(rf",\s*[—–-]?\s*(?:{_RUSSIAN})\s(?P<role>{_ROLE_RU})(?P<who>{_NAME})\s*[.]?$"),
        re.compile(rf"\b[Пп]о\sсловам\s(?P<role>{_ROLE_RU})(?P<who>{_NAME})"),
        re.compile(
            rf"^(?P<role>(?:[А-ЯЁ][а-яё-]{{2,30}}\s)(?:[а-яё-]{{3,30}}\s){{0,4}})?"
            rf"(?P<who>{_NAME})\s(?:{_RUSSIAN})\b"
        ),
        re.compile(rf"^(?P<who>{_NAME}):\s*{HIDDEN}"),
    ),
}
_NOBODY = frozenset("Он Она Они Оно Это Bu O Ancak Ama Fakat Но А И".split())
_LONGEST = 2_000  # code points of a sentence that is looked at


def speeches(
    body: str, spans: Sequence[Span], marks: Quotations, language: str
) -> dict[Span, Speech]:
    """The sentences with a speaker; time linear in the body."""
    found: dict[Span, Speech] = {}
    full: dict[str, str] = {}
    last: tuple[int, Speech] | None = None
    for span in spans:
        text = body[span.start : span.end]
        hidden = [
            type(q)(max(q.start, span.start) - span.start, min(q.end, span.end) - span.start)
            for q in marks.within(span.start, span.end)
        ]
        masked = mask(text, hidden)[:_LONGEST]
        for name in re.findall(_NAME, masked):
            if " " in name:
                full.setdefault(name.split()[-1], name)
        quoted = sum(q.end - q.start for q in hidden) / len(text)
        speech = _speech(masked, language, full, quoted)
        same = last is not None and "\n" not in body[last[0] : span.start]
        if speech is None and same and last is not None and not re.search(r"\w", masked):
            speech = Speech(last[1].speaker, True, last[1].role)
        if speech is not None:
            found[span] = speech
            last = (span.end, speech)
        else:
            last = None
    return found


def _speech(masked: str, language: str, full: dict[str, str], quoted: float) -> Speech | None:
    for pattern in _PATTERNS[language]:
        match = pattern.search(masked)
        if match is None:
            continue
        who = match["who"]
        if who.split()[0] in _NOBODY or HIDDEN in who:
            continue
        role = (match.groupdict().get("role") or "").strip() or None
        return Speech(full.get(who, who), quoted >= _MOSTLY, role)
    return None
