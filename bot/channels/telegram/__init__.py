"""Telegram, by Bot API calls of our own loop: nothing is acknowledged before it is stored."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming default; without it RetryAfter itself warns
