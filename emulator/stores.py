"""What the stores of both sides answer over HTTP: their rings, times of their samples, what is only in memory."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from . import ec2
from . import ssm
from . import state
from . import workload

STORES = ["mimir", "loki", "tempo", "pyroscope"]
#: changed from outside: services whose tasks see only themselves, the status a service answers with, gauges per task
GOOD = {"split": [], "answers": {}, "memory": {"mimir": 4115, "loki": 21, "tempo": 7, "pyroscope": 2048}}
now_is: dict = {key: type(value)(value) for key, value in GOOD.items()}
METRICS = {"mimir": "cortex_ingester_memory_series", "loki": "loki_ingester_memory_chunks", "tempo": "tempo_ingester_live_traces", "pyroscope": 'pyroscope_head_size_bytes{type="profiles"}'}
#: service → when ECS took a sample in, and (instance, service) → when the host did
ECS_TIMES: dict[str, list[float]] = {}
HOST_TIMES: dict[tuple[str, str], list[float]] = {}
EVERY_S = 0.5


def runs_of(service):
    found = next((s for s in state.backend("ecs").services.values() if s.name == service and s.status == "ACTIVE"), None)
    return [run for run in getattr(found, "runs", []) if run.task.last_status == "RUNNING" and run.leaves is None]


def tick(now):
    """Samples follow the clients: they come in where the names lead to, twice a second."""
    share = workload.ecs_share()
    for service in STORES:
        if share > 0 and any(run.healthy for run in runs_of(service)):
            take(ECS_TIMES.setdefault(service, []), now)
        if share < 1:
            for instance in ec2.instances():
                if container(instance.id, service):
                    take(HOST_TIMES.setdefault((instance.id, service), []), now)


def take(times, now):
    if not times or now - times[-1] >= EVERY_S:
        times.append(now)


def container(instance_id, service):
    found = (c for p in ssm.load(instance_id)["projects"].values() for name, c in p["services"].items() if name == service)
    return next((c for c in found if c["state"] == "running"), None)


def reply(_, body):
    """POST {"from": "task" or an instance's id, "url", "data"} → {"code", "body"}, or {"error"} in curl's words."""
    url = urlsplit(body["url"])
    port = url.port or 80
    if body["from"] == "task":
        run = next((r for s in state.backend("ecs").services.values() for r in getattr(s, "runs", []) if r.ip == url.hostname and r.leaves is None and r.task.last_status == "RUNNING"), None)
        if run is None and not re.fullmatch(r"[\d.]+", url.hostname):
            run = next((r for r in runs_of(url.hostname.split(".")[0]) if r.healthy), None)
            if run is None:
                return {"error": f"curl: (6) Could not resolve host: {url.hostname}"}
        ports = [m["containerPort"] for m in run.definition.container_definitions[0].get("portMappings", [])] if run else []
        service, own = run and run.service.name, run and run.ip
    else:
        service = next((name for name in STORES if (c := container(body["from"], name)) and port in c["ports"]), None)
        ports, own = [port] if service else [], "127.0.0.1"
    if port not in ports:
        return {"error": f"curl: (7) Failed to connect to {url.hostname} port {port}: Connection refused"}
    if wrong := now_is["answers"].get(service if body["from"] == "task" else f"host {service}"):
        return {"code": wrong, "body": "no org id" if wrong == 401 else "not now"}
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    times = ECS_TIMES.get(service, []) if body["from"] == "task" else HOST_TIMES.get((body["from"], service), [])
    answer = said(service, own, url.path, query, json.loads(body.get("data") or "{}"), times)
    return {"code": 404, "body": "404 page not found"} if answer is None else {"code": 200, "body": answer if isinstance(answer, str) else json.dumps(answer)}


def said(service, own, path, query, data, times):
    newest = times[-1:]
    if path.endswith("/ring"):
        members = [own] if service in now_is["split"] else [run.ip for run in runs_of(service)]
        return {"shards": [{"id": f"{service}-{ip}", "state": "ACTIVE", "address": f"{ip}:9095", "timestamp": "now"} for ip in members]}
    if path == "/metrics":
        return f"# TYPE {METRICS[service].split('{')[0]} gauge\n{METRICS[service]} {now_is['memory'][service]}\ngo_goroutines 100\n"
    if path == "/prometheus/api/v1/query" and service == "mimir":
        since = re.search(r">= (\d+)", query["query"])
        found = [t for t in times if t >= int(since[1])][:1] if since else newest
        return {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [newest[0], f"{t:.3f}"]} for t in found]}}
    if path == "/loki/api/v1/query_range" and service == "loki":
        inside = [t for t in times if float(query["start"]) <= t < float(query["end"])]
        found = inside[:1] if query["direction"] == "forward" else inside[-1:]
        return {"status": "success", "data": {"resultType": "streams", "result": [{"stream": {}, "values": [[str(int(t * 1e9)), "a line"]]} for t in found]}}
    if path == "/api/search" and service == "tempo":
        inside = [t for t in times if float(query["start"]) <= t < float(query["end"])]
        return {"traces": [{"traceID": "1", "startTimeUnixNano": str(int(t * 1e9))} for t in inside[-int(query["limit"]):]]}
    if path == "/querier.v1.QuerierService/GetProfileStats" and service == "pyroscope":
        return {"dataIngested": bool(times), **({"newestProfileTime": str(int(newest[0] * 1000))} if newest else {})}
    if path == "/querier.v1.QuerierService/SelectSeries" and service == "pyroscope":
        found = [t for t in times if data["start"] <= t * 1000 <= data["end"]]
        return {"series": [{"points": [{"timestamp": str(int(t * 1000)), "value": 1} for t in found]}] if found else []}
    return None


def routes():
    return {
        ("POST", "/_emulator/http"): reply,
        ("GET", "/_emulator/stores"): lambda *_: now_is,
        ("POST", "/_emulator/stores"): lambda _, body: now_is.update({key: {**now_is[key], **value} if isinstance(value, dict) else value for key, value in body.items()}) or now_is,
    }


def reset():
    now_is.clear()
    now_is.update({key: type(value)(value) for key, value in GOOD.items()})
    ECS_TIMES.clear()
    HOST_TIMES.clear()
