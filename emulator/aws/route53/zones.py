"""Hosted zones side by side: which of them answers for a name depends on where it is asked."""

from typing import Any

from moto.core.exceptions import ServiceException
from moto.route53 import models

from ...account import backend
from ...part import (
    BadRequestError,
    Body,
    Part,
    Query,
    Routes,
    override,
)
from .records import simplify_name

#: of name servers by their number; AWS gives each public zone one of each
ENDINGS = ["com", "net", "org", "co.uk"]
#: of each ending, eight in a domain
SERVERS, IN_DOMAIN = 512, 8


class ConflictingDomainExists(ServiceException):
    code = "ConflictingDomainExists"


class Zones(Part):
    """Whom public DNS asks for a name, and whom a VPC's resolver asks."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        #: zones of this world that had name servers of their own
        self.served = 0
        #: name of a domain → the name servers that its registrar has for it
        self.registered: dict[str, list[str]] = {}

    def install(self) -> None:
        override(
            models.Route53Backend,
            "create_hosted_zone",
            self.create_hosted_zone,
        )
        override(
            models.Route53Backend,
            "associate_vpc_with_hosted_zone",
            associate_vpc,
        )

    def create_hosted_zone(self, original: Any, moto: Any, name: str, **asked: Any) -> Any:
        """moto gives all zones the same name servers. A private zone has those that nobody can ask."""
        refuse_double(name, asked.get("vpcid"))
        zone = original(moto, name, **asked)
        if not zone.private_zone:
            self.served += 1
        servers = make_servers(0 if zone.private_zone else self.served)
        zone.delegation_set.name_servers = servers
        for record in zone.rrsets:
            record.records = list(servers) if record.type == "NS" else [make_soa(servers[0])]
        return zone

    def register_all(self) -> None:
        """Whoever has made the public zones of a world has told a registrar."""
        for zone in list_zones():
            if not zone.private_zone:
                self.registered[simplify_name(zone.name)] = list(zone.delegation_set.name_servers)

    def find(self, name: str, vpc: str | None = None) -> Any:
        """The zone that answers, or None.

        Inside a VPC the private zone with the longest name answers and no other, also where it lacks the name. AWS,
        "Considerations when working with a private hosted zone".
        """
        private = [zone for zone in list_zones() if vpc and is_in_vpc(zone, vpc) and is_within(zone.name, name)]
        return max(private, key=lambda zone: len(zone.name), default=None) or self.find_public(name)

    def find_public(self, name: str) -> Any:
        """From whom a registrar names, as far down as NS records delegate."""
        domains = [domain for domain in self.registered if is_within(domain, name)]
        if not domains:
            return None
        domain = max(domains, key=len)
        zone = find_served(domain, self.registered[domain])
        while zone and (cut := find_cut(zone, name)):
            zone = find_served(simplify_name(cut.name), cut.records)
        return zone

    def list_servers(self, name: str) -> list[str]:
        """What public DNS says of a name's NS records."""
        zone = self.find_public(name)
        if zone is None or simplify_name(zone.name) != simplify_name(name):
            return []
        return next(
            (list(record.records) for record in zone.rrsets if record.type == "NS"),
            [],
        )

    def change(self, _: Query, body: Body) -> dict[str, list[str]]:
        """{"name", "zone"}: a registrar sends public DNS for the name to this zone, or with null to nobody."""
        name = simplify_name(body["name"])
        self.registered.pop(name, None)
        if body["zone"] is not None:
            zone = backend("route53").zones.get(body["zone"])
            if zone is None or zone.private_zone:
                raise BadRequestError(f"zone is {body['zone']!r}; take the id of a public one, or null")
            self.registered[name] = list(zone.delegation_set.name_servers)
        return self.registered

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/delegations"): lambda *_: self.registered,
            ("POST", "/_emulator/delegations"): self.change,
        }


def make_servers(number: int) -> list[str]:
    return [
        f"ns-{number + SERVERS * place}.awsdns-{number // IN_DOMAIN:02}.{ending}"
        for place, ending in enumerate(ENDINGS)
    ]


def make_soa(server: str) -> str:
    return f"{server}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"


def list_zones() -> list[Any]:
    return list(backend("route53").zones.values())


def is_within(zone: str, name: str) -> bool:
    """Whether a zone of that name is asked for the other."""
    outer, inner = simplify_name(zone), simplify_name(name)
    return inner == outer or inner.endswith(f".{outer}")


def is_in_vpc(zone: Any, vpc: str) -> bool:
    return zone.private_zone and any(each.get("vpc_id") == vpc for each in zone.vpcs)


def find_served(name: str, servers: list[str]) -> Any:
    """The public zone of this name that one of these name servers knows, or None: they answer REFUSED."""
    asked = {simplify_name(each) for each in servers}
    return next(
        (
            zone
            for zone in list_zones()
            if not zone.private_zone
            and simplify_name(zone.name) == name
            and asked & set(zone.delegation_set.name_servers)
        ),
        None,
    )


def find_cut(zone: Any, name: str) -> Any:
    """The NS record by which a zone gives the name, or a parent of it, away; None where it answers itself."""
    cuts = [
        record
        for record in zone.rrsets
        if record.type == "NS"
        and simplify_name(record.name) != simplify_name(zone.name)
        and is_within(record.name, name)
    ]
    return max(cuts, key=lambda record: len(record.name), default=None)


def find_double(name: str, vpc: str | None) -> Any:
    """The private zone of a name that a VPC has, or None."""
    named = [zone for zone in list_zones() if simplify_name(zone.name) == simplify_name(name)]
    return next((zone for zone in named if vpc and is_in_vpc(zone, vpc)), None)


def refuse_double(name: str, vpc: str | None) -> None:
    """A VPC has one private zone of a name."""
    if find_double(name, vpc):
        raise ConflictingDomainExists(
            f"The VPC {vpc} is already associated with another private hosted zone of the name {simplify_name(name)}"
        )


def associate_vpc(original: Any, moto: Any, zone_id: str, vpcid: str, vpcregion: str) -> Any:
    refuse_double(moto.get_hosted_zone(zone_id).name, vpcid)
    return original(moto, zone_id, vpcid, vpcregion)
