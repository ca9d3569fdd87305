"""Figures of the running server for Prometheus: counts of what it did, and how the store and its backups are when asked."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from data.settings import current_settings
from data.store import open_stores
from data.upkeep.nightly import newest
from server import inbox
from server.operation.health import unready

TYPE = CONTENT_TYPE_LATEST
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
registry = CollectorRegistry()
REQUESTS = Counter("holdfast_requests", "Requests answered.", ["what", "method", "status"], registry=registry)
SECONDS = Histogram("holdfast_request_seconds", "From a request to the end of its answer.", ["what"], buckets=BOUNDS, registry=registry)
SOCKETS = Gauge("holdfast_open_pages", "Pages that are open in browsers now, each with a socket.", registry=registry)
ProcessCollector(registry=registry)


def pages_are_open() -> bool:
    """Whether a page is open in any browser now."""
    return any(one.value > 0 for metric in SOCKETS.collect() for one in metric.samples)


def as_text() -> bytes:
    """All figures in the text format of Prometheus."""
    return generate_latest(registry)


class OfTheStore(Collector):
    """What is looked up when somebody asks: of the own store, once it is there, and of what lies around it."""

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("holdfast_ready", "1 where pages and API can do their work.", value=float(not unready()))
        path = open_stores.path_of("own")
        yield from _around(path)
        if path.exists() and not open_stores.is_held("own"):
            yield from _inside()

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up before somebody asks."""
        return ()


def _inside() -> Iterator[Metric]:
    store = open_stores.store("own")
    log = store.imports()
    yield GaugeMetricFamily("holdfast_store_version", "Entries of the log; every import, undo and redo adds one.", value=store.version())
    imports = GaugeMetricFamily("holdfast_imports", "Imports in the log, by whether they stand.", labels=["standing"])
    for standing in (True, False):
        imports.add_metric([str(standing).lower()], log.filter(log["standing"] == standing).height)
    yield imports
    if log.height:
        last = log["imported_at"].max()
        assert isinstance(last, datetime)
        yield GaugeMetricFamily("holdfast_last_import_timestamp_seconds", "When the last import came.", value=last.timestamp())


def _around(store: Path) -> Iterator[Metric]:
    size = store.stat().st_size if store.exists() else 0
    yield GaugeMetricFamily("holdfast_store_bytes", "Size of the own store's file.", value=size)
    free = shutil.disk_usage(next(one for one in store.parents if one.exists())).free
    yield GaugeMetricFamily("holdfast_disk_free_bytes", "Room on the disk of the own store.", value=free)
    files = GaugeMetricFamily("holdfast_inbox_files", "Files that wait in the inbox, and that it has refused.", labels=["state"])
    for state, folder in (("waiting", inbox.folder()), ("refused", inbox.folder() / inbox.REFUSED)):
        files.add_metric([state], inbox.count(folder))
    yield files
    settings, now = current_settings(), datetime.now(UTC)
    found = newest(settings.backups.expanduser().resolve(), store, now) if settings.backups else None
    if found:
        yield GaugeMetricFamily("holdfast_backup_timestamp_seconds", "When the newest backup was made.", value=found.at.timestamp())
        yield GaugeMetricFamily("holdfast_backup_age_seconds", "How long ago that is.", value=(now - found.at).total_seconds())


registry.register(OfTheStore())
