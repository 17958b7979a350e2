"""The text of /metrics, as Prometheus' own library reads it."""

import math

from prometheus_client.parser import text_string_to_metric_families

from guildhall.web.exposition import Metric, exposition, histogram_samples
from guildhall.web.metrics import counter, gauge, gauges

ODD = 'a "quoted" \\ path\nof two lines, {braces} and ünïcode'


def read(*metrics: Metric):
    """By name of a sample: its labels and values."""
    families = text_string_to_metric_families(exposition(metrics))
    samples = [sample for family in families for sample in family.samples]
    return {one.name: [(other.labels, other.value) for other in samples if other.name == one.name] for one in samples}


def test_counters_and_gauges_are_read_as_they_were_meant():
    found = read(
        counter("calls", ODD, ("upstream", "outcome"), {("esi", ODD): 3, ("", "ok"): 12_345_678_901.5}),
        gauge("entries", "Entries", 7),
        gauges("window", "Window", ("name",), {("high",): math.inf, ("low",): -math.inf, ("small",): 1e-9}),
        gauges("nothing", "Nothing", ("name",), {}),
    )

    assert found == {
        "calls_total": [
            ({"upstream": "esi", "outcome": ODD}, 3.0),
            ({"upstream": "", "outcome": "ok"}, 12_345_678_901.5),
        ],
        "entries": [({}, 7.0)],
        "window": [({"name": "high"}, math.inf), ({"name": "low"}, -math.inf), ({"name": "small"}, 1e-9)],
    }


def test_not_a_number_is_read_as_such():
    ((_, value),) = read(gauge("odd", "Odd", math.nan))["odd"]

    assert math.isnan(value)


def test_a_histogram_counts_upwards():
    samples = histogram_samples({"route": "/"}, [("0.1", 2), ("1", 3), ("+Inf", 1)], 9.5)

    found = read(Metric("seconds", "histogram", "Seconds", samples))

    assert found == {
        "seconds_bucket": [
            ({"route": "/", "le": "0.1"}, 2.0), ({"route": "/", "le": "1"}, 5.0), ({"route": "/", "le": "+Inf"}, 6.0),
        ],
        "seconds_count": [({"route": "/"}, 6.0)],
        "seconds_sum": [({"route": "/"}, 9.5)],
    }  # fmt: skip


def test_every_metric_says_what_it_is():
    lines = exposition([counter("calls", "Calls of\nall", (), {(): 1})]).splitlines()

    assert lines == ["# HELP calls_total Calls of\\nall", "# TYPE calls_total counter", "calls_total 1.0"]
