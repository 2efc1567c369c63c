"""ELB: target health over time, load balancers that take a moment, and where a request would go."""

import fnmatch
import ipaddress
import time

from moto.elbv2 import models
from moto.elbv2.exceptions import DuplicateLoadBalancerName

from . import state

#: (target group arn, target id) → when it was registered
SINCE: dict[tuple[str, str], float] = {}
#: targets that leave: (target group arn, target id) → when they are gone
DRAINING: dict[tuple[str, str], float] = {}
UNHEALTHY: set[tuple[str, str]] = set()


def target_state(group, target_id):
    key = (group.arn, target_id)
    if key in DRAINING:
        return "draining"
    if not group.load_balancer_arns:
        return "unused"
    if time.time() - SINCE.get(key, 0) < state.settings["target_initial_s"]:
        return "initial"
    return "unhealthy" if key in UNHEALTHY else "healthy"


REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
    "healthy": (None, None),
}


def counts(group):
    """(healthy, unhealthy) targets of a group."""
    states = [target_state(group, target) for target in group.targets]
    return states.count("healthy"), states.count("unhealthy")


def groups_of(balancer):
    backend = state.backend("elbv2")
    return [group for group in backend.target_groups.values() if balancer.arn in group.load_balancer_arns]


def by_dns(dns):
    return next((b for b in state.backend("elbv2").load_balancers.values() if b.dns_name.lower() == dns.rstrip(".").lower()), None)


def alias_healthy(dns):
    """False when any one target group has no healthy target; AWS, "Evaluate target health" for ELB aliases."""
    balancer = by_dns(dns)
    return bool(balancer) and all(counts(group)[0] > 0 for group in groups_of(balancer))


#: a client on the internet (RFC 5737)
OUTSIDE = "203.0.113.77"


def route(dns, host, path="/", source=OUTSIDE):
    """The target group of the first rule that takes host, path and the client's address; `fixed-503` where the default answers."""
    balancer = by_dns(dns)
    if not balancer:
        return "fixed-503"
    backend = state.backend("elbv2")
    for listener in balancer.listeners.values():
        numbered = [r for r in listener.rules.values() if str(r.priority) != "default"]
        for rule in sorted(numbered, key=lambda r: int(r.priority)):
            def takes(condition):
                if condition["Field"] == "source-ip":
                    return any(ipaddress.ip_address(source) in ipaddress.ip_network(value) for value in condition["SourceIpConfig"]["Values"])
                wanted = condition.get("Values") or condition.get("HostHeaderConfig", {}).get("Values") or condition.get("PathPatternConfig", {}).get("Values") or []
                return any(fnmatch.fnmatch(host if condition["Field"] == "host-header" else path, value) for value in wanted)
            if all(takes(condition) for condition in rule.conditions):
                for action in rule.actions:
                    if action.type == "forward":
                        arn = action.data.get("TargetGroupArn") or action.data["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"]
                        return arn if arn in backend.target_groups else "fixed-503"
    return "fixed-503"


def register(arn, ip, port):
    group = state.backend("elbv2").target_groups.get(arn)
    if group:
        group.register([{"Id": ip, "Port": port}])
        SINCE[(arn, ip)] = time.time()


def deregister(arn, ip):
    if ip in getattr(state.backend("elbv2").target_groups.get(arn), "targets", {}):
        DRAINING[(arn, ip)] = time.time() + state.settings["deregistration_s"]


def install():
    def health_for(self, target, _):
        status = target_state(self, target["Id"]) if target["Id"] in self.targets else "unused"
        reason, text = REASONS[status]
        return models.FakeHealthStatus(target["Id"], target.get("Port") or self.port, self.health_check_port, status, reason, text)

    models.FakeTargetGroup.health_for = health_for
    create, activate = models.ELBv2Backend.create_load_balancer, models.FakeLoadBalancer.activate

    def create_load_balancer(self, name, security_groups, subnet_ids, *args, **kwargs):
        existing = next((b for b in self.load_balancers.values() if b.name == name), None)
        if existing:
            if sorted(existing.security_groups or []) != sorted(security_groups or []):
                raise DuplicateLoadBalancerName()
            return existing
        balancer = create(self, name, security_groups, subnet_ids, *args, **kwargs)
        balancer.born = time.time()
        return balancer

    models.ELBv2Backend.create_load_balancer = create_load_balancer
    models.FakeLoadBalancer.activate = lambda self: activate(self) if time.time() - getattr(self, "born", 0) > state.settings["alb_provisioning_s"] else None


def tick(now):
    for (arn, ip), gone in list(DRAINING.items()):
        if now >= gone:
            group = state.backend("elbv2").target_groups.get(arn)
            if group and ip in group.targets:
                group.deregister([{"Id": ip}])
            DRAINING.pop((arn, ip))
            SINCE.pop((arn, ip), None)


def routes():
    def answer(query, _):
        return {"targetGroup": route(query["balancer"], query["host"], query.get("path", "/"), query.get("source", OUTSIDE)).split("/")[-2:][0]}

    return {("GET", "/_emulator/route"): answer}


def reset():
    SINCE.clear()
    DRAINING.clear()
    UNHEALTHY.clear()
