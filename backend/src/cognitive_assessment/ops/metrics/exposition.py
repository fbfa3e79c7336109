"""The one page on which everything that is measured stands, in the form that Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.metrics import files
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.ops.metrics.looked_up import LookedUp


def page(settings: Settings, accept: str) -> tuple[bytes, str]:
    """The page and its media type, in the form that the asking side prefers."""
    encode, media_type = choose_encoder(accept)
    return encode(registry(settings)), media_type


def registry(settings: Settings) -> CollectorRegistry:
    """What all processes have counted, and what is looked up now."""
    whole = CollectorRegistry()
    counted = events().registry  # made before the folder is read, so that this process has its place in it
    folder = files.shared_folder()
    if folder is None:
        whole.register(counted)  # a process that counts alone
    else:
        files.drop_the_dead(folder)
        MultiProcessCollector(whole, path=str(folder))  # type: ignore[no-untyped-call]
    whole.register(LookedUp(settings))
    return whole
