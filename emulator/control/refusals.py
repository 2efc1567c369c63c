"""AWS's own words where it refuses a call, so that the call has no effect."""

import html
from collections.abc import Callable

from .http import HttpAnswer, make_error

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
CALLER = "arn:aws:sts::123456789012:assumed-role/lgtm-migrate/worker"
#: IAM's names where calls are signed for another service, or S3's paths name no action
IAM_SERVICES = {"monitoring": "cloudwatch"}
IAM_NAMES = {
    ("s3", "GetBucketList-Type"): "s3:ListBucket",
    ("s3", "HeadBucket"): "s3:ListBucket",
}
#: how the names of actions begin that change nothing
READS = ("Describe", "Get", "List", "Simulate", "TestDNS")
#: (service, action) → code and sentence while something still holds the thing, or its name
IN_USE = {
    ("ec2", "DeleteSecurityGroup"): (
        "DependencyViolation",
        "resource sg-emulated has a dependent object",
    ),
    ("ecs", "CreateService"): (
        "InvalidParameterException",
        "Unable to Start a service that is still Draining.",
    ),
    ("ecs", "DeleteCluster"): (
        "ClusterContainsTasksException",
        "The Cluster cannot be deleted while Tasks are active.",
    ),
    ("elasticloadbalancing", "DeleteTargetGroup"): (
        "ResourceInUse",
        "Target group is currently in use by a listener or a rule",
    ),
    ("iam", "DeleteRole"): (
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    ),
    ("secretsmanager", "CreateSecret"): (
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),
    ("servicediscovery", "DeleteNamespace"): (
        "ResourceInUse",
        "Namespace has associated services.",
    ),
    ("servicediscovery", "DeleteService"): (
        "ResourceInUse",
        "Service contains registered instances.",
    ),
}


def throttle(service: str, _: str) -> HttpAnswer:
    status = 503 if service in ("ec2", "s3") else 400
    code = THROTTLED.get(service, "ThrottlingException")
    return make_error(service, code, "Rate exceeded", status)


def deny(service: str, action: str) -> HttpAnswer:
    name = IAM_NAMES.get((service, action), f"{IAM_SERVICES.get(service, service)}:{action}")
    message = (
        f"User: {CALLER} is not authorized to perform: {name} on resource: {name_resource(name)} "
        f"because no identity-based policy allows the {name} action"
    )
    code = DENIED.get(service, "AccessDeniedException")
    return make_error(service, code, message, 403)


def name_resource(name: str) -> str:
    """As IAM: of most reads there is none, of a change the ARN of what it would change."""
    service, action = name.split(":")
    if action.startswith(READS):
        return "*"
    return f"arn:aws:{service}:ap-northeast-2:123456789012:emulated/{action}"


def fail(service: str, _: str) -> HttpAnswer:
    return make_error(service, "InternalFailure", "The request processing has failed", 500)


def say_in_use(service: str, action: str) -> HttpAnswer:
    return make_error(service, *IN_USE[service, action], 400)


def repeat_request(service: str, body: bytes) -> HttpAnswer:
    """A refusal that holds what it was asked, as AWS's validation words it."""
    asked = html.escape(body.decode(), quote=False)
    message = f"1 validation error detected: {asked} failed to satisfy constraint"
    return make_error(
        service,
        "ValidationException",
        message,
        400,
    )


#: kind of a rule → what it answers
REFUSALS: dict[str, Callable[[str, str], HttpAnswer]] = {
    "throttle": throttle,
    "deny": deny,
    "500": fail,
    "in-use": say_in_use,
}
