"""Route 53's name servers: one answer each time they are asked, where the resolver has the shares of all."""

import random
from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.route53 import responses, urls

from ...account import backend
from ...part import Body, Part, Query, Routes, override
from ..elb_routing import find_balancer, list_addresses
from .changes import Route53
from .records import simplify_name
from .resolver import DEEPEST, Resolver, find_records, read_weight
from .zones import is_within

#: of an alias to a load balancer, in seconds; AWS, "Choosing between alias and non-alias records"
BALANCER_TTL_S = 60
#: moto does not have it
TEST_PATH = r"{0}/(?P<api_version>[\d_-]+)/testdnsanswer$"


class Answer(NamedTuple):
    """What a resolver may keep for a while."""

    #: `name` where a CNAME leads, `host` with an address, `alb` with the name of a load balancer
    kind: str
    value: str
    ttl_s: float


class InvalidInput(ServiceException):
    code = "InvalidInput"


class NameServers(Part):
    def __init__(self, route53: Route53, resolver: Resolver) -> None:
        self.route53 = route53
        self.resolver = resolver

    def install(self) -> None:
        urls.url_paths[TEST_PATH] = responses.Route53.dispatch
        override(responses.Route53, "test_dns_answer", self.test_dns_answer)

    def ask(self, name: str, vpc: str | None = None) -> Answer | None:
        """The answer of any one server: some have a change that is PENDING, others do not yet."""
        record = self.draw_record(self.resolver.zones.find(name, vpc), name)
        if record is None:
            return None
        if record.alias_target:
            return Answer(
                "alb",
                simplify_name(record.alias_target["DNSName"]),
                BALANCER_TTL_S,
            )
        kind = "name" if record.type == "CNAME" else "host"
        return Answer(kind, random.choice(record.records), float(record.ttl))

    def list_addresses(self, query: Query, _: Body) -> list[str]:
        """What one question is answered with at last; `vpc` is where it is asked."""
        name, vpc = query["name"], query.get("vpc")
        for _link in range(DEEPEST):
            record = self.draw_record(self.resolver.zones.find(name, vpc), name)
            if record is None or record.type != "CNAME":
                return list_values(record)
            name = record.records[0]
        return []

    def routes(self) -> Routes:
        return {("GET", "/_emulator/addresses"): self.list_addresses}

    def draw_record(self, zone: Any, name: str, depth: int = 0) -> Any:
        """What a server says of a name: an alias into a zone is followed by itself, a CNAME by who asks."""
        if zone is None or depth > DEEPEST:
            return None
        found = find_records(random.choice(self.route53.list_versions(zone)), name)
        if not found:
            return None
        record = draw(self.resolver.choose(found))
        if not record.alias_target or ".elb." in record.alias_target["DNSName"]:
            return record
        target = backend("route53").zones.get(record.alias_target["HostedZoneId"])
        return self.draw_record(target, record.alias_target["DNSName"], depth + 1)

    def test_dns_answer(self, _: Any, request: Any) -> ActionResult:
        """What the zone's own servers answer, whether anybody delegates to them or not."""
        name, kind = (
            request._get_param("RecordName"),
            request._get_param("RecordType"),
        )
        zone = backend("route53").get_hosted_zone(request._get_param("HostedZoneId"))
        if zone.private_zone:
            raise InvalidInput("TestDNSAnswer supports querying public hosted zones only")
        is_known = any(simplify_name(each.name) == simplify_name(name) for each in zone.rrsets)
        answer = {
            "Nameserver": zone.delegation_set.name_servers[0],
            "RecordName": name,
            "RecordType": kind,
            "RecordData": self.list_data(zone, name, kind),
            "ResponseCode": describe_response(zone, name, is_known=is_known),
            "Protocol": "UDP",
        }
        return ActionResult(answer)

    def list_data(self, zone: Any, name: str, kind: str) -> list[str]:
        if kind == "A":
            return list_values(self.draw_record(zone, name))
        named = [each for each in zone.rrsets if simplify_name(each.name) == simplify_name(name)]
        return [value for each in named if each.type == kind for value in each.records or []]


def describe_response(zone: Any, name: str, *, is_known: bool) -> str:
    if not is_within(zone.name, name):
        return "REFUSED"
    return "NOERROR" if is_known else "NXDOMAIN"


def list_values(record: Any) -> list[str]:
    """The answer's lines: of an alias to a load balancer its addresses."""
    if record is None:
        return []
    if not record.alias_target:
        return list(record.records)
    balancer = find_balancer(record.alias_target["DNSName"])
    return list_addresses(balancer) if balancer else []


def draw(records: list[Any]) -> Any:
    """One of them by its weight; where nothing has one, any."""
    weights = [read_weight(record) for record in records]
    return random.choices(records, weights if any(weights) else None)[0]
