"""Metadata at the top of a document: what is one, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given

from corpus.errors import DocumentError
from corpus.header import provenance, read_header
from corpus.models import Kind, Provenance, Span
from tests.corpus.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "header", "fields"),
    [
        ("title: A\ndate: 2025\n\nBody.", "title: A\ndate: 2025\n", {"title": "A", "date": "2025"}),
        (
            "Title:  A b \r\nKIND:order\r\n\r\nBody.",
            "Title:  A b \r\nKIND:order\r\n",
            {"title": "A b", "kind": "order"},
        ),
        ("\ufefftitle: A\n\nBody.", "\ufefftitle: A\n", {"title": "A"}),
        (
            "source: https://example.org/a:b\n\nBody.",
            "source: https://example.org/a:b\n",
            {"source": "https://example.org/a:b"},
        ),
        ("title: A", "title: A", {"title": "A"}),
        ("title:\n\nBody.", "title:\n", {"title": ""}),
        ("title: A\ntitle: B\n\nBody.", "title: A\ntitle: B\n", {"title": "B"}),
    ],
)
def test_reads_field_lines(text: str, header: str, fields: dict[str, str]) -> None:
    """Whatever their case and line ends; the last of two counts."""
    found = read_header("a.txt", text)
    assert (found.span.of(text), found.fields) == (header, fields)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Body.",
        "title: A\nBody that follows without an empty line.",
        "title: A\nMusk: It is.\n\nBody.",
        "author: A\n\nBody.",
        " title: A\n\nBody.",
        "Title of the day: none\n\nBody.",
        "\ntitle: A\n\nBody.",
        "title: A\rdate: B\r\rBody.",
        "--- \nA scene break.\n---\n\nBody.",
        "---\nHe said: no.\n\nAnd went.\n---\nBody.",
        "---\n# A heading\n---\nBody.",
        "---\n- a list\n- of things\n---\nBody.",
        "---\ntitle: A\n\nand no second rule",
        "----\ntitle: A\n----\n",
    ],
)
def test_what_is_no_header_stays_evidence(text: str) -> None:
    """A rule of a Markdown text opens no front matter, and prose with a colon is no field."""
    found = read_header("a.md", text)
    assert (found.span, found.fields) == (Span(0, 0), {})


def test_a_byte_order_mark_is_never_quoted() -> None:
    """Even where no header follows it."""
    assert read_header("a.txt", "\ufeffBody.").span == Span(0, 1)


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        ("title: The Hearing\ndate: 2025-03-03\n", {"title": "The Hearing", "date": "2025-03-03"}),
        ("date: 2025-02-30\n", {"date": "2025-02-30"}),
        ("date: 2025\nTitle: 007\n", {"date": "2025", "title": "007"}),
        ("title: 'A: B'\nlayout: post\ntags: [a, b]\n", {"title": "A: B"}),
        ('# written by hand\n\n"title": A # so\n', {"title": "A"}),
        ("title: >\n  A long\n  title\n", {"title": "A long title"}),
        ("title: null\ndate: ~\nsource:\n", {}),
        ("layout: post\n", {}),
        ("title: !!python/object/apply:os.getcwd x\n", {"title": "x"}),
        ("", {}),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reads_front_matter(block: str, fields: dict[str, str], end: str) -> None:
    """Every value is the text that it is; fields that are not known are left alone."""
    header = f"---\n{block}---\n".replace("\n", end)
    text = f"{header}Body: of evidence.{end}---{end}"
    found = read_header("a.md", text)
    assert (found.span.of(text), found.fields) == (header, fields)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("title: 'A\n", "found unexpected end of stream"),
        ("title: A: B\n", "mapping values are not allowed here"),
        ("title: [A, B]\n", "its title is not text"),
        ("date: {year: 2025}\n", "its date is not text"),
        ("title: A\n\u0007\n", "it is not YAML"),
        ('title: "\\ud800"\n', "its title is not text"),
        ('source: "a\\0b"\n', "its source is not text"),
        ("title: &a [*a]\n", "found unconstructable recursive node"),
        (f"title: {'[' * 5000}\n", "it is not YAML"),
    ],
)
def test_says_why_front_matter_cannot_be_read(block: str, reason: str) -> None:
    """Naming the document, in one sentence and what to do."""
    with pytest.raises(DocumentError) as raised:
        read_header("press/a.md", f"---\n{block}---\nBody.")
    assert str(raised.value) == (
        f"The front matter of press/a.md cannot be read: {reason}. Mend the lines between the two ---."
    )


@given(TEXTS)
def test_a_header_starts_the_text_and_ends_a_line(text: str) -> None:
    """Whatever the text is, and nothing is cut inside a line."""
    try:
        span = read_header("a.txt", text).span
    except DocumentError:
        return
    assert span.start == 0
    assert span.of(text) in ("", "\ufeff", text) or text[span.end - 1] == "\n"


def test_aliases_that_stand_for_a_billion_words_cost_nothing() -> None:
    """They are never written out ("billion laughs")."""
    levels = "".join(f"l{at}: &l{at} [{', '.join([f'*l{at - 1}'] * 9)}]\n" for at in range(1, 30))
    assert read_header("a.md", f"---\nl0: &l0 ha\n{levels}title: A\n---\nBody.").fields == {"title": "A"}


def test_white_space_is_nothing_known() -> None:
    """A title of spaces would leave a document without a name; `case.toml` may hold one."""
    assert provenance({"title": " \t", "publisher": " The \n Gazette "}, {}) == Provenance(
        publisher="The Gazette"
    )


def test_a_kind_gets_the_label_of_the_case() -> None:
    """Unless the document has one of its own."""
    labels = {Kind.PRESS: "Press report"}
    assert provenance({"kind": "Press", "title": "A"}, labels) == Provenance(
        title="A", kind=Kind.PRESS, label="Press report"
    )
    assert provenance({"kind": "press", "label": "Exhibit 4"}, labels).label == "Exhibit 4"
    assert provenance({}, {Kind.UNKNOWN: "Unsorted"}) == Provenance(label="Unsorted")


def test_a_kind_that_is_not_known_is_kept_as_the_label() -> None:
    """Nothing that a maintainer wrote is lost."""
    assert provenance({"kind": "Deposition"}, {}) == Provenance(label="Deposition")
    assert provenance({"kind": "Deposition", "label": "Exhibit 4"}, {}) == Provenance(label="Exhibit 4")
    assert provenance({"kind": "UNKNOWN"}, {}) == Provenance()
