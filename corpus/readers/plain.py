"""UTF-8 text and Markdown: the text is the bytes, decoded and otherwise untouched."""

from __future__ import annotations

from corpus.errors import DocumentError


def read(path: str, data: bytes) -> str:
    """The text of a UTF-8 file, with its line ends and byte order mark as they are.

    Raises:
        DocumentError: if the bytes are not UTF-8, or hold a NUL, which no text does.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{path} is not UTF-8: byte {error.start} is 0x{data[error.start]:02X}."
            " Save it as UTF-8 and try again."
        ) from error
    if "\0" in text:
        offset = data.index(0)
        raise DocumentError(f"{path} is not text: byte {offset} is NUL. Replace it with a text file.")
    return text
