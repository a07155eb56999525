"""Words of a text as the lexical index sees them: lower-cased, stemmed, folded.

The same tantivy analyzers serve the index, the query and every word overlap
that `rag` computes, so that they never disagree on what a word is. Numbers
keep their inner separators ("12,298" is one word). Accents are folded after
stemming, so that "Turkiye" finds "Türkiye".

Where words take many endings, a stemmer that knows only some of them leaves
forms apart that are one word. There a word's first letters are a second, blunter
stem: five of them find more than any stemmer in Turkish (Can et al. 2008,
"Information retrieval on Turkish texts") and as much in Russian, Finnish and
Hungarian (McNamee et al. 2009, "Addressing morphological variation").
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

STUB = "stub"  # the first letters of a word, as an analyzer's key
STUBBED = frozenset({"fi", "hu", "ru", "tr"})  # languages whose words are also kept as stubs

_STUB_LENGTH = 5  # letters
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
    return analysed(text, key)


def analysed(text: str, key: str) -> tuple[str, ...]:
    """As `words`, for texts that are met once and need not be remembered."""
    # half a surrogate pair, as JSON may hold one, is no letter of any word
    sound = text.encode("utf-8", "replace").decode()
    return tuple(analyzer(key).analyze(cased(sound, key)))


def stubs(text: str) -> tuple[str, ...]:
    """The first letters of each word of `text`, in order; numbers whole."""
    return tuple(stub(word) for word in analysed(text, PLAIN))


def stub(word: str) -> str:
    """The stub of a word of `words(text, PLAIN)`."""
    return word if word[0].isdigit() else word[:_STUB_LENGTH]


def cased(text: str, key: str) -> str:
    """`text` with capitals that Unicode's rules would lower wrongly already lowered.

    The capital of the Turkish "i" is "İ", which they make an "i" and a dot, so
    that "İstanbul" is another word than "istanbul"; that of the dotless "ı" is
    "I". Only Turkish has the second, and only Turkish and its kin the first.
    """
    text = text.replace("İ", "i").replace("i\u0307", "i")
    return text.replace("I", "ı") if key == "tr" else text
