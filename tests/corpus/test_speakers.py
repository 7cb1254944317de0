"""Who speaks: turns, exchanges, and one name for every spelling of a person."""

from __future__ import annotations

import pytest
from hypothesis import given

from corpus.errors import DocumentError
from corpus.library import DEFAULT_CASE, load_case
from corpus.models import Exchange
from corpus.passages import paragraphs_of
from corpus.speakers import canonical_names, looks_like_name, name_in
from tests.corpus.texts import TEXTS, as_read, document, transcript_of


def turns(text: str, *aliases: tuple[str, ...]) -> list[tuple[str, str]]:
    """The speakers of a text, each with the words that are theirs."""
    return [(turn.speaker, turn.words.of(text)) for turn in transcript_of(document(text), aliases).turns]


def exchanges(text: str) -> list[list[str]]:
    """The words of the turns of each exchange."""
    found = transcript_of(document(text)).exchanges
    return [[turn.words.of(text) for turn in (each.question, *each.answers)] for each in found]


def test_reads_the_exchange_of_the_shipped_article() -> None:
    """Savitt is one person in three spellings, and the author's own sentences are nobody's turn."""
    article = load_case(DEFAULT_CASE).documents[0]
    transcript = transcript_of(article)
    assert [turn.label for turn in transcript.turns] == [
        *("OpenAI attorney William Savitt", "Musk", "Savit", "Musk", "Savit", "Musk", "Savit", "Musk")
    ]
    assert {turn.speaker for turn in transcript.turns} == {"William Savitt", "Musk"}

    def said(exchange: Exchange) -> list[str]:
        return [turn.words.of(article.text) for turn in (exchange.question, *exchange.answers)]

    assert [said(exchange) for exchange in transcript.exchanges] == [
        ["Do you know what distillation is?", "It means using one AI model to train another AI model."],
        ["Has xAI done that with OpenAI?", "Generally all AI companies (do this)."],
        ["So this is yes.", "partially."],
        [
            "Was OpenAI technology used in any way to develop xAI?",
            "It is standard practice to use other AI systems to validate your AI.",
        ],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Q. Did you go?\nA. Yes.\nQ. When?\nA. At ten.\n",
        "Q.  Did you go?\r\nA.  Yes.\r\nQ.  When?\r\nA.  At ten.\r\n",
        "Q: Did you go?\n\nA: Yes.\n\nQ: When?\n\nA: At ten.\n",
        "EXAMINATION\n\n  Q. Did you go?\n\n  A. Yes.\n\n  Q. When?\n\n  A. At ten.\n",
        "**Q:** Did you go?\n\n**A:** Yes.\n\n**Q:** When?\n\n**A:** At ten.\n",
    ],
)
def test_reads_the_questions_and_answers_of_depositions(text: str) -> None:
    """In each of the usual forms."""
    assert turns(text) == [("Q", "Did you go?"), ("A", "Yes."), ("Q", "When?"), ("A", "At ten.")]
    assert exchanges(text) == [["Did you go?", "Yes."], ["When?", "At ten."]]


def test_reads_court_transcripts_in_capitals() -> None:
    """Titles with a full stop too, and a label that comes only once beside another's."""
    text = "THE COURT: Be seated.\n\nMR. SAVITT: Thank you.\n\nTHE COURT: Go on.\n\nTHE WITNESS: I will.\n"
    assert turns(text) == [
        ("THE COURT", "Be seated."),
        ("MR. SAVITT", "Thank you."),
        ("THE COURT", "Go on."),
        ("THE WITNESS", "I will."),
    ]


@pytest.mark.parametrize("mark", ["**{}:** ", "**{}**: ", "__{}:__ "])
def test_reads_bold_labels_of_markdown(mark: str) -> None:
    """The signs belong to neither the name nor the words."""
    text = f"{mark.format('Savitt')}Why?\n\n{mark.format('Musk')}Because **I** did.\n"
    assert turns(text) == [("Savitt", "Why?"), ("Musk", "Because **I** did.")]


