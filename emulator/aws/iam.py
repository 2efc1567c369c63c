"""IAM's policy simulator: everything is allowed but what a rule of the emulator denies, always or from now on."""

from typing import Any

from moto.core.responses import ActionResult
from moto.iam import models, responses

from ..control.rules import Rules
from ..part import Part, override

#: IAM's prefix of a service where it is not the one that signs its calls
SIGNED_AS = {"cloudwatch": "monitoring"}


class Iam(Part):
    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def install(self) -> None:
        override(responses.IamResponse, "simulate_principal_policy", self.simulate)
        override(models.IAMBackend, "_init_aws_policies", read_policies)

    def simulate(self, _: Any, request: Any) -> ActionResult:
        actions = request._get_param("ActionNames") or request._get_multi_param("ActionNames.member")
        results = [self.evaluate(action) for action in actions]
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})

    def evaluate(self, action: str) -> dict[str, str]:
        service, verb = action.split(":")
        is_denied = self.rules.is_denied(SIGNED_AS.get(service, service), verb)
        decision = "implicitDeny" if is_denied else "allowed"
        return {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision}


def read_policies(original: Any, moto: Any) -> Any:
    """moto looks a key's account up in every partition, and reads AWS's thousand policies for each; ours is `aws`."""
    return original(moto) if moto.region_name == "aws" else []
