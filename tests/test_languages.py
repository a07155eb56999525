"""Questions and articles in Turkish and Russian, and questions in one language over another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.embed import Vectors
from index.fluency import fertility, fluency
from index.sentences import split
from index.types import Page
from rag.fuse import word_trust
from rag.reader import shipped_tokenizer
from rag.retrieve import Step, query, retrieve
from tests.fake_embedder import FakeEmbedder
from tests.sample_archive import add, story

_MEANINGS = {
    "bridge": "köprü мост",
    "closed": "kapatıldı kapandı закрыли закрыт",
    "flood": "sel наводнение наводнения",
    "why": "neden почему",
    "festival": "festivali фестиваль",
    "opened": "açıldı открылся",
}
_CONCEPTS = {
    word: concept for concept, others in _MEANINGS.items() for word in (concept, *others.split())
}


class Multilingual(FakeEmbedder):
    """Knows a few words of three languages by what they mean, and hardly any other."""

    def _embed(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.casefold())
        return super()._embed(" ".join(_CONCEPTS[word] for word in words if word in _CONCEPTS))


class Shredding(FakeEmbedder):
    """Spells every word out letter by letter, as a model does that never met it."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(len(word) for word in text.split()) for text in texts]


def page(name: str, text: str, language: str, title: str = "") -> Page:
    made = story(name, text, title=title or name)
    return replace(made, known=replace(made.known, language=language))


def titles(
    folder: Path, question: str, embedder: FakeEmbedder, step: Step = Step.FUSED
) -> list[str]:
    archive = Archive(folder)
    try:
        hits = retrieve(archive, query(question, embedder), 5, step=step)
        return [hit.article.title for hit in hits]
    finally:
        archive.close()


ENGLISH = (
    page("Bridge", "The bridge was closed after the flood, officials in Hollin said.", "en"),
    page(
        "Tickets", "Hollin, Hollin, Hollin: tickets for the match in Hollin cost 12 crowns.", "en"
    ),
    page("Market", "In Hollin the market of the old town sells apples and honey.", "en"),
    page("Festival", "The festival opened with songs.", "en"),
)


@pytest.mark.parametrize(
    "question", ["Hollin köprü neden kapatıldı?", "Почему закрыли мост Hollin?"]
)
def test_a_question_in_one_language_finds_the_article_in_another_whose_names_are_common(
    tmp_path: Path, question: str
) -> None:
    embedder = Multilingual()
    add(tmp_path, embedder, *ENGLISH)
    assert titles(tmp_path, question, embedder, Step.LEXICAL)[0] == "Tickets"
    assert titles(tmp_path, question, embedder)[0] == "Bridge"


def test_where_articles_of_both_languages_answer_both_are_found_before_others(
    tmp_path: Path,
) -> None:
    embedder = Multilingual()
    turkish = page("Köprü", "Hollin'de köprü sel nedeniyle kapatıldı.", "tr")
    add(tmp_path, embedder, *ENGLISH, turkish)
    found = titles(tmp_path, "Hollin'de köprü neden kapatıldı?", embedder)
    assert found[0] == "Köprü"
    assert found[1] == "Bridge"


def test_words_count_in_full_for_a_question_in_the_archives_own_language(tmp_path: Path) -> None:
    add(tmp_path, FakeEmbedder(), *ENGLISH)
    archive = Archive(tmp_path)
    assert word_trust(archive, "Why was the bridge in Hollin closed?") == {"en": 1.0}
    assert word_trust(archive, "Почему закрыли мост Hollin после наводнения?") == {"en": 0.0}
    archive.close()


