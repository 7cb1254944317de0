"""Which short forms the record explains, and what only looks like an explanation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.acronyms import Explanation, explanations
from index.spelling import count_words


def found(*texts: str) -> list[tuple[str, str]]:
    """The short and long forms that texts explain."""
    return [(each.short, each.long) for each in explanations(texts, count_words(texts))]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The Chief Medical Officer (CMO) spoke first.", "CMO", "Chief Medical Officer"),
        ("The Chief Medical Officer (“CMO”) spoke first.", "CMO", "Chief Medical Officer"),
        ("The Chief Medical Officer (the CMO) spoke first.", "CMO", "Chief Medical Officer"),
        ("The Chief Medical Officer [CMO] spoke first.", "CMO", "Chief Medical Officer"),
        ("The “Chief Medical Officer” (CMO; since 2010) spoke first.", "CMO", "Chief Medical Officer"),
        ("The CMO (Chief Medical Officer) spoke first.", "CMO", "Chief Medical Officer"),
        ("The CMO (the Chief Medical Officer, at the time) spoke first.", "CMO", "Chief Medical Officer"),
        ("The CMO, or Chief Medical Officer, spoke first.", "CMO", "Chief Medical Officer"),
        ("The Chief Medical Officer, or CMO, spoke first.", "CMO", "Chief Medical Officer"),
        ("The Chief Medical Officer, known as the CMO, spoke first.", "CMO", "Chief Medical Officer"),
        ("CMO stands for Chief Medical Officer.", "CMO", "Chief Medical Officer"),
        ("the Joint Biosecurity Centre, the JBC, advised", "JBC", "Joint Biosecurity Centre"),
        ("the JBC, the Joint Biosecurity Centre, advised", "JBC", "Joint Biosecurity Centre"),
        ("the NSC -- the National Security Council -- met", "NSC", "National Security Council"),
        ("the National Security Council – the NSC – met", "NSC", "National Security Council"),
        ("the Chief Medical\nOfficer (CMO)", "CMO", "Chief Medical Officer"),
        ("Chief Medical Officers (CMOs) met.", "CMO", "Chief Medical Officers"),
        ("the Federal Bureau of Investigation (F.B.I.)", "FBI", "Federal Bureau of Investigation"),
        ("the Department for Education (DfE)", "DfE", "Department for Education"),
        (
            "the Ministry of Housing, Communities and Local Government (MHCLG)",
            "MHCLG",
            "Ministry of Housing, Communities and Local Government",
        ),
        (
            "the National Institute for Health and Care Excellence (NICE)",
            "NICE",
            "National Institute for Health and Care Excellence",
        ),
        ("Her Majesty's Treasury (HMT)", "HMT", "Her Majesty's Treasury"),
        ("non-pharmaceutical interventions (NPIs)", "NPI", "non-pharmaceutical interventions"),
        ("UK Vaccine Network (UKVN)", "UKVN", "UK Vaccine Network"),
        ("personal protective equipment (PPE)", "PPE", "personal protective equipment"),
        ("PPE, or personal protective equipment, ran out", "PPE", "personal protective equipment"),
        ("Research and Development (R&D)", "R&D", "Research and Development"),
        ("OpenAI (“OAI”) was founded", "OAI", "OpenAI"),
        ("Jonathan Van-Tam (JVT)", "JVT", "Jonathan Van-Tam"),
        ("the École Nationale d'Administration (ENA)", "ENA", "École Nationale d'Administration"),
        ("the European Union (EU)", "EU", "European Union"),
        ("Mr Samuel Altman (“Altman”) founded it.", "Altman", "Samuel Altman"),
        ("Acme Harbour, Inc. (“Acme Harbour”) sued.", "Acme Harbour", "Acme Harbour, Inc."),
    ],
)
def test_finds_what_is_explained(text: str, short: str, long: str) -> None:
    """In brackets, between commas or dashes, or in words; without articles, plurals and dots."""
    assert found(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "Jane Hopper (sworn)",
        "(A short break)",
        "(LAUGHTER)",
        "MR JEREMY HUNT (CALLED)",
        "the Department of Health (NHS)",
        "the committee (see INQ000123)",
        "a government (PPE was short) of some sort",
        "People provide equipment (PPX).",
        "The office reported. (TOR)",
        "The Chief Medical\n\nOfficer (CMO)",
        "the Chief Medical Officer. CMO, he said",
        "The Chief Medical and Scientific Officer (CMO)",
        "Scientific Evidence and (SEA)",
        "the BBC, big black cat",
        "the CMO, called my office, or so I heard",
        "WHO, who had other ideas",
        "WHO, with her own",
        "the PM, Peter Mandelson, said",
        "the PM (Peter Mandelson) said",
        "universities killed (UK) it",
        "the general practitioner (GP)",
        "the DOC (DOCs)",
        "the S-T-A-C (STAC)",
        "SPI-M (SPI-M)",
        "the CMO (CMO)",
        "COBR, Cabinet office, bread, rolls",
        "Vitamin C, Vitamin D, VC, and zinc",
        "I, A. Lee, say (IAL)",
        "Internationalisation (IN)",
        "The National Health Service (the “Service”) is a service.",
        "Mr Altman (“Altman”)",
        "the Joint Biosecurity Centre (“the Centre”)",
        "Samuel Altman (“him”)",
        "the Altman (“Altman”)",
    ],
)
def test_takes_nothing_for_an_explanation_by_chance(text: str) -> None:
    """Letters that are not those of the words beside them, or too easily are."""
    assert found(text) == []


def test_two_letters_of_an_expression_that_the_record_uses() -> None:
    """Once beside the letters, and elsewhere too."""
    text = "They used artificial intelligence (AI)."
    assert found(text) == []
    assert found(text, "Artificial\nintelligence is old.") == [("AI", "artificial intelligence")]


def test_both_meanings_of_one_short_form() -> None:
    """The record may contradict itself; each meaning is there once."""
    texts = (
        "the Chief Medical Officer (CMO)",
        "the CMO (Chief Marketing Officer)",
        "the chief medical officer (CMO)",
    )
    assert found(*texts) == [("CMO", "chief medical officer"), ("CMO", "Chief Marketing Officer")]


def test_the_fewest_words_explain() -> None:
    """Although earlier ones begin alike."""
    assert found("Chief Clerks and the Chief Medical Officer (CMO)") == [("CMO", "Chief Medical Officer")]


def test_a_name_is_shortened_only_to_what_is_a_name() -> None:
    """Not where the record has the word without a capital as well."""
    text = "Jane Harbour (“Harbour”) was there."
    assert found(text) == [("Harbour", "Jane Harbour")]
    assert found(text, "They went to the harbour.") == []


_FRAGMENTS = st.sampled_from(
    [
        "CMO",
        "Chief",
        "Medical",
        "officer",
        "the",
        "of",
        "(",
        ")",
        "“",
        "”",
        '"',
        ", ",
        " -- ",
        "or ",
        ".",
        "s",
        "-",
        "&",
        "'",
        " ",
        "\n",
        "\n\n",
        "É",
        "ß",
        "İ",
        "ﾞ",
        "😀",
        "[",
        "]",
        "A",
        "a",
    ]
)


@given(st.lists(st.text() | st.lists(_FRAGMENTS, max_size=40).map("".join), max_size=4))
def test_never_raises_and_quotes_the_record(texts: list[str]) -> None:
    """Whatever a document says: both forms stand in it, but for white space, dots and plurals."""
    spaced = [" ".join(text.split()) for text in texts]
    for each in explanations(texts, count_words(texts)):
        assert isinstance(each, Explanation)
        assert any(each.long in text and each.short in text.replace(".", "") for text in spaced)


def test_a_long_run_of_small_words_takes_no_time() -> None:
    """There are more ways to read letters from it than could be tried one by one."""
    assert found("a " * 50_000 + "(AAAAAAAAAB)") == []