@pytest.mark.parametrize(
    "text",
    [
        "From: Ann\nTo: Bob\nCc: Eve\nSubject: Fire\nDate: Monday\n\nDear Bob.\n\nFrom: Bob\nTo: Ann\n",
        "Note: this is so.\nNote: that is so.\nWarning: hot.\nSource: Reuters.\n",
        "There was one thing he wanted: money.\nHe said this: go.\nThere was one thing he wanted: more.\n",
        "Only once in this text: so it is.\nAnd then it ends.\n",
        "Chapter 1: The start.\nChapter 2: The middle.\nExhibit 3: The end.\n",
        "https://example.org: a\nhttps://example.org: b\n",
        "10:30 Doors open.\n11:00 They close.\n",
        "- Musk: a list.\n- Savitt: of things.\n",
        "“Musk: no,” she said.\n“Savitt: yes,” he said.\n",
        "He asked: why? She asked: when?\n",
        "A. Smith wrote it.\nB. Jones read it.\nC. Doe did not.\n",
        "Musk:\nSavitt:\nMusk:\n",
    ],
)
def test_other_lines_with_colons_are_no_turns(text: str) -> None:
    """E-mail headers, notes, headings, times, and prose."""
    assert turns(text) == []


def test_a_speaker_may_have_a_number() -> None:
    """ "Chapter 1" has none to say."""
    text = "Witness 1: I went.\n\nLead 2B: Why?\n\nWitness 1: I had to.\n\nLead 2B: I see.\n"
    assert [speaker for speaker, _ in turns(text)] == ["Witness 1", "Lead 2B", "Witness 1", "Lead 2B"]


def test_in_a_transcript_a_turn_goes_on_over_paragraphs() -> None:
    """Until somebody else speaks or a heading comes."""
    text = (
        "Counsel: Did you go there on the night of the fire, and if you did, when?\n\n"
        "Mr Doe: I did go there, as I have told the police.\n\nIt was late.\n\nVery late.\n\n"
        "Counsel: Thank you, that is all that I wanted to know from you today.\n\nMRS ROE (sworn)\n\nShe sat down.\n"
    )
    assert turns(text) == [
        ("Counsel", "Did you go there on the night of the fire, and if you did, when?"),
        ("Mr Doe", "I did go there, as I have told the police.\n\nIt was late.\n\nVery late."),
        ("Counsel", "Thank you, that is all that I wanted to know from you today."),
    ]


def test_in_an_article_the_next_paragraph_is_the_authors() -> None:
    """Turns are the smaller part of it."""
    text = (
        "The trial began on Monday, and many people had come to see it from near and far.\n"
        "Savitt: Why?\nMusk: Because.\n"
        "Nobody in the room believed a word of it, least of all the judge, who sighed aloud.\n"
    )
    assert turns(text) == [("Savitt", "Why?"), ("Musk", "Because.")]


@pytest.mark.parametrize(
    "note", ["(Pause)", "[Laughter]", "(11.30 am)", "(The witness withdrew. A short break.)"]
)
def test_a_note_is_nobodys_words(note: str) -> None:
    """What follows it is the same speaker's, and the same exchange."""
    text = f"Counsel: Did you go to the harbour?\n\nMr Doe: I went there.\n\n{note}\n\nAt ten.\n\nCounsel: Thank you.\n"
    assert turns(text) == [
        ("Counsel", "Did you go to the harbour?"),
        ("Mr Doe", "I went there."),
        ("Mr Doe", "At ten."),
        ("Counsel", "Thank you."),
    ]
    assert exchanges(text)[0] == ["Did you go to the harbour?", "I went there.", "At ten."]


def test_a_short_answer_in_another_script_is_no_note() -> None:
    """A heading is in capitals, not merely without small Latin letters."""
    text = "Председатель: Вы видели это?\n\nИванов: Да, видел.\n\nПотом ушёл.\n\nПредседатель: Когда?\n\nИванов: В 10.\n\n10.30.\n"
    assert turns(text) == [
        ("Председатель", "Вы видели это?"),
        ("Иванов", "Да, видел.\n\nПотом ушёл."),
        ("Председатель", "Когда?"),
        ("Иванов", "В 10.\n\n10.30."),
    ]


def test_what_is_left_out_is_in_no_turn() -> None:
    """The furniture of a page between two paragraphs of an answer."""
    text = (
        "Counsel: Did you go?\n\nMr Doe: I went there.\n\nAdvertisement\n\nAt ten.\n\nCounsel: Thank you.\n"
    )
    assert [(turn.speaker, turn.words.of(text)) for turn in transcript_of(as_read(text)).turns] == [
        ("Counsel", "Did you go?"),
        ("Mr Doe", "I went there."),
        ("Mr Doe", "At ten."),
        ("Counsel", "Thank you."),
    ]


def test_an_exchange_begins_with_each_question_after_an_answer() -> None:
    """Two questioners, a question in two turns, and a remark of the chair are kept with what they belong to."""
    text = (
        "Ms Lee: Were you there?\n\nMr Doe: I was.\n\nMs Lee: When?\n\nMr Doe: At ten.\n\n"
        "Mr Roe: Ten at night?\n\nMr Doe: Yes.\n"
    )
    assert exchanges(text) == [["Were you there?", "I was."], ["When?", "At ten."], ["Ten at night?", "Yes."]]


