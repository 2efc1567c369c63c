"""What the dump has of load balancers."""

from typing import Any

from ..account import backend
from .describe import Described, describe

#: of a target group: tasks by their addresses
TARGETS = ("targets", "deregistered_targets", "terminated_targets")


def dump_load_balancers() -> Described:
    elb = backend("elbv2")
    return {
        "loadBalancers": {each.name: dump_balancer(each) for each in elb.load_balancers.values()},
        "targetGroups": {each.name: dump_group(each) for each in elb.target_groups.values()},
    }


def tags_of(thing: Any) -> dict[str, str]:
    tagger = backend("elbv2").tagging_service
    return dict(sorted(tagger.get_tag_dict_for_resource(thing.arn).items()))


def dump_balancer(balancer: Any) -> Described:
    listeners = balancer.listeners.values()
    return {
        **describe(balancer, "created_time", "state"),
        "subnets": [subnet.id for subnet in balancer.subnets],
        "tags": tags_of(balancer),
        "listeners": {str(listener.port): dump_listener(listener) for listener in listeners},
    }


def dump_listener(listener: Any) -> Described:
    return {
        **describe(listener),
        "tags": tags_of(listener),
        "default_actions": [action.data for action in listener.default_actions],
        "rules": {str(rule.priority): dump_rule(rule) for rule in listener.rules.values()},
    }


def dump_rule(rule: Any) -> Described:
    return {
        **describe(rule),
        "tags": tags_of(rule),
        "actions": [action.data for action in rule.actions],
    }


def dump_group(group: Any) -> Described:
    return {
        **describe(group, *TARGETS),
        "load_balancer_arns": sorted(set(group.load_balancer_arns)),
        "targets": len(group.targets),
        "tags": tags_of(group),
    }
