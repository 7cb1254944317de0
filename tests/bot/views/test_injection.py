"""Whatever a question or a document says: the messages show it, do nothing with it, and keep to the limits."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tomlkit
from discord import ui
from simcord.preview._markdown import markdown_tokens

from bot import failures, render
from bot.errors import BotError
from bot.views.about import AboutLayout
from bot.views.answer import AnswerLayout, MoreLayout
from bot.views.context import ContextLayout
from bot.views.quotes import link_button, source_url
from bot.views.receipt import ReceiptLayout, receipt_file
from bot.views.sources import SourcesLayout
from bot.views.welcome import WelcomeLayout
from corpus.context import locator, surroundings
from corpus.errors import DocumentError
from corpus.library import load_case
from corpus.models import Case, Document, Kind, Party, Provenance, Span
from corpus.passages import passages_of
from index.errors import QuestionError
from index.models import Answer, Outcome, Place, Quote
from index.searcher import Searcher
from tests.bot.discord_syntax import KNOWN, acting, acts
from tests.bot.injection import ATTACKS, FLOODS, INJECTIONS, NO_TEXT

HARMLESS = "Words"
KEPT = "0123456789abcdef"
ISOLATES = "\u2068\u2069"
JOINERS = "\u200c\u200d"


def layouts_of(text: str) -> Mapping[str, ui.LayoutView]:
    """Every message that a text can get into, with the text wherever one can stand."""
    words = f"Who said it?\nNobody. {text} And no more.\nThat was all."
    known = Provenance(text, text, text, "", Kind.UNKNOWN, text)
    document = Document(f"{text}.txt", words, "ab" * 32, known)
    other = Document(f"{text}/2.txt", words, "cd" * 32, Provenance(text, kind=Kind.PRESS))
    said = Span(13, len(words) - len("\nThat was all."))
    also = tuple(Place(other, Span(at, at + 3), "line 1") for at in range(5))
    quote = Quote(document, said, (said,), text, "line 2", 0.5, Span(0, 12), also)
    rest = [Quote(other, Span(at, len(words)), (), text, "line 2", 0.5) for at in range(4)]
    case = Case(Path(HARMLESS), text, text, (document, other), text, (Party(text, text),))
    return {
        "quote": AnswerLayout(Answer(text, Outcome.QUOTE, 0.5, (quote, *rest), 1.0), KEPT, case),
        "nearest": AnswerLayout(Answer(text, Outcome.NEAREST, 0.5, (quote, *rest), 1.0), KEPT, case),
        "nothing": AnswerLayout(Answer(text, Outcome.NOTHING, 0.5, (), 1.0), None, case),
        "more": MoreLayout(Outcome.QUOTE, [quote, *rest]),
        "context": ContextLayout(Span(0, 12), quote, Span(said.end + 1, len(words))),
        "receipt": ReceiptLayout(quote),
        "sources": SourcesLayout(case, lambda _path: 1),
        "welcome": WelcomeLayout(case, text),
    }


def without_notes(texts: list[str]) -> list[str]:
    """The texts of a message but for those that say that a quote was cut."""
    return [text for text in texts if not text.startswith("-# … cut")]


def check(layout: ui.LayoutView, texts: list[str]) -> None:
    """Holds a message to Discord's limits, and to showing nothing that cannot be seen."""
    assert layout.content_length() <= 4000
    assert sum(1 for _ in layout.walk_children()) <= 40
    assert [text for text in texts if not text.strip()] == []
    components = json.dumps(layout.to_components(), ensure_ascii=False)  # type: ignore[no-untyped-call]
    assert components.encode("utf-8").decode("utf-8") == components
    for item in layout.walk_children():
        button = item.item if isinstance(item, ui.DynamicItem) else item
        if isinstance(button, ui.Button):
            assert 1 <= len(button.label or "") <= 80
            assert len(button.custom_id or "") <= 100
            assert len(button.url or "") <= 512
    for text in texts:
        assert text.count(ISOLATES[0]) == text.count(ISOLATES[1])
        unseen = {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
        assert unseen <= {"\n", "\r", "\t", *ISOLATES, *JOINERS}
        assert "\r" not in text.replace("\r\n", "")
        assert highest_pile(text) <= 6


def highest_pile(text: str) -> int:
    """How many marks at most stand on one character, joiners between them not counted."""
    highest = height = 0
    for char in text:
        if unicodedata.category(char) in {"Mn", "Me"}:
            height += 1
        elif char not in JOINERS:
            height = 0
        highest = max(highest, height)
    return highest


def texts(layout: ui.LayoutView) -> list[str]:
    """The texts of a message, from top to bottom."""
    return [item.content for item in layout.walk_children() if isinstance(item, ui.TextDisplay)]


@pytest.fixture(scope="module")
def harmless() -> Mapping[str, Counter[str]]:
    """What acts in each message of a record and a question without anything in them."""
    return {name: acting(texts(layout)) for name, layout in layouts_of(HARMLESS).items()}


def test_there_are_enough_of_them() -> None:
    """Of every kind, in every surrounding, and no two the same."""
    assert len(INJECTIONS) >= 600
    assert len(set(INJECTIONS.values())) == len(INJECTIONS)
    assert {name.split("-")[0] for name in INJECTIONS} >= set(ATTACKS)


@pytest.mark.parametrize("name", INJECTIONS)
def test_nothing_acts_that_does_not_act_without_it(name: str, harmless: Mapping[str, Counter[str]]) -> None:
    """No ping, link, command, emoji, time, heading or style comes from a text, and every message fits."""
    for message, layout in layouts_of(INJECTIONS[name]).items():
        shown = without_notes(texts(layout))
        check(layout, texts(layout))
        assert acting(shown) <= harmless[message], message
        for quoted in (text for text in shown if text.startswith("> ")):
            lines = quoted.split("\n")
            assert all(line.startswith("> ") for line in lines)
            inside = acts("\n".join(line.removeprefix("> ") for line in lines))
            assert set(inside) <= {"star"}
            assert inside["star"] % 2 == 0


@pytest.mark.parametrize("kind", ATTACKS)
def test_a_renderer_of_markdown_finds_nothing_to_do(kind: str) -> None:
    """Another opinion than that of our own list; it takes "-# " for small print even when it is escaped."""
    found = {
        name: kinds
        for name, text in INJECTIONS.items()
        if name.startswith(f"{kind}-") and (kinds := markup(render.escape(text)) - {"paragraph", "subtext"})
    }
    assert found == {}


def markup(rendered: str) -> set[str]:
    """The kinds of markup that the simulated Discord's own renderer sees."""
    kinds: set[str] = set()
    pending = list(markdown_tokens(rendered, "text_display", context=KNOWN))
    while pending:
        token = pending.pop()
        kinds.add(token["type"])
        pending += token.get("children", [])
    return kinds - {"text", "break", "inline"}


def test_about_shows_a_hostile_case(searcher: Searcher) -> None:
    """Its title and its court stand in it; so does the name of the model."""
    generation, shown = searcher.generation, Counter[str]()
    for text in (HARMLESS, *INJECTIONS.values()):
        case = replace(generation.case, title=text, court=text)
        manifest = generation.manifest.model_copy(update={"model": text})
        layout = AboutLayout(replace(generation, case=case, manifest=manifest))
        check(layout, texts(layout))
        shown = shown or acting(texts(layout))
        assert acting(texts(layout)) <= shown, text


def test_a_sentence_about_a_document_is_only_text() -> None:
    """An error may name a file, a speaker, or what was typed."""
    for text in INJECTIONS.values():
        sentence = failures.sentence_for(BotError(f"Nobody called {text} speaks there."))
        assert acts(sentence) == Counter()
        assert len(sentence) <= 2000


def test_a_source_is_text_or_a_button_that_says_where_it_leads() -> None:
    """A document may name any source; of those here, all that are links are plain."""
    hosts = set()
    for name, text in INJECTIONS.items():
        document = Document("a.txt", "Words.", "ab" * 32, Provenance(source=text))
        button = link_button(Quote(document, Span(0, 6), (), None, "line 1", 0.5))
        assert (button is None) == (source_url(text) is None)
        if button is not None:
            host = urlsplit(button.url or "").hostname
            assert button.label == f"Source: {host}", name
            hosts.add(host)
    assert hosts == {"evil.example", "xn--ourt-55d.example", "discord.gg"}


def file_name(text: str, number: int) -> str:
    """A file name with as much of a text in it as a file system takes."""
    taken = text.replace("/", "∕").encode()[:120].decode(errors="ignore")
    return f"{number}{taken}.txt"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of documents on disk that have an injection each: in their names, headers, labels and words."""
    root = tmp_path_factory.mktemp("hostile")
    for number, text in enumerate(INJECTIONS.values()):
        line = " ".join(text.split())
        words = f"title: {line}\npublisher: {line}\ndate: {line}\nkind: {line}\n\n{line[:40]}: Why?\n\nA: {text} Yes.\n"
        (root / file_name(text, number)).write_bytes(words.encode())
    stated = {"title": "**<@1>**", "court": "# @everyone", "parties": [{"name": "<@&1>", "role": "||x||"}]}
    (root / "case.toml").write_text(tomlkit.dumps(stated), encoding="utf-8")
    return load_case(root)


def test_the_exact_bytes_can_be_had(hostile: Case) -> None:
    """Of each passage of each hostile document, as it was read and cut; what is shown reads back."""
    assert len(hostile) == len(INJECTIONS)
    for document in hostile:
        data = (hostile.root / document.path).read_bytes()
        passages = passages_of(document)
        assert passages
        for passage in passages:
            place = locator(document, passage.span)
            quote = Quote(
                document, passage.span, (), (*passage.speakers, None)[0], place, 0.5, passage.question
            )
            receipt = receipt_file(quote).fp.read()
            assert receipt == data.decode()[passage.span.start : passage.span.end].encode()
            layout = AnswerLayout(Answer("Why?", Outcome.QUOTE, 0.5, (quote,), 1.0), None, hostile)
            for shown in (
                layout,
                ReceiptLayout(quote),
                ContextLayout(None, quote, surroundings(document, passage.span)[1]),
            ):
                check(shown, texts(shown))
            [quoted] = [text for text in texts(layout) if text.startswith("> ")]
            words = "\n".join(line.removeprefix("> ") for line in quoted.split("\n"))
            assert render.unrender(words) in quote.text


@pytest.mark.parametrize("name", NO_TEXT)
def test_what_is_no_text_gets_into_no_document(name: str, tmp_path: Path) -> None:
    """Half of a surrogate pair, or a NUL, is a sentence that names the byte."""
    (tmp_path / "a.txt").write_bytes(f"Words. {NO_TEXT[name]}".encode("utf-8", "surrogatepass"))
    with pytest.raises(DocumentError, match=r"^a\.txt is not (UTF-8|text): byte \d+ is .+\.$"):
        load_case(tmp_path)


def reply_to(text: str, searcher: Searcher) -> ui.LayoutView | str:
    """What the real search and the real views make of a question."""
    try:
        answer = searcher.search(text)
    except QuestionError as error:
        return failures.sentence_for(error)
    return AnswerLayout(answer, KEPT, searcher.generation.case)


def test_every_question_is_answered_or_refused_in_a_sentence(searcher: Searcher) -> None:
    """Every attack and flood by itself, and what is no text; none of it is a defect."""
    asked = [text for name, text in INJECTIONS.items() if name.endswith("-alone")]
    replies = [reply_to(text, searcher) for text in (*asked, *FLOODS.values(), *NO_TEXT.values())]

    refused = [reply for reply in replies if isinstance(reply, str)]
    layouts = [reply for reply in replies if isinstance(reply, ui.LayoutView)]
    for layout in layouts:
        check(layout, texts(layout))
    assert [reply for reply in refused if acts(reply) or "Something went wrong" in reply] == []
    assert min(len(layouts), len(refused)) > 20
