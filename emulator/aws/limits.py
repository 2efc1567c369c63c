"""How long what is sent may be.

Botocore's models say it of most, AWS's references of the rest; moto asks for little.
"""

from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from ..part import Part, override
from .requests import read_request

#: by service, action and parameter. AWS, API references: CreateService, RunTask, CreateCluster,
#: RegisterTaskDefinition of ECS; CreateLoadBalancer, CreateTargetGroup of Elastic Load Balancing;
#: CreateSecurityGroup, CreateTags of EC2
LONGEST = {
    ("ecs", "CreateService", "clientToken"): 36,
    ("ecs", "CreateService", "serviceName"): 255,
    ("ecs", "RunTask", "clientToken"): 64,
    ("ecs", "RunTask", "startedBy"): 128,
    ("ecs", "RunTask", "group"): 255,
    ("ecs", "CreateCluster", "clusterName"): 255,
    ("ecs", "RegisterTaskDefinition", "family"): 255,
    ("elbv2", "CreateLoadBalancer", "Name"): 32,
    ("elbv2", "CreateTargetGroup", "Name"): 32,
    ("ec2", "CreateSecurityGroup", "GroupName"): 255,
    ("ec2", "CreateSecurityGroup", "Description"): 255,
}
#: of all tags. AWS, "Tag your resources": 128 and 256 characters
LONGEST_TAG = {"Key": 128, "key": 128, "Value": 256, "value": 256}
#: what AWS calls it where it refuses a parameter
CODES = {"ecs": "InvalidParameterException", "ec2": "InvalidParameterValue", "servicediscovery": "InvalidInput"}


class TooLong(ServiceException):
    pass


class Limits(Part):
    def install(self) -> None:
        override(BaseResponse, "call_action", check)


def check(original: Any, response: Any) -> Any:
    request = read_request(response)
    too_long = next(find_too_long(request.shape, request.asked, ""), None) if request else None
    named = find_named(request.service, request.action, request.asked) if request else None
    problem = too_long or named
    if not request or not problem:
        return original(response)
    error = TooLong(problem)
    error.code = CODES.get(request.service, "ValidationError")
    return response.serialized(ActionResult(error))


def find_named(service: str, action: str, asked: dict[str, Any]) -> str | None:
    for name, value in asked.items():
        longest = LONGEST.get((service, action, name))
        if longest is not None and len(value) > longest:
            return tell(name, value, longest)
    return None


def find_too_long(shape: Any, value: Any, path: str) -> Iterator[str]:
    """What is longer than its shape allows, each in AWS's words."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, part in value.items():
            if name in shape.members:
                yield from find_too_long_part(shape.members[name], part, f"{path}.{name}".lstrip("."), name)
    elif shape.type_name == "list" and isinstance(value, list):
        for part in value:
            yield from find_too_long(shape.member, part, f"{path}.member")
    elif shape.type_name == "string" and isinstance(value, str):
        longest = shape.metadata.get("max")
        if longest is not None and len(value) > longest:
            yield tell(path, value, longest)


def find_too_long_part(shape: Any, value: Any, path: str, name: str) -> Iterator[str]:
    longest = LONGEST_TAG.get(name) if ".member." in f".{path}" and "ag" in path else None
    if longest is not None and isinstance(value, str) and len(value) > longest:
        yield tell(path, value, longest)
    yield from find_too_long(shape, value, path)


def tell(path: str, value: str, longest: int) -> str:
    return (
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {longest}"
    )
