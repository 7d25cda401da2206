"""LiveHub: nothing waits, slow listeners lose the oldest, closing ends every stream. (engine/live.py)"""

import asyncio
import threading

import pytest

from engine.live import LiveHub


async def _next(stream, timeout_s=5.0):
    return await asyncio.wait_for(anext(stream), timeout_s)


def test_first_event_says_that_the_stream_is_open_and_later_ones_come_in_order():
    async def walk():
        hub = LiveHub()
        stream = hub.listen()
        assert await _next(stream) == {"type": "hello"}
        assert hub.listeners == 1
        thread = threading.Thread(target=lambda: [hub.publish({"type": "n", "n": n}) for n in range(100)])
        thread.start()
        got = [(await _next(stream))["n"] for _ in range(100)]
        thread.join()
        await stream.aclose()
        assert hub.listeners == 0
        return got

    assert asyncio.run(walk()) == list(range(100))


def test_slow_listener_loses_the_oldest_and_is_told_how_many():
    async def walk():
        hub = LiveHub(limit=3)
        slow, quick = hub.listen(), hub.listen()
        assert (await _next(slow), await _next(quick)) == ({"type": "hello"}, {"type": "hello"})
        for n in range(5):
            hub.publish({"type": "n", "n": n})
            assert (await _next(quick))["n"] == n
        assert hub.dropped == 2
        assert await _next(slow) == {"type": "dropped", "count": 2}
        assert [(await _next(slow))["n"] for _ in range(3)] == [2, 3, 4]
        await slow.aclose()
        await quick.aclose()
        assert hub.dropped == 2  # counted on after the listener has gone

    asyncio.run(walk())


def test_close_ends_streams_after_what_is_queued():
    async def walk():
        hub = LiveHub()
        stream = hub.listen()
        await _next(stream)
        hub.publish({"type": "last"})
        hub.close()
        hub.publish({"type": "too late"})
        assert [event async for event in stream] == [{"type": "last"}]
        assert [event async for event in hub.listen()] == []
        hub.close()

    asyncio.run(walk())


def test_listener_of_a_finished_loop_is_forgotten():
    hub = LiveHub()

    async def leave_open():
        stream = hub.listen()
        await _next(stream)
        return stream

    loop = asyncio.new_event_loop()
    stream = loop.run_until_complete(leave_open())
    loop.close()  # without shutdown_asyncgens: the generator was never closed
    assert hub.listeners == 1
    hub.publish({"type": "n"})
    assert hub.listeners == 0
    with pytest.raises(StopAsyncIteration):
        asyncio.run(_close(stream))


async def _close(stream):
    await stream.aclose()
    await anext(stream)


def test_limit_must_be_positive():
    with pytest.raises(ValueError, match=r"limit \(0\) must be at least 1"):
        LiveHub(limit=0)
