"""CloudWatch's GetMetricData with percentiles, over data points of a second;
expressions are refused.
"""

import math
import time
from collections import OrderedDict
from datetime import datetime, timezone
from typing import Any

from moto.cloudwatch import models
from moto.core.exceptions import ServiceException

from ..part import Part, override
from ..settings import Settings

KEPT_S = 2 * 3600
#: of an expression that asks for the quota beside a metric: what stands before that metric's id
QUOTA_OF = "SERVICE_QUOTA("

#: namespace, metric, dimensions
Key = tuple[str, str, frozenset[tuple[str, str]]]
#: second since 1970 → the values of that second
Points = OrderedDict[int, list[float]]
Series = dict[int, float]


class ValidationError(ServiceException):
    code = "ValidationError"


class CloudWatch(Part):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        self.points: dict[Key, Points] = {}

    def install(self) -> None:
        override(models.CloudWatchBackend, "get_metric_data", self.get_metric_data)
        override(models.CloudWatchBackend, "put_metric_data", self.put_metric_data)

    def publish(
        self,
        namespace: str,
        name: str,
        dimensions: dict[str, str],
        values: list[float],
        at: float | None = None,
    ) -> None:
        """Adds values to a metric's second, `at` or now, and forgets what is older than KEPT_S."""
        key = (namespace, name, frozenset(dimensions.items()))
        points = self.points.setdefault(key, OrderedDict())
        points.setdefault(int(at or time.time()), []).extend(values)
        oldest = time.time() - KEPT_S
        while points and next(iter(points)) < oldest:
            points.popitem(last=False)

    def put_metric_data(self, original: Any, moto: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        original(moto, namespace, metric_data)
        for datum in metric_data:
            at = datum.get("Timestamp")
            values = datum.get("Values") or [float(datum["Value"])]
            seconds = to_seconds(at) if isinstance(at, datetime) else None
            self.publish(namespace, datum["MetricName"], read_dimensions(datum), values, seconds)

    def get_metric_data(
        self,
        _: Any,
        __: Any,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampDescending",
    ) -> list[dict[str, Any]]:
        start, end = to_seconds(start_time), to_seconds(end_time)
        if start >= end:
            raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
        asked: dict[str, Series] = {}
        results = []
        for query in queries:
            if "MetricStat" in query:
                found = asked[query["Id"]] = self.read_series(query["MetricStat"], start, end)
            else:
                found = self.read_quota(query.get("Expression") or "", asked)
            results.append(make_result(query, found, scan_by != "TimestampAscending"))
        return results

    def read_series(self, stat: dict[str, Any], start: float, end: float) -> Series:
        """The statistic of each period that begins in the time asked for and has values."""
        metric, period = stat["Metric"], int(stat["Period"])
        key = (
            metric["Namespace"],
            metric["MetricName"],
            frozenset(read_dimensions(metric).items()),
        )
        buckets: dict[int, list[float]] = {}
        for second, values in self.points.get(key, {}).items():
            if start <= second < end:
                buckets.setdefault(second // period * period, []).extend(values)
        return {second: calculate(stat["Stat"], buckets[second]) for second in sorted(buckets)}

    def read_quota(self, expression: str, asked: dict[str, Series]) -> Series:
        """AWS gives a quota only beside the usage that it limits; here only Fargate's."""
        usage = expression.removeprefix(QUOTA_OF).removesuffix(")")
        if not expression.startswith(QUOTA_OF) or usage not in asked:
            raise ValidationError(
                "this simulation has no metric math but SERVICE_QUOTA of Fargate's usage; "
                "ask for each metric by MetricStat"
            )
        return {at: float(self.settings["fargate_vcpus"]) for at in asked[usage]}


def read_dimensions(metric: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in metric.get("Dimensions") or []}


def to_seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()


def calculate(stat: str, values: list[float]) -> float:
    ordered = sorted(values)
    if stat.startswith("p"):
        rank = math.ceil(len(ordered) * float(stat[1:]) / 100)
        return ordered[max(0, rank - 1)]
    statistics = {
        "Sum": sum(ordered),
        "Average": sum(ordered) / len(ordered),
        "Minimum": ordered[0],
        "Maximum": ordered[-1],
        "SampleCount": float(len(ordered)),
    }
    return statistics[stat]


def make_result(query: dict[str, Any], series: Series, newest_first: bool) -> dict[str, Any]:
    times = sorted(series, reverse=newest_first)
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or query["Id"],
        "StatusCode": "Complete",
        "Timestamps": [datetime.fromtimestamp(at, timezone.utc) for at in times],
        "Values": [series[at] for at in times],
    }
