"""Errors of finding and storing; the whole tree is drawn in `corpus.errors`."""

from __future__ import annotations

from corpus.errors import ExhibitError


class IndexingError(ExhibitError):
    """The index cannot be built, read or trusted."""


class NoIndexError(IndexingError):
    """There is no index of this case yet."""


class DamagedIndexError(IndexingError):
    """A checksum or a span of the index does not hold."""


class StorageError(IndexingError):
    """The index cannot be written."""


class ModelError(ExhibitError):
    """The embedding model is missing or is not the one expected."""


class ReceiptError(ExhibitError):
    """A quote does not stand in the stored text of its document."""


class QuestionError(ExhibitError):
    """The question holds nothing to look for, or is too long to be one."""
