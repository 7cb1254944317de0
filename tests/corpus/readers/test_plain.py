"""Text and Markdown are read as they are, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.readers import plain


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_text_is_the_bytes_decoded(text: str) -> None:
    """Nothing is normalised: line ends, byte order marks and all else stay."""
    assert plain.read("a.txt", text.encode()) == text


def test_line_ends_and_byte_order_mark_stay() -> None:
    """Offsets count from the first byte's character."""
    assert plain.read("a.txt", b"\xef\xbb\xbfa\r\nb\rc") == "\ufeffa\r\nb\rc"


@pytest.mark.parametrize(
    ("data", "byte", "value"),
    [
        (b"caf\xe9 au lait", 3, "E9"),
        ("é ok ".encode() + b"\xff", 6, "FF"),
        (b"cut short \xe2\x82", 10, "E2"),
        (b"\xed\xa0\x80", 0, "ED"),
        ("hello".encode("utf-16"), 0, "FF"),
    ],
)
def test_names_the_byte_that_is_not_utf8(data: bytes, byte: int, value: str) -> None:
    """Counted in bytes, as an editor of bytes does."""
    with pytest.raises(DocumentError) as raised:
        plain.read("press/a.txt", data)
    assert str(raised.value) == (
        f"press/a.txt is not UTF-8: byte {byte} is 0x{value}. Save it as UTF-8 and try again."
    )


def test_names_the_nul_that_no_text_has() -> None:
    """Its place too is one in bytes."""
    with pytest.raises(DocumentError) as raised:
        plain.read("a.txt", "é\0b".encode())
    assert str(raised.value) == "a.txt is not text: byte 2 is NUL. Replace it with a text file."
