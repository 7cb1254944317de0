"""Errors of the bot; the whole tree is drawn in `corpus.errors`."""

from __future__ import annotations

from corpus.errors import ExhibitError


class BotError(ExhibitError):
    """The bot cannot start, or cannot take a question."""


class TokenError(BotError):
    """There is no Discord token, or Discord refuses the one there is."""


class UnreachableError(BotError):
    """Discord cannot be reached, or lets nobody in; later it may."""


class BackupError(BotError):
    """A backup cannot be made, is damaged, or cannot be restored."""


class BusyError(BotError):
    """The queue of questions is full."""
