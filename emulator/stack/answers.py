"""What the stores answer over HTTP: a handful of queries, each as the store's own API has it."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from ..stubs.answers import count_received, fill_metrics, read_answer
from .samples import Times

#: an instant query of Prometheus sees no older sample
LOOKBACK_S = 300
#: of Tempo: nothing 2 s after a push, all of it at 16 s; shortened as all times here
SEARCH_DELAY_S = 2
RULES = "/prometheus/api/v1/rules"
RULERS = ("mimir", "loki")
#: where the page before the first sweep lacks the gauge of what is in memory
SWEPT = {"tempo": "metrics.later"}


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
    #: how often it has stored something
    stored: int
    #: it accepts JSON
    wants_json: bool
    #: alert rules of its ruler, name → query
    rules: dict[str, str]


def answer(question: Question) -> str | None:
    """The body of an answer, or None for a path that the store does not know."""
    if question.path.endswith("/ring"):
        return json.dumps(answer_ring(question)) if question.wants_json else read_answer("loki", "ring.html")
    if question.path == "/metrics":
        return answer_metrics(question)
    if question.path == RULES and question.service in RULERS:
        # as Go writes it
        return json.dumps(answer_rules(question), separators=(",", ":"))
    handler = QUERIES.get((question.service, question.path))
    return json.dumps(handler(question)) if handler else None


def read_shape(question: Question, name: str) -> Any:
    """An answer that the store has given, to be filled with this world's times."""
    return json.loads(read_answer(question.service, name))


def answer_ring(question: Question) -> dict[str, Any]:
    page: dict[str, Any] = read_shape(question, "ring")
    [member] = page["shards"]
    shards = [
        {
            **member,
            "id": f"{question.service}-{ip}",
            "address": f"{ip}:9095",
        }
        for ip in question.members
    ]
    return {
        **page,
        "shards": shards,
    }


def answer_metrics(question: Question) -> str:
    """A gauge comes with the first that it counts."""
    held = "metrics.flushed" if question.stored else SWEPT.get(question.service, "metrics.held")
    page = read_answer(question.service, held if question.memory else "metrics.before")
    filled = fill_metrics(page, question.memory, question.stored)
    return f"{filled}\n{count_received(question.service, len(question.times))}"


def answer_rules(question: Question) -> dict[str, Any]:
    """As Mimir's and Loki's documentation has it."""
    rules = [
        {"state": "inactive", "name": name, "query": query, "duration": 60, "type": "alerting"}
        for name, query in question.rules.items()
    ]
    return {"status": "success", "data": {"groups": [{"name": "all", "file": "all", "rules": rules}]}}


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
    body: dict[str, Any] = read_shape(question, "newest")
    body["data"]["result"] = [
        {
            "metric": {},
            "value": [newest[0], f"{at:.3f}"],
        }
        for at in found
    ]
    return body


def answer_loki(question: Question) -> dict[str, Any]:
    """A range query: the first or the last line in it."""
    inside = select_range(question)
    found = inside[:1] if question.query["direction"] == "forward" else inside[-1:]
    body: dict[str, Any] = read_shape(question, "newest")
    [stream] = body["data"]["result"]
    body["data"]["result"] = [
        {
            **stream,
            "values": [[to_nanoseconds(at), "a line"]],
        }
        for at in found
    ]
    return body


def answer_tempo(question: Question) -> dict[str, Any]:
    """A search: the last traces in a range, but for those that came in a moment ago."""
    old_enough = [at for at in select_range(question) if at <= time.time() - SEARCH_DELAY_S]
    found = old_enough[-int(question.query["limit"]) :]
    body: dict[str, Any] = read_shape(question, "newest")
    [trace] = body["traces"]
    body["traces"] = [
        {
            **trace,
            "startTimeUnixNano": to_nanoseconds(at),
        }
        for at in found
    ]
    return body


def answer_pyroscope_stats(question: Question) -> dict[str, Any]:
    if not question.times:
        return dict(read_shape(question, "newest.none"))
    return {
        **read_shape(question, "newest"),
        "newestProfileTime": to_milliseconds(question.times[-1]),
    }


def answer_pyroscope_series(question: Question) -> dict[str, Any]:
    start, end = question.data["start"], question.data["end"]
    found = [at for at in question.times if start <= at * 1000 <= end]
    [series] = read_shape(question, "first")["series"]
    points = [
        {
            "timestamp": to_milliseconds(at),
            "value": 1,
        }
        for at in found
    ]
    filled = {
        **series,
        "points": points,
    }
    return {"series": [filled] if points else []}


def select_range(question: Question) -> Times:
    start, end = float(question.query["start"]), float(question.query["end"])
    return [at for at in question.times if start <= at < end]


def to_milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def to_nanoseconds(seconds: float) -> str:
    return str(int(seconds * 1e9))


def is_query(service: str, path: str) -> bool:
    return (service, path) in QUERIES


QUERIES = {
    ("mimir", "/prometheus/api/v1/query"): answer_mimir,
    ("loki", "/loki/api/v1/query_range"): answer_loki,
    ("tempo", "/api/search"): answer_tempo,
    ("pyroscope", "/querier.v1.QuerierService/GetProfileStats"): answer_pyroscope_stats,
    ("pyroscope", "/querier.v1.QuerierService/SelectSeries"): answer_pyroscope_series,
}
