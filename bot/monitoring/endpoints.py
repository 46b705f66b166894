"""/healthz and /metrics: counts and times, nothing else."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.monitoring.health import Health
from bot.monitoring.surroundings import Surroundings
from handlers.model.duty import Drill

Look = Callable[[], Awaitable[Health]]


async def healthz(look: Look) -> tuple[int, str]:
    """(status, JSON): 503 when the database takes nothing, what is due is late, or a messenger is not heard."""
    try:
        health = await look()
    except Exception:  # whatever a database raises means the same here
        return 503, json.dumps({"live": True, "ready": False})
    around = health.surroundings
    told = {
        "live": True,
        "ready": health.is_well,
        "oldest_due_seconds": round(health.oldest_due, 1),
        "unheard_seconds": {name: round(age, 1) for name, age in around.unheard.items()},
        "troubles": len(list(around.troubles())),
    }
    return 200 if health.is_well else 503, json.dumps(told)


async def metrics(look: Look) -> tuple[int, str]:
    """(status, Prometheus's text format)."""
    health = await look()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(health))
    return 200, generate_latest(registry).decode()


class _Gauges(Collector):
    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[GaugeMetricFamily]:
        health = self._health
        yield GaugeMetricFamily("bot_oldest_due_seconds", "Age of the oldest thing due.", health.oldest_due)
        yield GaugeMetricFamily("bot_inbox_messages", "Messages that wait to be handled.", health.inbox)
        yield GaugeMetricFamily("bot_aside_messages", "Messages that could not be read or handled.", health.aside)
        outbox = GaugeMetricFamily("bot_outbox_messages", "Messages that wait to be sent.", labels=["lane"])
        for lane, number in sorted(health.waiting.items()):
            outbox.add_metric([lane.name.lower()], number)
        yield outbox
        cases = GaugeMetricFamily("bot_open_cases", "Cases that are not closed.", labels=["stage"])
        for stage, number in sorted(health.open_cases.items()):
            cases.add_metric([stage.value], number)
        yield cases
        yield from _of_surroundings(health.surroundings)
        if health.drill:
            yield from _of_drill(health.drill)


def _of_surroundings(around: Surroundings) -> Iterable[GaugeMetricFamily]:
    unheard = GaugeMetricFamily("bot_unheard_seconds", "Since a messenger was heard.", labels=["messenger"])
    for name, age in sorted(around.unheard.items()):
        unheard.add_metric([name], age)
    yield unheard
    yield GaugeMetricFamily("bot_clock_off_seconds", "From the machine's clock to a messenger's.", around.clock_off)
    if around.free_mb is not None:
        yield GaugeMetricFamily("bot_disk_free_megabytes", "Room for the database.", around.free_mb)


def _of_drill(drill: Drill) -> Iterable[GaugeMetricFamily]:
    """What did not happen has no figure."""
    yield GaugeMetricFamily("bot_drill_began_seconds", "When the newest exercise began.", drill.began.timestamp())
    is_failed = drill.is_over and drill.to_desk is None
    yield GaugeMetricFamily("bot_drill_failed", "1: the newest exercise did not reach the desk.", float(is_failed))
    if drill.to_desk is not None:
        yield GaugeMetricFamily("bot_drill_desk_seconds", "From its begin to the desk.", drill.to_desk)
    if drill.to_staff is not None:
        yield GaugeMetricFamily("bot_drill_acknowledged_seconds", "From its begin to a human.", drill.to_staff)
