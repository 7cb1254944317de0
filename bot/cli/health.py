"""`exhibit health`. What it imports is kept light: see `bot.cli`."""

from __future__ import annotations

import sys
from typing import Never

from bot import heartbeat
from bot.errors import BotError
from bot.settings import Settings


def health() -> Never:
    """Say whether the bot that `exhibit run` started is well. Exit code 0 if it is, 1 if not.

    It looks at the heartbeat file in the data folder (EXHIBIT_DATA), as the container's
    health check does.
    """
    folder = Settings.load().data
    try:
        age = heartbeat.age(folder)
    except OSError as error:
        raise BotError(f"{folder} cannot be looked into ({error.strerror}): check EXHIBIT_DATA.") from None
    if age is not None and age <= heartbeat.STALE_SECONDS:
        print(f"The bot is well: its last heartbeat was {age:.0f} s ago.")
        sys.exit(0)
    print(
        f"No bot is running on {folder}: start it with `exhibit run`."
        if age is None
        else f"The bot on {folder} is frozen or gone: its last heartbeat was {age:,.0f} s ago. Restart it."
    )
    sys.exit(1)
