"""What a server tells of itself, for Prometheus; in a registry of its own, as a process may have several servers."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

FIRST = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2, 0.3, 0.5, 1, 2, 5, 10)
FACTORS = (0.02, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 5)


class Metrics:
    """Histograms, counters and gauges of one server."""

    def __init__(self, streams: Callable[[], float], waiting: Callable[[], float]) -> None:
        """``streams`` and ``waiting`` are asked when somebody looks."""
        self._registry = CollectorRegistry()

        self.first_audio = Histogram(
            "wavenet_first_audio_seconds",
            "From a request to its first bytes of sound",
            buckets=FIRST,
            registry=self._registry,
        )
        self.real_time_factor = Histogram(
            "wavenet_real_time_factor",
            "Seconds from a request to its last sample, per second of its sound",
            buckets=FACTORS,
            registry=self._registry,
        )
        self.audio = Counter("wavenet_audio_seconds", "Seconds of sound made", ["voice"], registry=self._registry)
        self.requests = Counter(
            "wavenet_requests", "Requests to say a text, by how they ended", ["ended"], registry=self._registry
        )
        self.errors = Counter("wavenet_errors", "Refused or failed requests", ["code"], registry=self._registry)
        for name, told, read in (
            ("streams", "Texts that are being said", streams),
            ("waiting", "Texts that wait for a place", waiting),
        ):
            Gauge(f"wavenet_{name}", told, registry=self._registry).set_function(read)

    def page(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)