def test_prose_between_turns_parts_exchanges() -> None:
    """What the author says in between belongs to neither."""
    text = (
        "Savitt: Why?\nMusk: Because.\nThen came a long and dreary pause, in which many people left the room for good.\n"
        "Musk: I am not done.\nSavitt: What else?\n"
    )
    assert exchanges(text) == [["Why?", "Because."], ["I am not done."], ["What else?"]]


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Musk",
            "Q",
            "THE COURT",
            "MR. SAVITT",
            "Mr. Savitt",
            "Dr Ann Lee Jr.",
            "J. K. Rowling",
            "Ludwig van Beethoven",
        ),
        *(
            "OpenAI attorney William Savitt",
            "Speaker 2",
            "Lead 2A",
            "Mr O'Connor",
            "Lady Hallett",
            "Ms Smith-Jones KC",
        ),
    ],
)
def test_can_be_a_speaker(label: str) -> None:
    """Names, titles, roles and numbers."""
    assert looks_like_name(label)


@pytest.mark.parametrize(
    "label",
    [
        *(
            "note",
            "Note",
            "From",
            "Subject",
            "see also",
            "the thing he wanted",
            "He left. Then Musk",
            "No, Musk",
        ),
        *("12", "Chapter 1", "a b c d e f g h I", "", "yes", "Photo by Ann Lee", "Exhibit 12"),
    ],
)
def test_cannot_be_a_speaker(label: str) -> None:
    """Words, sentences, numbers alone, and what only a document says of itself."""
    assert not looks_like_name(label)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("OpenAI attorney William Savitt", "William Savitt"),
        ("Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("the witness", "the witness"),
        ("Mr Doe", "Mr Doe"),
    ],
)
def test_the_name_in_a_label(label: str, name: str) -> None:
    """Without what the person is; particles belong to the name."""
    assert name_in(label) == name


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["William Savitt", "Savit"], ["William Savitt"] * 2),
        (["Savitt", "OpenAI attorney William Savitt"], ["William Savitt"] * 2),
        (["Mr Boris Johnson", "Boris Johnson"], ["Mr Boris Johnson"] * 2),
        (["MR. SAVITT", "Mr. Savitt", "Savitt"], ["MR. SAVITT"] * 3),
        (["Mr Brown", "Mr Browne"], ["Mr Brown", "Mr Browne"]),
        (["Ann Brown", "Ann Browne", "Brown"], ["Ann Brown", "Ann Browne", "Brown"]),
        (["Mr Smith", "Mrs Smith"], ["Mr Smith", "Mrs Smith"]),
        (["Mr Smith", "Mrs Smith", "Smith"], ["Mr Smith", "Mrs Smith", "Smith"]),
        (["Ann Lee", "Bob Lee", "Lee"], ["Ann Lee", "Bob Lee", "Lee"]),
        (["Ann Reed", "Read"], ["Ann Reed", "Read"]),
        (["THE COURT", "The Court"], ["THE COURT"] * 2),
        (["Q", "A"], ["Q", "A"]),
    ],
)
def test_one_name_for_one_person(labels: list[str], expected: list[str]) -> None:
    """Where it is sure: two people are never made one by likeness."""
    names = canonical_names(labels)
    assert [names[label] for label in labels] == expected


def test_stated_aliases_come_first() -> None:
    """Also over what the labels alone would say."""
    names = canonical_names(
        ["Mr. Musk", "Elon", "Savit"], [("Elon Musk", "Musk", "Elon"), ("William Savitt", "Savit")]
    )
    assert names == {"Mr. Musk": "Elon Musk", "Elon": "Elon Musk", "Savit": "William Savitt"}


@given(TEXTS)
def test_every_turn_is_in_one_exchange_in_order(text: str) -> None:
    """Turns are disjoint, their words end them, and all of it may be quoted."""
    try:
        read = as_read(text)
    except DocumentError:
        return
    transcript = transcript_of(read)
    assert [
        turn for exchange in transcript.exchanges for turn in (exchange.question, *exchange.answers)
    ] == list(transcript.turns)
    end = 0
    for turn in transcript.turns:
        assert end <= turn.span.start <= turn.words.start < turn.words.end == turn.span.end
        assert read.quotable(turn.span)
        assert turn.speaker
        end = turn.span.end
    starts = {block.start for block in paragraphs_of(read)}
    assert {turn.span.start for turn in transcript.turns} <= starts
