"""What does `taihu simulate` do: the simulated plants without the monitor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulators import WORKS, Plant, Publisher, load_simulated, statements, truth, write_statements, write_truth
from simulators.replay_link import Broker, Link, parse_broker
from taihu.clock import Clock, parse_instant_ms
from taihu.settings import SettingsError, writing
from taihu.simulated import HISTORY_FROM, LAST_INSTANT, ZONE, simulated_instant_ms
from taihu.stop import Stopper
from taihu.terminal import say


def run(
    broker: str | None,
    plants: Sequence[str] | None,
    as_of: str,
    speed: float,
    truth_file: Path | None,
    statements_file: Path | None,
    stop: Stopper,
    seconds: float | None,
) -> None:
    """Write what was asked for, then publish until `stop` if a broker was named.

    Raises
    ------
    SettingsError
        If a plant or the instant is not one of the simulated, or a file cannot be written.
    simulators.replay_link.BrokerError
        If the broker's address is not understood, or the broker cannot be reached or refuses.
    """
    unknown = sorted(set(plants or ()) - set(WORKS))
    if unknown:
        raise SettingsError(f"--plant {unknown[0]}: wanted one of {', '.join(sorted(WORKS))}")
    chosen = load_simulated(plants or None)
    start_ms = simulated_instant_ms(as_of)
    to = None if broker is None else _answering(parse_broker(broker))
    if truth_file is not None:
        span = (parse_instant_ms(HISTORY_FROM, ZONE), parse_instant_ms(LAST_INSTANT, ZONE))
        with writing(truth_file):
            write_truth((row for plant in chosen for row in truth(plant, *span)), truth_file)
        say(f"truth of {len(chosen)} plants, day by day: {truth_file}")
    if statements_file is not None:
        with writing(statements_file):
            write_statements(statements(chosen, start_ms), statements_file)
        say(f"statements of {len(chosen)} plants as known on {as_of}: {statements_file}")
    if to is not None:
        clock = Clock(start_ms, speed)
        publisher = Publisher(
            chosen,
            to.host,
            to.port,
            now_ms=clock.now_ms,
            speed=speed,
            protocol="3.1.1",  # every broker speaks it
            from_ms=start_ms,
            username=to.username,
            password=to.password,
            tls=to.tls,
        )
        _publish(publisher, chosen, str(to), stop, seconds)


def _answering(broker: Broker) -> Broker:
    """The broker, asked once: a wrong port or password is said at once and not tried for ever."""
    with Link(broker, patience_s=10.0):
        return broker


def _publish(publisher: Publisher, plants: Sequence[Plant], broker: str, stop: Stopper, seconds: float | None) -> None:
    publisher.start()
    say(f"{len(plants)} plants publish to {broker}   (Ctrl-C stops them)")
    stop.wait(seconds)
    publisher.stop()
    say(f"{publisher.published} messages published, {publisher.acknowledged} acknowledged")
