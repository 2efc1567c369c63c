"""The log of calls: which service and action each was, and how it was answered."""

import re
import time
from typing import TypedDict
from urllib.parse import parse_qs

from ..part import Body, Part, Query, Routes
from .http import Environ

READS = re.compile(r"^(Describe|List|Get|Head|BatchGet|Lookup|Discover|Filter|Simulate|Test)")
#: the actions of Route 53's REST interface, by method and path
ROUTE53_ACTIONS = [
    (re.compile(r"POST .*/rrset/?$"), "ChangeResourceRecordSets"),
    (re.compile(r"GET .*/rrset"), "ListResourceRecordSets"),
    (re.compile(r"GET .*/change/"), "GetChange"),
    (re.compile(r"GET .*/hostedzonesbyname"), "ListHostedZonesByName"),
    (re.compile(r"GET .*/hostedzonesbyvpc"), "ListHostedZonesByVPC"),
    (re.compile(r"GET .*/testdnsanswer"), "TestDNSAnswer"),
    (re.compile(r"GET .*/hostedzone/[^/]+$"), "GetHostedZone"),
    (re.compile(r"GET .*/hostedzone$"), "ListHostedZones"),
]


class Call(TypedDict):
    """One call; `at` in seconds since 1970, `status` None until it is answered."""

    at: float
    service: str
    action: str
    mutating: bool
    status: int | None


class CallLog(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.calls: list[Call] = []

    def add(self, environ: Environ, body: bytes) -> Call:
        service = identify_service(environ)
        action = identify_action(service, environ, body)
        call: Call = {
            "at": time.time(),
            "service": service,
            "action": action,
            "mutating": not READS.match(action),
            "status": None,
        }
        self.calls.append(call)
        return call

    def clear(self, *_: object) -> list[Call]:
        self.calls.clear()
        return self.calls

    def select(self, query: Query, _: Body) -> list[Call]:
        def is_wanted(call: Call) -> bool:
            if query.get("mutating") and not call["mutating"]:
                return False
            if call["service"] != query.get("service", call["service"]):
                return False
            return call["action"] == query.get("action", call["action"])

        return [call for call in self.calls if is_wanted(call)]

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/calls"): self.select,
            ("DELETE", "/_emulator/calls"): self.clear,
        }


def identify_service(environ: Environ) -> str:
    """The service in the scope of a call's signature."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope else "unknown"


def identify_action(service: str, environ: Environ, body: bytes) -> str:
    """The action of a call, from its target header, its form or its path: AWS's
    protocols differ in this.
    """
    path = environ["PATH_INFO"]
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).split(".")[-1]
    if rpc := re.search(r"/operation/(\w+)", path):
        return rpc.group(1)
    if b"Action=" in body:
        return parse_qs(body.decode()).get("Action", ["?"])[0]
    if service == "s3":
        return identify_s3_action(environ)
    line = f"{environ['REQUEST_METHOD']} {path}"
    if service == "route53":
        return next((name for pattern, name in ROUTE53_ACTIONS if pattern.search(line)), line)
    return line


def identify_s3_action(environ: Environ) -> str:
    verb = environ["REQUEST_METHOD"].title()
    noun = "Object" if "/" in environ["PATH_INFO"].strip("/") else "Bucket"
    subresource = environ.get("QUERY_STRING", "").split("=")[0].title()
    return f"{verb}{noun}{subresource}"
