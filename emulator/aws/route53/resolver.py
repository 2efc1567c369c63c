"""What a resolver would answer now, as shares of all who ask."""

from collections.abc import Iterator
from typing import Any, TypedDict

from ...account import backend
from ...part import Body, Part, Query, Routes
from ..elb import Elb
from .records import simplify_name
from .zones import Zones

#: names that lead to names: as many as a resolver follows
DEEPEST = 8


class Share(TypedDict):
    """One answer; `kind` is `alb` with the name of a load balancer, or `host` with an address."""

    share: float
    setIdentifier: str | None
    kind: str
    value: str


class Resolver(Part):
    def __init__(self, zones: Zones, elb: Elb) -> None:
        self.zones = zones
        self.elb = elb

    def resolve(self, name: str, vpc: str | None = None, depth: int = 0) -> list[Share]:
        """As a VPC's resolver answers, or without one the internet's."""
        return self.resolve_in(self.zones.find(name, vpc), name, vpc, depth)

    def resolve_in(self, zone: Any, name: str, vpc: str | None, depth: int) -> list[Share]:
        """Follows weights and target health; AWS, "How Route 53 chooses records when
        health checking is configured".
        """
        if zone is None or depth > DEEPEST:
            return []
        chosen = self.choose(find_records(zone.rrsets, name))
        total = sum(read_weight(record) for record in chosen)
        answers: list[Share] = []
        for record in chosen:
            share = read_weight(record) / total if total else 1 / len(chosen)
            answers += self.answer(record, share, vpc, depth)
        return answers

    def choose(self, records: list[Any]) -> list[Any]:
        """Healthy records with a weight; those of weight 0 where there is none; all
        where nothing is healthy.
        """
        healthy = [record for record in records if self.is_healthy(record)]
        weighted = [record for record in healthy if read_weight(record) > 0]
        return weighted or healthy or records

    def is_healthy(self, record: Any) -> bool:
        alias = record.alias_target
        evaluates = bool(alias) and str(alias.get("EvaluateTargetHealth")).lower() == "true"
        if not evaluates or ".elb." not in alias["DNSName"]:
            return True
        return self.elb.is_alias_healthy(simplify_name(alias["DNSName"]))

    def answer(self, record: Any, share: float, vpc: str | None, depth: int) -> Iterator[Share]:
        identifier = record.set_identifier
        target = simplify_name(record.alias_target["DNSName"]) if record.alias_target else None
        if target and ".elb." in target:
            yield {
                "share": share,
                "setIdentifier": identifier,
                "kind": "alb",
                "value": target,
            }
        elif target or record.type == "CNAME":
            for inner in self.follow(record, target, vpc, depth + 1):
                name = identifier or inner["setIdentifier"]
                yield {
                    **inner,
                    "share": inner["share"] * share,
                    "setIdentifier": name,
                }
        else:
            each = share / len(record.records)
            for ip in record.records:
                yield {
                    "share": each,
                    "setIdentifier": identifier,
                    "kind": "host",
                    "value": ip,
                }

    def follow(
        self,
        record: Any,
        target: str | None,
        vpc: str | None,
        depth: int,
    ) -> list[Share]:
        """The zone itself follows an alias; for the target of a CNAME the resolver asks anew."""
        if target is None:
            return self.resolve(record.records[0], vpc, depth)
        return self.resolve_in(find_alias_zone(record), target, vpc, depth)

    def routes(self) -> Routes:
        return {("GET", "/_emulator/resolve"): self.answer_question}

    def answer_question(self, query: Query, _: Body) -> list[Share]:
        return self.resolve(query["name"], query.get("vpc"))


def find_alias_zone(record: Any) -> Any:
    return backend("route53").zones.get(record.alias_target["HostedZoneId"])


def find_records(record_sets: list[Any], name: str) -> list[Any]:
    """Those of a zone's record sets that lead the name somewhere: its own, or those of a wildcard."""
    for candidate in list_candidates(record_sets, name):
        named = [each for each in record_sets if read_name(each) == candidate]
        if named:
            return [each for each in named if each.type in ("A", "CNAME")]
    return []


def list_candidates(record_sets: list[Any], name: str) -> list[str]:
    """The name, and what answers where it is not there: the wildcard next to what is. RFC 4592, section 3.3.1"""
    known = {read_name(each) for each in record_sets}
    encloser = simplify_name(name)
    candidates = [encloser]
    while encloser not in known and "." in encloser:
        encloser = encloser.split(".", 1)[1]
        candidates.append(f"*.{encloser}")
    return candidates


def read_name(record: Any) -> str:
    """Route 53 writes a wildcard's asterisk as a number."""
    return simplify_name(record.name).replace("\\052", "*")


def read_weight(record: Any) -> int:
    return 1 if record.weight is None else int(record.weight)
