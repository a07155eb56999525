"""Records of an export are stories as they stand."""

from index.extract import extract
from index.types import Metadata, Page


def _story(content: str, media: str = "text", title: str | None = None) -> list[tuple[str, bool]]:
    page = Page(
        "x#1",
        "html" if media == "html" else "text",
        content,
        known=Metadata(title=title),
        whole=True,
    )
    return [(block.text, block.heading) for block in extract(page).story]


def test_a_record_of_one_short_line_is_a_story() -> None:
    assert _story("Shr 16 cts vs 13 cts") == [("Shr 16 cts vs 13 cts", False)]


def test_a_wire_record_wrapped_at_its_margin_is_joined_into_paragraphs() -> None:
    wire = (
        "Harbour Oil Co and BT North\nInc said they plan to form a venture to manage the money\n"
        "borrowing and investment activities of both companies.\n"
        "    BT North is a subsidiary of British Telegraph Co\n"
        "Plc, which also owns a 55 pct interest in Harbour Oil.\n"
        "    The venture will be called Harbour Financial Trading\n"
        "and will be operated by Harbour Oil.\n"
    )
    assert [text[:24] for text, _ in _story(wire)] == [
        "Harbour Oil Co and BT No",
        "BT North is a subsidiary",
        "The venture will be call",
    ]


def test_an_html_record_keeps_its_headings_and_every_paragraph() -> None:
    content = "<p>One.</p><h2>Costs</h2>tail<div>Own <p>Inner</p> after</div><script>x()</script>"
    assert _story(content, "html") == [
        ("One.", False),
        ("Costs", True),
        ("tail", False),
        ("Own", False),
        ("Inner", False),
        ("after", False),
    ]


def test_a_teaser_like_line_in_a_record_is_still_its_story() -> None:
    lines = "A first paragraph of the story.\nRead more: another line of it.\nSubscribe now."
    assert len(_story(lines)) == 3


def test_the_title_repeated_as_first_line_is_left_out() -> None:
    assert _story("The title\nThe story goes here.", title="The title") == [
        ("The story goes here.", False)
    ]
