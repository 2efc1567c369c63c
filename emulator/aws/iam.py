"""IAM's policy simulator: everything is allowed but what a rule of the emulator denies."""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam import models, responses
from moto.iam.exceptions import InvalidInput

from ..control.rules import Rules
from ..part import Part, override

#: names of AWS's managed policies that are there begin so
POLICIES = "AmazonECS"
#: IAM's prefix of a service where it is not the one that signs its calls
SIGNED_AS = {"cloudwatch": "monitoring"}


class Iam(Part):
    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def install(self) -> None:
        override(responses.IamResponse, "simulate_principal_policy", self.simulate)
        keep_policies()

    def simulate(self, _: Any, request: Any) -> ActionResult:
        actions = request._get_param("ActionNames")
        actions = actions or request._get_multi_param("ActionNames.member")
        refuse_mixed(actions)
        results = [self.evaluate(action) for action in actions]
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})

    def evaluate(self, action: str) -> dict[str, str]:
        service, verb = action.split(":")
        is_denied = self.rules.is_denied(SIGNED_AS.get(service, service), verb)
        decision = "implicitDeny" if is_denied else "allowed"
        return {
            "EvalActionName": action,
            "EvalResourceName": "*",
            "EvalDecision": decision,
        }


def refuse_mixed(actions: list[str]) -> None:
    """AWS judges some actions only in calls of their own and says of none which: creations, here."""
    creations = [action for action in actions if ":Create" in action]
    others = [action for action in actions if action not in creations]
    if creations and others:
        sides = f"[{','.join(creations)}] and [{','.join(others)}]"
        raise InvalidInput(f"Invalid Input Actions: {sides} require different authorization information")


def keep_policies() -> None:
    """AWS's policies for ECS alone: moto makes its thousand in each partition and world."""
    policies = json.loads(models.aws_managed_policies_data)
    kept = {name: policy for name, policy in policies.items() if name.startswith(POLICIES)}
    models.aws_managed_policies_data = json.dumps(kept)
