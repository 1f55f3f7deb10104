"""What is counted: one registry, shown at /metrics in Prometheus' text format."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()

answers = Counter("readout_answers", "Answers given to people.", ["platform", "command"], registry=registry)
answer_seconds = Histogram("readout_answer_seconds", "From a command to its answer.", ["command"], registry=registry)
posts = Counter("readout_posts", "Messages posted to channels.", ["platform", "outcome"], registry=registry)
polls = Counter("readout_polls", "Reads of a source.", ["kind", "outcome"], registry=registry)
sources = Gauge("readout_sources", "Sources of all spaces, by how they are.", ["state"], registry=registry)
part_up = Gauge("readout_part_up", "1 while the part works, 0 while it does not.", ["part"], registry=registry)


def exposition(sources_by_state: Mapping[str, int]) -> bytes:
    """All metrics in Prometheus' text format, with how many sources are in which state now."""
    for state, number in sources_by_state.items():
        sources.labels(state).set(number)
    return generate_latest(registry)
