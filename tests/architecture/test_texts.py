"""Every text is said in both languages, and the committed catalogues are what the sources give."""

from scripts import i18n


def test_every_text_has_its_english_with_the_same_parameters():
    texts = i18n.extracted()

    assert i18n.problems(texts, i18n.english(texts)) == []
