"""IAM's policy simulator: everything is allowed but what a rule of the emulator denies, always or from now on."""

from moto.core.responses import ActionResult
from moto.iam import models, responses

from . import control

#: IAM's prefix of a service where it is not the one that signs its calls
SIGNED_AS = {"cloudwatch": "monitoring"}


def decision(action):
    service, verb = action.split(":")
    denied = any(r["kind"] == "deny" and r["service"] == SIGNED_AS.get(service, service) and r["action"] in ("*", verb) for r in control.RULES)
    return "implicitDeny" if denied else "allowed"


def install():
    def simulate_principal_policy(self):
        actions = self._get_param("ActionNames") or self._get_multi_param("ActionNames.member")
        return ActionResult({"EvaluationResults": [{"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision(action)} for action in actions], "IsTruncated": False})

    responses.IamResponse.simulate_principal_policy = simulate_principal_policy
    # moto looks a key's account up in every partition, and reads AWS's thousand policies for each; ours is `aws`
    read = models.IAMBackend._init_aws_policies
    models.IAMBackend._init_aws_policies = lambda self: read(self) if self.region_name == "aws" else []
