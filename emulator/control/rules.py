"""Rules that break calls: what the calls of a service and action meet before, at or after their effect."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

from ..account import LOCK
from ..part import BadRequestError, Body, Part, Query, Routes
from .refusals import IN_USE, REFUSALS

#: kinds that let a call have its effect, none and no answer, or one that depends on the call
OTHER_KINDS = {
    "echo",
    "drop",
    "drop-after",
    "500-after",
    "delay",
    "late",
    "stale",
}
KINDS = sorted({*REFUSALS, *OTHER_KINDS})
#: kinds that are nothing without a time
TIMED = {"delay", "late"}


@dataclass
class Rule:
    service: str
    kind: str
    action: str = "*"
    #: calls that it meets, None: all
    times: int | None = None
    #: calls of one action that it meets, None: all
    each: int | None = None
    #: calls that it lets pass before the first that it meets
    skip: int = 0
    delay_s: float = 0
    #: of a stale read: which change is not shown yet, and for how many reads at most
    after: str = "*"
    reads: int | None = None
    #: whether the policy simulator does not know of it, as of a policy outside the account
    unseen: bool = False
    #: `service:action` → calls that it has met
    met: dict[str, int] = field(default_factory=dict)
    #: how many it has let pass
    passed: int = 0

    def names(self, service: str, action: str) -> bool:
        return self.service in ("*", service) and self.action in ("*", action)

    def is_open_to(self, service: str, action: str) -> bool:
        """Whether it has not met as many calls as it may."""
        if self.times is not None and sum(self.met.values()) >= self.times:
            return False
        return self.each is None or self.met.get(f"{service}:{action}", 0) < self.each

    def breaks(self, service: str, action: str) -> bool:
        is_possible = self.kind != "in-use" or (service, action) in IN_USE
        return is_possible and self.names(service, action) and self.is_open_to(service, action)

    def lets_pass(self) -> bool:
        """Whether a call that it would break is one of those before; it counts the call."""
        if self.passed >= self.skip:
            return False
        self.passed += 1
        return True

    def count(self, service: str, action: str) -> None:
        name = f"{service}:{action}"
        self.met[name] = self.met.get(name, 0) + 1


class Faults(NamedTuple):
    """What a call meets: the sum of all latencies, and one fault."""

    latency_s: float
    rule: Rule | None

    @property
    def kind(self) -> str:
        return self.rule.kind if self.rule else ""


class Rules(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.rules: list[Rule] = []

    def take(self, service: str, action: str) -> Faults:
        """Every latency of a call and the first other rule for it; each counts the call."""
        with LOCK:
            meant = [rule for rule in self.rules if rule.kind != "stale" and rule.breaks(service, action)]
            found = [rule for rule in meant if not rule.lets_pass()]
            latencies = [rule for rule in found if rule.kind == "delay"]
            others = [rule for rule in found if rule.kind != "delay"]
            for rule in (*latencies, *others[:1]):
                rule.count(service, action)
            return Faults(sum(rule.delay_s for rule in latencies), others[0] if others else None)

    def find_stale(self) -> Iterator[Rule]:
        return (rule for rule in self.rules if rule.kind == "stale")

    def is_denied(self, service: str, action: str) -> bool:
        """What the policy simulator says, which counts nothing."""
        denials = [rule for rule in self.rules if rule.kind == "deny" and not rule.unseen]
        return any(rule.breaks(service, action) for rule in denials)

    def add(self, _: Query, body: Body) -> dict[str, Any]:
        rule = make_rule(body)
        self.rules.append(rule)
        return asdict(rule)

    def list_all(self, *_: object) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]

    def clear(self, *_: object) -> list[Rule]:
        self.rules.clear()
        return self.rules

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/rules"): self.list_all,
            ("POST", "/_emulator/rules"): self.add,
            ("DELETE", "/_emulator/rules"): self.clear,
        }


def make_rule(body: Body) -> Rule:
    """Raises BadRequestError where a rule would break nothing."""
    keys = {each.name for each in fields(Rule)} - {"met", "passed"}
    if unknown := set(body) - keys:
        raise BadRequestError(f"a rule has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(keys))}")
    if body.get("kind") not in KINDS:
        raise BadRequestError(f"kind is {body.get('kind')!r}; take one of {', '.join(KINDS)}")
    if "service" not in body:
        raise BadRequestError("a rule names its service as calls are signed for it, or *")
    rule = Rule(**body)
    if rule.kind in TIMED and not rule.delay_s:
        raise BadRequestError(f"{rule.kind} needs delay_s, in seconds")
    if rule.kind == "stale" and not rule.delay_s and not rule.reads:
        raise BadRequestError("stale needs delay_s, in seconds, or reads, a number of them")
    return rule
