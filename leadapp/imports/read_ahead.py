"""Reading a file while the database works on what was read before."""

import threading
from collections.abc import Callable, Generator, Iterable
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

# What is on its way at a time, so that memory stays flat: so many portions of so many items, fewer
# where they are heavy.
PORTIONS = 3
PORTION = 200
PORTION_WEIGHT = 1_000_000
_TRY_AGAIN = 0.2


def read_ahead(items: Iterable[T], weigh: Callable[[T], int]) -> Generator[T, None, None]:
    """The items, taken from `items` by a thread of its own, a few hundred ahead.

    `weigh` gives about how many bytes an item takes. What `items` raises comes through in its
    place. Whoever stops early closes this generator.
    """
    portions: Queue[list[T]] = Queue(PORTIONS)
    failed: list[BaseException] = []
    stop, ended = threading.Event(), threading.Event()

    def hand_over(portion: list[T]) -> None:
        while not stop.is_set():
            try:
                portions.put(portion, timeout=_TRY_AGAIN)
            except Full:
                continue
            return

    def read() -> None:
        portion: list[T] = []
        weight = 0
        try:
            for item in items:
                portion.append(item)
                weight += weigh(item)
                if len(portion) >= PORTION or weight >= PORTION_WEIGHT:
                    hand_over(portion)
                    portion, weight = [], 0
                if stop.is_set():
                    return
        # Whatever it is belongs to whoever asks for the next item.
        except BaseException as error:
            failed.append(error)
        hand_over(portion)
        ended.set()
        hand_over([])

    reader = threading.Thread(target=read, name="read-ahead", daemon=True)
    reader.start()
    try:
        while not (ended.is_set() and portions.empty()):
            try:
                yield from portions.get(timeout=_TRY_AGAIN)
            except Empty:
                continue
        if failed:
            raise failed[0]
    finally:
        stop.set()
        reader.join()
