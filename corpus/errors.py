"""Every error that Exhibit raises on purpose.

The message of each is one or two sentences for a person: what is wrong, and what to do.

    ExhibitError
    ├── CaseError               the case folder, or its case.toml, cannot be used
    │   ├── EmptyCaseError      no document in it has any words
    │   └── DocumentError       one document cannot be read
    ├── IndexingError           the index cannot be built, read or trusted   (index/errors.py)
    │   ├── NoIndexError        there is none yet
    │   ├── DamagedIndexError   a checksum or a span does not hold
    │   └── StorageError        it cannot be written: no space, no permission
    ├── ModelError              the embedding model is missing or not the one expected (index/errors.py)
    ├── ReceiptError            a quote no longer stands in its document      (index/errors.py)
    ├── QuestionError           there is nothing in the question to look for  (index/errors.py)
    └── BotError                the bot cannot start or take a question       (bot/errors.py)
        ├── TokenError          no token, or one that Discord refuses
        ├── BackupError         a backup cannot be made, read or restored
        ├── UnreachableError    Discord cannot be reached; later it may
        └── BusyError           the queue of questions is full
"""

from __future__ import annotations


class ExhibitError(Exception):
    """The root of all errors whose message is meant for a person."""


class CaseError(ExhibitError):
    """The case folder, or its `case.toml`, cannot be used."""


class EmptyCaseError(CaseError):
    """No document of the case has any words to quote."""


class DocumentError(CaseError):
    """One document cannot be read; the message names it and, where known, the byte."""