def test_a_model_that_does_not_know_the_language_has_no_say_in_it(tmp_path: Path) -> None:
    embedder = Shredding()
    pages = [
        page(f"Haber {n}", f"Şehirde {n} yeni şarkı söylendi, çok güzeldi.", "tr") for n in range(6)
    ]
    right = page("Köprü", "Köprüden geçişler sel yüzünden durduruldu.", "tr")
    add(tmp_path, embedder, *pages, right)
    asked = query("Köprüdeki geçiş neden durdu, sel mi?", embedder)
    assert asked.fluency == 0.0
    # whatever such a model says
    misled = replace(asked, vector=embedder.embed_query("Şehirde 3 yeni şarkı söylendi"))
    archive = Archive(tmp_path)
    assert retrieve(archive, misled, 3)[0].article.title == "Köprü"
    trusted = retrieve(archive, replace(misled, fluency=1.0), 3)
    assert trusted[0].score < retrieve(archive, misled, 3)[0].score
    archive.close()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("How many people died when the dam above Hollin broke?", 1.0),
        ("Who succeeded Premier Nikita Khrushchev as first secretary?", 1.0),
        ("Barajın yıkılmasının ardından kaç kişi hayatını kaybetti?", 0.0),
        ("Сколько человек погибло после прорыва плотины?", 0.0),
    ],
)
def test_the_shipped_model_knows_english_and_neither_turkish_nor_russian(
    text: str, known: float
) -> None:
    tokenizer = shipped_tokenizer()

    def count(texts: Sequence[str]) -> list[int]:
        encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(each.ids) for each in encoded]

    assert fluency(text, count) == known
    assert fertility(text, count) >= 1.0


def test_a_text_without_words_is_no_sign_of_a_foreign_language() -> None:
    assert fluency("12,298 + 7?", lambda texts: [9] * len(texts)) == 1.0


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("tr", "Gözlemcilerin seçimlerden önceki uyarıları dinlenmedi.", "gözlemci uyarısı seçim"),
        ("tr", "DİYARBAKIR VALİLİĞİ İSTANBUL yolunu kapattı.", "istanbul diyarbakır valiliği"),
        (
            "ru",
            "Наблюдательницы предупредили избирателей.",
            "наблюдатель предупреждение избиратель",
        ),
    ],
)
def test_other_forms_of_the_words_find_the_article(
    tmp_path: Path, language: str, text: str, question: str
) -> None:
    others = {"tr": "Hava güneşliydi, deniz sakindi ve", "ru": "Погода была тёплой, море тихим и"}
    embedder = Shredding()
    crowd = [page(f"o{n}", f"{others[language]} {n}.", language) for n in range(8)]
    add(tmp_path, embedder, *crowd, page("Right", text, language))
    assert titles(tmp_path, question, embedder, Step.LEXICAL)[0] == "Right"
    assert titles(tmp_path, question, embedder)[0] == "Right"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dün 29. Bölge Müdürü çalıştı. Sel durdu.", 2),
        ("Sultan II. Murat tahta çıktı. Halk sevindi.", 2),
        ("Acme Ltd. Şti. Genel Müdürü konuştu. Karar açık.", 2),
        ("Üniv. Rektörü Prof. Dr. Can geldi. Toplantı bitti.", 2),
        ("Koç A.Ş. Bu kararı açıkladı.", ["Koç A.Ş.", "Bu kararı açıkladı."]),
        ("Ущерб оценили в 5 млн руб. Об этом сообщил мэр.", 2),
        ("Горели дома, склады и т. д. Потом пожар стих.", 2),
        ("В 2020 г. Президент подписал указ. Он вступил в силу.", 2),
        ("Напр. Москва растёт. С 1 янв. Правила изменятся.", 2),
        ("Это т. н. Комиссия Иванова. Она работает.", 2),
        ("— Мы готовы, — сказал министр. — Завтра начнём.", 2),
        ("World War II. Britain won.", 2),
    ],
)
def test_abbreviations_and_ordinals_end_no_sentence(text: str, expected: list[str] | int) -> None:
    found = [text[span.start : span.end] for span in split(text)]
    assert found == expected if isinstance(expected, list) else len(found) == expected


def test_scripts_without_spaces_are_not_taken_for_unknown() -> None:
    def letters(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    assert fluency("東京で大雨が続いています", letters) == 1.0
    assert fluency("на этой неделе пройдут выборы", letters) == 0.0
