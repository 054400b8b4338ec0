"""Reading ahead: the same items in the same order, and nothing left behind."""

import threading
from collections.abc import Iterator

import pytest

from leadapp.imports import read_ahead
from leadapp.imports.read_ahead import read_ahead as ahead


def _one(_item: object) -> int:
    return 1


def _running() -> bool:
    return any(thread.name == "read-ahead" for thread in threading.enumerate())


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 5000])
def test_the_items_come_in_their_order(count: int) -> None:
    assert list(ahead(iter(range(count)), _one)) == list(range(count))
    assert not _running()


def test_heavy_items_are_fewer_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "PORTION_WEIGHT", 10)
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    reading = ahead(items(), lambda _item: 10)
    assert next(reading) == 0
    # One in use, three waiting, one in the thread's hand.
    assert len(taken) <= 6
    reading.close()
    assert not _running()


def test_what_goes_wrong_comes_through_after_what_was_read() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    reading = ahead(items(), _one)
    assert next(reading) == 1
    with pytest.raises(ValueError, match="broken"):
        next(reading)
    assert not _running()


def test_who_stops_early_leaves_no_thread() -> None:
    reading = ahead(iter(range(100_000)), _one)
    assert next(reading) == 0
    reading.close()
    assert not _running()
