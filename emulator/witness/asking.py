"""Requests that tasks send to a load balancer by the name of a user's request."""

from typing import Any

from ..account import backend
from ..aws.cloudwatch import CloudWatch
from ..aws.elb import METRICS, make_dimensions
from ..aws.elb_routing import asks_to_sign_in, find_balancer
from ..part import Body, Part, Query, Routes
from .connection import Balancers, LostError, UnansweredError

#: what a load balancer signs its own answers with, and what a task does
BALANCER, TASK = "awselb/2.0", "emulated"
#: where a load balancer sends whoever has not signed in, and whereto they come back
SIGN_IN, SIGNED_IN = "https://idp.example.com/authorize?client_id=lgtm&redirect_uri=", "%2Foauth2%2Fidpresponse"
UNREACHABLE = "curl: (28) Connection timed out"


class Asking(Part):
    def __init__(self, balancers: Balancers, metrics: CloudWatch) -> None:
        self.balancers = balancers
        self.metrics = metrics

    def ask(self, _: Query, body: Body) -> dict[str, Any]:
        """{"balancer", "name", "path", "vpc", "address"} → {"code", "server"}, or {"error"} in curl's words.
        With "location" where it sends elsewhere.
        """
        dns_name = body["balancer"]
        balancer = find_balancer(dns_name)
        if not balancer:
            return {"error": f"curl: (6) Could not resolve host: {dns_name}"}
        source = find_source(balancer, body["vpc"], body["address"])
        if not source:
            return {"error": UNREACHABLE}
        try:
            group = self.balancers.find_target(dns_name, body["name"], body["path"], source).group
        except UnansweredError:
            return {"error": UNREACHABLE}
        except LostError:
            return {"code": 503, "server": BALANCER}
        if asks_to_sign_in(dns_name, body["name"], body["path"], source):
            return {"code": 302, "server": BALANCER, "location": f"{SIGN_IN}https%3A%2F%2F{body['name']}{SIGNED_IN}"}
        for dimensions in (make_dimensions(balancer), make_dimensions(balancer, group)):
            for metric in ("RequestCount", "HTTPCode_Target_2XX_Count"):
                self.metrics.publish(METRICS, metric, dimensions, [1.0])
        return {"code": 200, "server": TASK}

    def routes(self) -> Routes:
        return {
            ("POST", "/_emulator/balancer"): self.ask,
        }


def find_source(balancer: Any, vpc: str, address: str) -> str | None:
    """As whom a task comes: to the internet through its VPC's NAT gateway."""
    if balancer.scheme != "internet-facing":
        return address
    gateways = [each for each in backend("ec2").nat_gateways.values() if each.vpc_id == vpc]
    addresses = [str(each["publicIp"]) for gateway in gateways for each in gateway.address_set]
    return addresses[0] if addresses else None
