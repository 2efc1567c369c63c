"""Everything under /_emulator: the log of calls, rules that break them, settings, and the dump."""

import io
import json
import re
import socket
import time
from urllib.parse import parse_qs

from . import dump
from . import state

CALLS: list[dict] = []
RULES: list[dict] = []
XML = {"ec2", "iam", "elasticloadbalancing", "sns", "route53", "s3", "sts", "autoscaling"}
READS = re.compile(r"^(Describe|List|Get|Head|BatchGet|Lookup|Discover|Filter|Simulate)")
THROTTLED = {"ec2": "RequestLimitExceeded", "s3": "SlowDown", "route53": "Throttling", "iam": "Throttling", "elasticloadbalancing": "Throttling"}
DENIED = {"ec2": "UnauthorizedOperation", "s3": "AccessDenied", "route53": "AccessDenied", "iam": "AccessDenied", "elasticloadbalancing": "AccessDenied", "sts": "AccessDenied"}
ROUTE53 = [
    (r"POST .*/rrset/?$", "ChangeResourceRecordSets"), (r"GET .*/rrset", "ListResourceRecordSets"), (r"GET .*/change/", "GetChange"),
    (r"GET .*/hostedzonesbyname", "ListHostedZonesByName"), (r"GET .*/hostedzone/[^/]+$", "GetHostedZone"), (r"GET .*/hostedzone$", "ListHostedZones"),
]


def identify(environ, body):
    """(service, action) of a call, from its signature's scope, its target header, its form or its path."""
    scope = re.search(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    service = scope.group(2) if scope else "unknown"
    path = environ["PATH_INFO"]
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return service, target.split(".")[-1]
    if rpc := re.search(r"/operation/(\w+)", path):
        return service, rpc.group(1)
    if b"Action=" in body:
        return service, parse_qs(body.decode()).get("Action", ["?"])[0]
    if service == "route53":
        line = f"{environ['REQUEST_METHOD']} {path}"
        return service, next((name for pattern, name in ROUTE53 if re.search(pattern, line)), line)
    if service == "s3":
        verb = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}[environ["REQUEST_METHOD"]]
        return service, verb + ("Bucket" if path.count("/") < 2 else "Object") + (environ.get("QUERY_STRING", "").split("=")[0].title())
    return service, f"{environ['REQUEST_METHOD']} {path}"


def error(service, code, message, status):
    if service in XML:
        inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error><RequestId>emulated</RequestId>"
        if service == "ec2":
            inner = f"<Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>emulated</RequestID>"
            return status, "text/xml", f"<Response>{inner}</Response>"
        if service == "s3":
            return status, "application/xml", f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return status, "text/xml", f"<ErrorResponse>{inner}</ErrorResponse>"
    return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})


class Middleware:
    """Wraps moto: `/_emulator` is answered here, everything else is logged, broken by rule, and passed on."""

    def __init__(self, app, routes):
        self.app, self.routes = app, routes

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        path = environ["PATH_INFO"]
        if path.startswith("/_emulator"):
            return self.own(environ, body, start_response)
        service, action = identify(environ, body)
        call = {"at": time.time(), "service": service, "action": action, "mutating": not READS.match(action), "status": None}
        CALLS.append(call)
        rule = next((r for r in RULES if r["service"] == service and r["action"] in ("*", action) and (r["times"] is None or r["times"] > 0)), None)
        if rule and rule["times"] is not None:
            rule["times"] -= 1
        kind = rule["kind"] if rule else None
        if kind == "delay":
            time.sleep(rule["delay_s"])
        if kind in ("throttle", "deny", "500"):
            answer = {
                "throttle": lambda: error(service, THROTTLED.get(service, "ThrottlingException"), "Rate exceeded", 400 if service not in ("ec2", "s3") else 503),
                "deny": lambda: error(service, DENIED.get(service, "AccessDeniedException"), f"User is not authorized to perform: {service}:{action}", 403),
                "500": lambda: error(service, "InternalFailure", "The request processing has failed", 500),
            }[kind]()
            call["status"] = answer[0]
            return reply(start_response, *answer)
        seen = {}

        def capture(status, headers, exc_info=None):
            seen.update(status=status, headers=headers)

        with state.LOCK:
            chunks = b"".join(self.app(environ, capture))
        call["status"] = int(seen["status"].split()[0])
        if kind == "drop-after":
            # the server's own sentence for a connection that ends: nothing of an answer is sent
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionError("dropped by rule")
        if kind == "500-after":
            return reply(start_response, *error(service, "InternalFailure", "the reply was lost after the effect", 500))
        headers = [(key, value) for key, value in seen["headers"] if key.lower() not in ("content-length", "connection")]
        start_response(seen["status"], [*headers, ("Content-Length", str(len(chunks)))])
        return [chunks]

    def own(self, environ, body, start_response):
        handler = self.routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if not handler:
            return reply(start_response, 404, "application/json", json.dumps({"error": f"no {environ['PATH_INFO']}", "routes": sorted(" ".join(r) for r in self.routes)}))
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        if environ["PATH_INFO"] == "/_emulator/reset":
            # its world is built through calls that take the lock themselves
            return reply(start_response, 200, "application/json", json.dumps(handler(query, json.loads(body or b"{}"))))
        with state.LOCK:
            answer = handler(query, json.loads(body or b"{}"))
        return reply(start_response, 200, "application/json", json.dumps(answer, default=str))


def reply(start_response, status, content_type, text):
    data = text.encode()
    start_response(f"{status} {'OK' if status < 400 else 'Error'}", [("Content-Type", content_type), ("Content-Length", str(len(data))), ("x-amzn-RequestId", "emulated")])
    return [data]


def calls(query, _):
    wanted = [c for c in CALLS if all(c[key] == query[key] for key in ("service", "action") if key in query)]
    return [c for c in wanted if c["mutating"]] if query.get("mutating") else wanted


def add_rule(_, body):
    rule = {"action": "*", "times": None, "delay_s": 0, **body}
    RULES.append(rule)
    return rule


def routes():
    return {
        ("GET", "/_emulator/calls"): calls,
        ("DELETE", "/_emulator/calls"): lambda *_: CALLS.clear() or [],
        ("GET", "/_emulator/rules"): lambda *_: RULES,
        ("POST", "/_emulator/rules"): add_rule,
        ("DELETE", "/_emulator/rules"): lambda *_: RULES.clear() or [],
        ("GET", "/_emulator/settings"): lambda *_: state.settings,
        ("POST", "/_emulator/settings"): lambda _, body: state.settings.update(body) or state.settings,
        ("GET", "/_emulator/dump"): lambda *_: dump.world(),
    }


def reset():
    CALLS.clear()
    RULES.clear()
