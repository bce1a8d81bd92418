"""A stored message wakes who waits for it; a ring before the wait is not missed."""

import threading

from bot.channels.bell import Bell

LONG = 30.0


def test_a_ring_wakes_a_waiting_thread() -> None:
    bell, woken = Bell(), threading.Event()

    def wait() -> None:
        bell.wait(0, LONG)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    bell.ring()
    assert woken.wait(LONG / 2)
    thread.join()


def test_a_ring_before_the_wait_counts() -> None:
    bell = Bell()
    since = bell.rings
    bell.ring()
    bell.wait(since, LONG)
    assert bell.rings == since + 1
