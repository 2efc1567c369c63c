"""CloudWatch's GetMetricData with percentiles, over data points of a second; expressions are refused."""

import math
import time
from collections import OrderedDict
from datetime import datetime, timezone

from moto.cloudwatch import models
from moto.core.exceptions import ServiceException

from . import state

KEPT_S = 2 * 3600
#: (namespace, metric, dimensions) → second → values
POINTS: dict[tuple, OrderedDict] = {}


class ValidationError(ServiceException):
    code = "ValidationError"


def key_of(namespace, name, dimensions):
    return namespace, name, frozenset(dimensions.items())


def publish(namespace, name, dimensions, values, at=None):
    series = POINTS.setdefault(key_of(namespace, name, dimensions), OrderedDict())
    series.setdefault(int(at or time.time()), []).extend(values)
    while series and next(iter(series)) < time.time() - KEPT_S:
        series.popitem(last=False)


def statistic(stat, values):
    values = sorted(values)
    if stat.startswith("p"):
        return values[max(0, math.ceil(len(values) * float(stat[1:]) / 100) - 1)]
    return {"Sum": sum(values), "Average": sum(values) / len(values), "Minimum": values[0], "Maximum": values[-1], "SampleCount": float(len(values))}[stat]


def seconds(value):
    return value.replace(tzinfo=value.tzinfo or timezone.utc).timestamp()


def series_of(metric, period, stat, start, end):
    points = POINTS.get(key_of(metric["Namespace"], metric["MetricName"], {d["Name"]: d["Value"] for d in metric.get("Dimensions") or []}), {})
    buckets: dict[int, list] = {}
    for second, values in points.items():
        if start <= second < end:
            buckets.setdefault(second // period * period, []).extend(values)
    return {bucket: statistic(stat, values) for bucket, values in sorted(buckets.items())}


def get_metric_data(self, queries, start_time, end_time, scan_by="TimestampDescending"):
    start, end = seconds(start_time), seconds(end_time)
    if start >= end:
        raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
    results, asked = [], {}
    for query in queries:
        if "MetricStat" in query:
            stat = query["MetricStat"]
            found = asked[query["Id"]] = series_of(stat["Metric"], int(stat["Period"]), stat["Stat"], start, end)
        elif (of := (query.get("Expression") or "")[14:-1]) in asked and query["Expression"].startswith("SERVICE_QUOTA("):
            # AWS gives a quota only beside the usage that it limits; here Fargate's is the only one
            found = {t: float(state.settings["fargate_vcpus"]) for t in asked[of]}
        else:
            raise ValidationError("this simulation has no metric math but SERVICE_QUOTA of Fargate's usage; ask for each metric by MetricStat")
        times = sorted(found, reverse=scan_by != "TimestampAscending")
        results.append({"Id": query["Id"], "Label": query.get("Label") or query["Id"], "StatusCode": "Complete",
                        "Timestamps": [datetime.fromtimestamp(t, timezone.utc) for t in times], "Values": [found[t] for t in times]})
    return results


def install():
    models.CloudWatchBackend.get_metric_data = get_metric_data
    original = models.CloudWatchBackend.put_metric_data

    def put_metric_data(self, namespace, metric_data):
        original(self, namespace, metric_data)
        for datum in metric_data:
            dimensions = {d["Name"]: d["Value"] for d in datum.get("Dimensions") or []}
            at = datum.get("Timestamp")
            publish(namespace, datum["MetricName"], dimensions, datum.get("Values") or [float(datum["Value"])], seconds(at) if isinstance(at, datetime) else None)

    models.CloudWatchBackend.put_metric_data = put_metric_data


def reset():
    POINTS.clear()
