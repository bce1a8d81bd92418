"""A stored message wakes who waits for it; a ring before the wait is not missed; the others sleep on."""

import asyncio
import threading

import pytest

from bot.channels import bell as bells
from bot.channels.bell import Bell

LONG = 30.0


def test_a_ring_wakes_a_waiting_thread() -> None:
    bell, woken = Bell(), threading.Event()

    def wait() -> None:
        if bell.wait(LONG):
            woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    bell.ring()
    assert woken.wait(LONG / 2)
    thread.join()


def test_a_ring_before_the_wait_counts_once() -> None:
    bell = Bell()
    bell.ring()
    assert bell.wait(LONG)
    assert not bell.wait(0.01)


def test_each_ring_is_heard_by_one_of_many() -> None:
    bell, heard = Bell(), []
    threads = [threading.Thread(target=lambda: heard.append(bell.wait(LONG))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in threads:
        bell.ring()
    for thread in threads:
        thread.join(LONG)
    assert heard == [True] * 4


def test_one_looks_around_while_the_others_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "OTHERS", 1000)
    bell, back = Bell(), threading.Semaphore(0)
    threads = [threading.Thread(target=lambda: (bell.wait(0.05), back.release())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in threads:  # the one that leaves hands its watch to the next
        assert back.acquire(timeout=LONG)
    for thread in threads:
        thread.join()


def test_a_task_hears_what_is_about_its_conversation() -> None:
    async def listen() -> list[bool]:
        bell = Bell()
        with bell.listening() as ear:
            ear.conversation = 7
            bell.ring(8)
            other = await ear.wait(0.01)
            await asyncio.to_thread(bell.ring, 7)
            own = await ear.wait(LONG)
            again = await ear.wait(0.01)
        return [other, own, again]

    assert asyncio.run(listen()) == [False, True, False]


def test_a_task_without_a_conversation_hears_everything() -> None:
    async def listen() -> bool:
        bell = Bell()
        with bell.listening() as ear:
            bell.ring(8)
            return await ear.wait(LONG)

    assert asyncio.run(listen())


def test_a_loop_that_ended_disturbs_nobody() -> None:
    bell = Bell()

    async def listen() -> None:
        bell._ears.add(bells.Ear())

    asyncio.run(listen())
    bell.ring(1)
    assert bell.wait(LONG)
