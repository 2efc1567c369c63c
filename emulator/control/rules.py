"""Rules that break calls: what the next calls of a service and action are answered instead."""

from collections.abc import Callable
from typing import Any

from ..part import Body, Part, Query, Routes
from .http import HttpAnswer, make_error

#: service, action, times (None: always), kind, delay_s; README.md lists the kinds
Rule = dict[str, Any]

THROTTLED = {
    "ec2": "RequestLimitExceeded",
    "s3": "SlowDown",
    "route53": "Throttling",
    "iam": "Throttling",
    "elasticloadbalancing": "Throttling",
}
DENIED = {
    "ec2": "UnauthorizedOperation",
    "s3": "AccessDenied",
    "route53": "AccessDenied",
    "iam": "AccessDenied",
    "elasticloadbalancing": "AccessDenied",
    "sts": "AccessDenied",
}


class Rules(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.rules: list[Rule] = []

    def take(self, service: str, action: str) -> Rule | None:
        """The first rule for a call, which counts the call."""
        for rule in self.rules:
            if rule["times"] == 0 or not applies(rule, service, action):
                continue
            if rule["times"] is not None:
                rule["times"] -= 1
            return rule
        return None

    def is_denied(self, service: str, action: str) -> bool:
        return any(rule["kind"] == "deny" and applies(rule, service, action) for rule in self.rules)

    def add(self, _: Query, body: Body) -> Rule:
        rule = {"action": "*", "times": None, "delay_s": 0, **body}
        self.rules.append(rule)
        return rule

    def clear(self, *_: object) -> list[Rule]:
        self.rules.clear()
        return self.rules

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/rules"): lambda *_: self.rules,
            ("POST", "/_emulator/rules"): self.add,
            ("DELETE", "/_emulator/rules"): self.clear,
        }


def applies(rule: Rule, service: str, action: str) -> bool:
    return rule["service"] == service and rule["action"] in ("*", action)


def throttle(service: str, _: str) -> HttpAnswer:
    status = 503 if service in ("ec2", "s3") else 400
    code = THROTTLED.get(service, "ThrottlingException")
    return make_error(service, code, "Rate exceeded", status)


def deny(service: str, action: str) -> HttpAnswer:
    message = f"User is not authorized to perform: {service}:{action}"
    code = DENIED.get(service, "AccessDeniedException")
    return make_error(service, code, message, 403)


def fail(service: str, _: str) -> HttpAnswer:
    return make_error(service, "InternalFailure", "The request processing has failed", 500)


#: kinds that answer a call before it has any effect
REFUSALS: dict[str, Callable[[str, str], HttpAnswer]] = {
    "throttle": throttle,
    "deny": deny,
    "500": fail,
}
