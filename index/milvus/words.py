"""A passage's words, and a question's, in the one text field that Milvus counts in.

Byline's own analysers make the words (`index.analyze`), so that every language is
stemmed as in an embedded archive. Milvus then only has to split at blanks. The
tokenisers that servers have in common split at more than that, and lower letters in
ways of their own; so a word of ASCII letters and digits is kept as it is, and any
other stands as a hash. In front stands where the word is from: a language's text, the
first letters of its words, or the names beside the story.

Milvus weighs a word by how often the question holds it. The weights are therefore
repetitions: 2 for a word of the text, 1 where the language has stubs as well, and 1
for a stub and for a name. Half of what it gives is the embedded archive's sum, with
two differences. All of a passage is one field, with one length and one average, where
tantivy has those of each language, of the stubs and of the names: what has many names
beside it, or is in a language with stubs, counts as longer. And teasers are a collection
of their own, where tantivy counts them among the documents, so that its average passage
is shorter and its words are rarer. Over the sample's passages alone the two have the
same first hit for 98 of 100 questions. A server may also count words in each of its
segments apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from index.analyze import PLAIN, STUB, STUBBED, analysed, language_key, stubs, words
from index.documents import TermDocument

MOST = 65_535  # bytes that a text field of Milvus takes
SCALE = 0.5  # of Milvus's score, for the embedded archive's

_ABOUT = "about"
_PREFIX = {STUB: "zs", _ABOUT: "za"}  # a language's is its two letters; none begins with z


def token(key: str, word: str) -> str:
    """An analysed word as Milvus holds it. `key` is an analyzer's, or `STUB`."""
    prefix = _PREFIX.get(key, key)
    if word.isascii() and word.isalnum():
        return f"{prefix}w{word}"
    return f"{prefix}h{blake2b(word.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def of_passage(passage: TermDocument) -> str:
    """All words of a passage, in order; what is beyond the field's size is left out."""
    key = language_key(passage.language)
    found = [token(key, word) for word in analysed(passage.text, key)]
    if key in STUBBED:
        found += [token(STUB, word) for word in stubs(passage.text)]
    names = [token(_ABOUT, word) for word in analysed(passage.about, PLAIN)]
    return _joined(names + found)


def of_teaser(text: str) -> str:
    return _joined(token(PLAIN, word) for word in analysed(text, PLAIN))


def of_question(text: str, languages: Sequence[str]) -> str:
    """The words of a question in each of these analyzers, as often as they weigh.

    Empty where the question has no word.
    """
    keys = {language_key(language) for language in languages} or {PLAIN}
    found: list[str] = []
    for key in sorted(keys):
        for word in dict.fromkeys(words(text, key)):
            found += [token(key, word)] * (1 if key in STUBBED else 2)
    if keys & STUBBED:
        found += [token(STUB, word) for word in dict.fromkeys(stubs(text))]
    if not found:
        return ""
    return _joined(found + [token(_ABOUT, word) for word in dict.fromkeys(words(text, PLAIN))])


def of_aside(text: str) -> str:
    """The words of a question that is put to the teasers."""
    return _joined(token(PLAIN, word) for word in dict.fromkeys(words(text, PLAIN)))


def cut(text: str) -> str:
    """As much of a text as a field takes."""
    return text.encode("utf-8", "replace")[:MOST].decode("utf-8", "ignore")


def _joined(tokens: Iterable[str]) -> str:
    text = " ".join(tokens)  # ASCII: as many bytes as letters
    return text if len(text) <= MOST else text[: MOST + 1].rpartition(" ")[0]
