"""What the stores answer over HTTP: a handful of queries, each as the store's own API has it."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from .samples import Times

#: an instant query of Prometheus sees no older sample
LOOKBACK_S = 300
#: of Tempo: nothing 2 s after a push, all of it at 16 s; shortened as all times here
SEARCH_DELAY_S = 2
#: of a ring, to whoever does not ask for JSON
RING_PAGE = "<!DOCTYPE html><html><head><title>Ring Status</title></head><body></body></html>"

GAUGES = {
    "mimir": "cortex_ingester_memory_series",
    "loki": "loki_ingester_memory_chunks",
    "tempo": "tempo_ingester_live_traces",
    "pyroscope": 'pyroscope_head_size_bytes{type="profiles"}',
}


@dataclass
class Question:
    """What a client asks one store for."""

    service: str
    path: str
    query: dict[str, str]
    data: dict[str, Any]
    #: when samples came in
    times: Times
    #: addresses of the tasks in its ring
    members: list[str]
    #: what is only in memory
    memory: int
    #: it accepts JSON
    wants_json: bool


def answer(question: Question) -> str | None:
    """The body of an answer, or None for a path that the store does not know."""
    if question.path.endswith("/ring"):
        return json.dumps(answer_ring(question)) if question.wants_json else RING_PAGE
    if question.path == "/metrics":
        return answer_metrics(question)
    handler = QUERIES.get((question.service, question.path))
    return json.dumps(handler(question)) if handler else None


def answer_ring(question: Question) -> dict[str, Any]:
    shards = [
        {
            "id": f"{question.service}-{ip}",
            "state": "ACTIVE",
            "address": f"{ip}:9095",
            "timestamp": "2026-11-25T21:09:41Z",
            "registered_timestamp": "2026-11-25T21:09:26Z",
            "read_only": False,
            "read_only_updated_timestamp": "0001-01-01T00:00:00Z",
            "zone": "",
            # whatever `tokens=false` says
            "tokens": [
                57085505,
                74309482,
                87711942,
            ],
        }
        for ip in question.members
    ]
    return {
        "shards": shards,
        "now": "2026-11-25T21:09:43.82451339Z",
    }


def answer_metrics(question: Question) -> str:
    """A gauge comes with the first that it counts; of Pyroscope's sizes those of other types stay."""
    gauge = GAUGES[question.service]
    lines = [f"{gauge} {question.memory}"] if question.memory else []
    if question.service == "pyroscope":
        lines.append('pyroscope_head_size_bytes{type="symbols"} 4096')
    lines.append("go_goroutines 100")
    return "\n".join([*lines, ""])


def answer_mimir(question: Question) -> dict[str, Any]:
    """An instant query: the newest sample, or the first at or after the time that it compares with."""
    text = question.query["query"]
    newest = question.times[-1:]
    if newest and "[" not in text and time.time() - newest[0] > LOOKBACK_S:
        newest = []
    since = re.search(r">= (\d+)", text)
    found = newest
    if since:
        found = [at for at in question.times if at >= int(since[1])][:1]
    result = [{"metric": {}, "value": [newest[0], f"{at:.3f}"]} for at in found]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def answer_loki(question: Question) -> dict[str, Any]:
    """A range query: the first or the last line in it."""
    inside = select_range(question)
    found = inside[:1] if question.query["direction"] == "forward" else inside[-1:]
    result = [{"stream": {}, "values": [[to_nanoseconds(at), "a line"]]} for at in found]
    return {"status": "success", "data": {"resultType": "streams", "result": result}}


def answer_tempo(question: Question) -> dict[str, Any]:
    """A search: the last traces in a range, but for those that came in a moment ago."""
    old_enough = [at for at in select_range(question) if at <= time.time() - SEARCH_DELAY_S]
    found = old_enough[-int(question.query["limit"]) :]
    traces = [
        {
            "traceID": "1",
            "startTimeUnixNano": to_nanoseconds(at),
        }
        for at in found
    ]
    return {"traces": traces}


def answer_pyroscope_stats(question: Question) -> dict[str, Any]:
    stats: dict[str, Any] = {"dataIngested": bool(question.times)}
    if question.times:
        stats["newestProfileTime"] = to_milliseconds(question.times[-1])
    return stats


def answer_pyroscope_series(question: Question) -> dict[str, Any]:
    start, end = question.data["start"], question.data["end"]
    found = [at for at in question.times if start <= at * 1000 <= end]
    points = [{"timestamp": to_milliseconds(at), "value": 1} for at in found]
    return {"series": [{"points": points}] if points else []}


def select_range(question: Question) -> Times:
    start, end = float(question.query["start"]), float(question.query["end"])
    return [at for at in question.times if start <= at < end]


def to_milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def to_nanoseconds(seconds: float) -> str:
    return str(int(seconds * 1e9))


QUERIES = {
    ("mimir", "/prometheus/api/v1/query"): answer_mimir,
    ("loki", "/loki/api/v1/query_range"): answer_loki,
    ("tempo", "/api/search"): answer_tempo,
    ("pyroscope", "/querier.v1.QuerierService/GetProfileStats"): answer_pyroscope_stats,
    ("pyroscope", "/querier.v1.QuerierService/SelectSeries"): answer_pyroscope_series,
}
