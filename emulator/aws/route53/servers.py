"""Route 53's name servers: one answer each time they are asked, where the resolver has the shares of all."""

import random
from typing import Any, NamedTuple

from .changes import Route53
from .records import simplify_name
from .resolver import DEEPEST, Resolver, find_records, find_zone, read_weight

#: of an alias to a load balancer, in seconds; AWS, "Choosing between alias and non-alias records"
BALANCER_TTL_S = 60


class Answer(NamedTuple):
    """What a resolver may keep for a while."""

    #: `name` where a CNAME leads, `host` with an address, `alb` with the name of a load balancer
    kind: str
    value: str
    ttl_s: float


class NameServers:
    def __init__(self, route53: Route53, resolver: Resolver) -> None:
        self.route53 = route53
        self.resolver = resolver

    def ask(self, name: str) -> Answer | None:
        """The answer of any one server: some have a change that is PENDING, others do not yet."""
        zone = find_zone(name)
        if zone is None:
            return None
        record_sets = random.choice(self.route53.list_versions(zone))
        return self.answer(record_sets, name)

    def answer(self, record_sets: list[Any], name: str, depth: int = 0) -> Answer | None:
        """An alias is followed by the server itself, a CNAME by who asks."""
        found = find_records(record_sets, name)
        if not found or depth > DEEPEST:
            return None
        record = draw(self.resolver.choose(found))
        if not record.alias_target:
            kind = "name" if record.type == "CNAME" else "host"
            return Answer(kind, random.choice(record.records), float(record.ttl))
        target = simplify_name(record.alias_target["DNSName"])
        if ".elb." in target:
            return Answer("alb", target, BALANCER_TTL_S)
        return self.answer(record_sets, target, depth + 1)


def draw(records: list[Any]) -> Any:
    """One of them by its weight; where nothing has one, any."""
    weights = [read_weight(record) for record in records]
    return random.choices(records, weights if any(weights) else None)[0]
