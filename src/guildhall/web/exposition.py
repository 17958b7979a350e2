"""Prometheus' text format (exposition format 1.0.0)."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

Labels = Mapping[str, str]


class Sample(Struct, frozen=True):
    """A number; `suffix` is what its name has behind the metric's."""

    suffix: str
    labels: Labels
    value: float


class Metric(Struct, frozen=True):
    """A metric with its samples. A counter's name is without `_total`."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    words: str
    samples: list[Sample]


def histogram_samples(labels: Labels, buckets: Iterable[tuple[str, float]], total: float) -> list[Sample]:
    """The samples of one histogram, from bounds with how many are between each and the last, and the sum of all."""
    count = 0.0
    samples: list[Sample] = []
    for bound, more in buckets:
        count += more
        samples.append(Sample("_bucket", {**labels, "le": bound}, count))
    return [*samples, Sample("_count", labels, count), Sample("_sum", labels, total)]


def exposition(metrics: Iterable[Metric]) -> str:
    """The text of some metrics."""
    lines: list[str] = []
    for metric in metrics:
        name = f"{metric.name}_total" if metric.kind == "counter" else metric.name
        words = metric.words.replace("\\", r"\\").replace("\n", r"\n")
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {metric.kind}"]
        lines += [f"{name}{one.suffix}{_braced(one.labels)} {_number(one.value)}" for one in metric.samples]
    return "".join(f"{line}\n" for line in lines)


def _braced(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items()))
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    """A number as Go reads it, which says Inf and NaN otherwise than Python."""
    return {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}.get(text := repr(float(value)), text)
