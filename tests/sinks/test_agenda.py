"""What is due is done in order, and what was just done rests."""

from __future__ import annotations

from sinks.agenda import Agenda, Item


def test_the_agenda_keeps_the_earliest_and_lets_things_rest() -> None:
    now = [100.0]
    agenda = Agenda(("a", "b"), 10.0, lambda: now[0])
    agenda.add("b", "x", 50)
    agenda.add("a", "x", 70)
    agenda.add("a", "x", 60)
    item = agenda.take()
    assert item is not None and (item.kind, item.from_ms) == ("a", 60)
    agenda.add("a", "x", 5)
    item = agenda.take()
    assert item is not None and item.kind == "b"
    assert agenda.take() is None
    now[0] = 110.0
    item = agenda.take()
    assert item is not None and (item.kind, item.from_ms) == ("a", 5)
    agenda.add("a", "x", 9, at_once=True)
    assert agenda.take() is not None


def test_what_could_not_be_done_is_due_after_its_rest() -> None:
    now = [0.0]
    agenda = Agenda(("a",), 10.0, lambda: now[0])
    agenda.add("a", "x", 7)
    item = agenda.take()
    assert item == Item("a", "x", 7, 0.0)
    agenda.give_back(item)
    assert agenda.take() is None
    assert len(agenda) == 1
    now[0] = 10.0
    assert agenda.take() == Item("a", "x", 7, 10.0)
