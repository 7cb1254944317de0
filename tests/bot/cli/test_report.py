"""Reports: what is in them, and that nothing in a question or a document is markup."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from bot.cli.report import MEANINGS, MISSES, Report, markdown_text
from corpus.errors import ExhibitError
from corpus.models import Document, Provenance, Span
from index.comparison import OldRun, compare
from index.evaluation import Miss, Verdict, judge
from index.figures import figures_of
from index.models import Answer, Outcome, Quote
from index.questions import Labelled

NASTY = '<script>alert(1)</script> & "*so*" | `it` [was](http://x)\n\n# <b> $said$ \\| {{ 7 * 7 }} ![x](y)'
SHOWN = " ".join(NASTY.split())
VOID = {"meta"}


def verdict(identifier: str, question: str, said: str, gold: str, kind: str = "") -> Verdict:
    """Of an answer that is one highlight of a document whose title is its words."""
    span = Span(0, len(said))
    document = Document("a.txt", said, "0" * 64, Provenance(title=said))
    quote = Quote(document, span, (span,), None, "line 1", 0.5)
    answer = Answer(question, Outcome.QUOTE, 0.75, (quote,), 1.0)
    return judge(Labelled(identifier, question, True, (gold, "another gold"), kind), answer)


def report(*verdicts: Verdict, old: tuple[Verdict, ...] = (), title: str = "A title") -> Report:
    """A report of these, against an earlier run where there is one."""
    figures = figures_of(verdicts, len(verdicts))
    before = OldRun.model_validate({"results": [each.to_json() for each in old]})
    comparison = compare(before, figures, verdicts) if old else None
    return Report(title, {"questions": "q.jsonl"}, figures, verdicts, comparison)


def written(made: Report, path: Path) -> str:
    """The file that a report makes."""
    made.write(path)
    return path.read_text(encoding="utf-8")


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[list[str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append([tag, *(name for name, _ in attrs)])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append([tag, *(name for name, _ in attrs)])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_figure_and_every_miss_is_explained() -> None:
    """In the order in which they are given."""
    assert list(MEANINGS) == list(figures_of([], 0).to_json())
    assert list(MISSES) == list(Miss)


def test_a_miss_has_what_was_said_and_what_was_wanted(tmp_path: Path) -> None:
    """With where it was said, and the other answers that would have done."""
    made = report(verdict("a", "Why?", "It rained.", "The ledger was red.", "why"))
    page = " ".join(Page(written(made, tmp_path / "r.html")).text.split())
    assert "Why? a · why · not shown · quote, confidence 0.750" in page
    assert "saidIt rained. — It rained., line 1 wantedThe ledger was red.oranother gold" in page
    text = written(made, tmp_path / "r.md")
    assert (
        "- **Why?** (a, why): not shown; quote, confidence 0.750\n"
        "  - said: It rained. — It rained., line 1\n"
        "  - wanted: The ledger was red.\n"
    ) in text


def test_nothing_is_markup_in_a_page(tmp_path: Path) -> None:
    """Words are shown as they are, wherever they stand; the elements are the same as with plain ones."""
    plain, nasty = (
        Page(
            written(
                report(
                    verdict("a" + words, words, words, "gold", words),
                    old=(verdict("a" + words, words, words, words),),
                    title=words,
                ),
                tmp_path / "r.html",
            )
        )
        for words in ("plain", NASTY)
    )
    assert nasty.tags == plain.tags
    assert nasty.open == []
    # Title twice; id, question and what was said as a change and as a miss; before; kind twice; document.
    assert nasty.text.count(NASTY) == plain.text.count("plain") == 12


def test_nothing_is_markup_in_markdown(tmp_path: Path) -> None:
    """The blocks are the same as with plain words, and what is read in them is what was written."""
    tokens = {}
    for words in ("plain", NASTY):
        made = report(
            verdict("a" + words, words, words, "gold", words),
            old=(verdict("a" + words, words, words, words),),
            title=words,
        )
        parser = MarkdownIt("commonmark", {"html": True}).enable("table")
        tokens[words] = parser.parse(written(made, tmp_path / "r.md"))
    assert [each.type for each in tokens["plain"]] == [each.type for each in tokens[NASTY]]
    inlines = {words: [each for each in found if each.children] for words, found in tokens.items()}
    for plain, nasty in zip(inlines["plain"], inlines[NASTY], strict=True):
        assert {child.type for child in nasty.children or ()} <= {
            *("text", "text_special", "strong_open", "strong_close", "softbreak", "image"),
        }
        assert read(nasty.children) == read(plain.children).replace("plain", SHOWN)


def read(children: list[Token] | None) -> str:
    """The text of a piece of Markdown."""
    return "".join(child.content for child in children or ())


@given(st.text())
def test_text_in_markdown_reads_as_it_was(text: str) -> None:
    """Its spaces made single; one paragraph without anything in it but text."""
    block, inline, *rest = MarkdownIt("commonmark", {"html": True}).parse(
        "said: " + markdown_text(text) + "."
    )
    assert (block.type, [each.type for each in rest]) == ("paragraph_open", ["paragraph_close"])
    assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
    # A NUL is no character of Markdown, which has U+FFFD for it.
    assert read(inline.children) == f"said: {' '.join(text.split())}.".replace("\0", "\ufffd")


def test_markup_stays() -> None:
    """What we have made ourselves is not escaped once more."""
    assert markdown_text(Markup("a*b*<i>")) == "a*b*<i>"


def test_the_plots_of_markdown_are_beside_it(tmp_path: Path) -> None:
    """Under names like its own, which its links spell as links do."""
    text = written(report(verdict("a", "Why?", "It rained.", "gold")), tmp_path / "run (2).md")
    assert (
        "![Risk–coverage](run%20%282%29-risk-coverage.svg)\n![Reliability](run%20%282%29-reliability.svg)\n"
        in text
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("run (2)-reliability.svg", "run (2)-risk-coverage.svg", "run (2).md"),
    ]


@pytest.mark.parametrize("name", ["r.html", "r.md"])
def test_sections_are_there_where_they_have_something(tmp_path: Path, name: str) -> None:
    """No kinds without a kind, no changes without an earlier run; "None" where nothing is wrong."""
    right = verdict("a", "Why?", "The ledger was red.", "The ledger was red.")
    wrong = verdict("a", "Why?", "It rained.", "The ledger was red.", "why")
    bare = written(report(right), tmp_path / name)
    full = written(report(wrong, old=(right,)), tmp_path / name)
    for heading in ("By kind of question", "Changed sides"):
        assert heading not in bare
        assert heading in full
    assert "None: every answer is right." in bare
    assert "Right now, and not before: 0. Right before, and not now: 1." in full
    assert "wrong sentence" not in full
    assert "no quote that was shown has the answer" in full


@pytest.mark.parametrize("name", ["r.html", "r.md"])
def test_a_report_that_cannot_be_written_is_a_sentence(tmp_path: Path, name: str) -> None:
    """In the system's own words."""
    with pytest.raises(ExhibitError, match=r"cannot be written: No such file or directory\.$"):
        report(verdict("a", "Why?", "It rained.", "gold")).write(tmp_path / "gone" / name)
