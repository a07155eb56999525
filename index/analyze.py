"""Words of a text as the lexical index sees them: lower-cased, stemmed, folded.

The same tantivy analyzers serve the index, the query and every word overlap
that `rag` computes, so that they never disagree on what a word is. Numbers
keep their inner separators ("12,298" is one word). Accents are folded after
stemming, so that "Turkiye" finds "Türkiye".
"""

from __future__ import annotations

from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# ISO 639-1 -> the name of tantivy's Snowball stemmer
STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hu": "hungarian",
    "it": "italian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
PLAIN = "xx"  # any other language: no stemming
LANGUAGES = (*STEMMERS, PLAIN)

_WORD = r"\p{N}+(?:[.,:]\p{N}+)+|[\p{L}\p{M}\p{N}_]+"
_LONGEST_WORD = 60  # bytes; longer runs are not words


def language_key(language: str | None) -> str:
    """The analyzer for an ISO 639-1 code; "xx" where there is no stemmer for it."""
    return language if language in STEMMERS else PLAIN


@cache
def analyzer(key: str) -> TextAnalyzer:
    """The analyzer of one of `LANGUAGES`."""
    builder = (
        TextAnalyzerBuilder(Tokenizer.regex(_WORD))
        .filter(Filter.remove_long(_LONGEST_WORD))
        .filter(Filter.lowercase())
    )
    if key in STEMMERS:
        builder = builder.filter(Filter.stemmer(STEMMERS[key]))
    return builder.filter(Filter.ascii_fold()).build()


@lru_cache(maxsize=20_000)
def words(text: str, key: str) -> tuple[str, ...]:
    """The words of `text`, in order, repeats kept. `key` is one of `LANGUAGES`."""
    # half a surrogate pair, as JSON may hold one, is no letter of any word
    return tuple(analyzer(key).analyze(text.encode("utf-8", "replace").decode()))
