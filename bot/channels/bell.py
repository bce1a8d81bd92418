"""Wakes the threads of this process that wait for work, so that a stored message is worked at once."""

import threading


class Bell:
    """`ring` after a commit; `wait` returns at the ring or after `seconds` (another process may have stored it)."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it rang; taken before looking for work, so that no ring is missed."""
        return self._rings

    def ring(self) -> None:
        """There is work for one; who is busy sees the ring when done."""
        with self._heard:
            self._rings += 1
            self._heard.notify()

    def wait(self, since: int, seconds: float) -> None:
        """Until it has rung more than `since` times, at most `seconds`."""
        with self._heard:
            self._heard.wait_for(lambda: self._rings != since, seconds)


INBOX = Bell()
"""Rung when an update was stored."""
OUTBOX = Bell()
"""Rung when a turn was answered."""
