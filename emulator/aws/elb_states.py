"""In which state load balancers are: AWS, API reference of LoadBalancerState."""

from typing import Any, NamedTuple

from moto.elbv2 import models

from ..part import BadRequestError, Body, Part, Query, Routes, override

#: what AWS has beside `provisioning` and `active`
BROKEN = ("active_impaired", "failed")


class BrokenState(NamedTuple):
    code: str
    reason: str


class BalancerStates(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        #: by name, of load balancers that are still to be made too
        self.broken: dict[str, BrokenState] = {}

    def install(self) -> None:
        override(models.FakeLoadBalancer, "activate", self.activate)
        models.FakeLoadBalancer.load_balancer_state = property(self.describe)

    def activate(self, original: Any, balancer: Any) -> None:
        """One that could not be set up stays so."""
        if self.broken.get(balancer.name, ("",))[0] != "failed":
            original(balancer)

    def describe(self, balancer: Any) -> dict[str, str]:
        broken = self.broken.get(balancer.name)
        if not broken:
            return {"Code": balancer.state}
        # routing comes first: one that is not there yet lacks nothing to scale
        if broken.code == "active_impaired" and balancer.state != "active":
            return {"Code": balancer.state}
        return {"Code": broken.code, "Reason": broken.reason}

    def break_balancer(self, _: Query, body: Body) -> dict[str, BrokenState]:
        state = body.get("state")
        if state is None:
            self.broken.pop(body["name"], None)
        elif state in BROKEN:
            self.broken[body["name"]] = BrokenState(state, body.get("reason", ""))
        else:
            raise BadRequestError(f"state {state} is none of {', '.join(BROKEN)}")
        return self.broken

    def routes(self) -> Routes:
        return {("POST", "/_emulator/elb/break"): self.break_balancer}
