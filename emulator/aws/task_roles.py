"""What S3 lets a task do: by its role's policies, the bucket's, and the key that encrypts it."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from ..account import backend
from ..part import Body, Part, Query, Routes

#: what writing and reading ask of the key of a bucket that has one of its own
KEY_ACTIONS = {
    "s3:PutObject": "kms:GenerateDataKey",
    "s3:GetObject": "kms:Decrypt",
}


class TaskRoles(Part):
    """Deny goes before allow; conditions are not read, and a statement that has some counts for nothing."""

    def judge(self, _: Query, body: Body) -> dict[str, str]:
        """`{role, action, bucket, key}` → `{message}` where it is refused."""
        role, action = body["role"].split("/")[-1], body["action"]
        bucket = backend("s3").buckets[body["bucket"]]
        of_bucket = f"arn:aws:s3:::{bucket.name}"
        resource = of_bucket if action == "s3:ListBucket" else f"{of_bucket}/{body['key']}"
        statements = list(list_statements(role))
        if is_named("Deny", read_policy(bucket.policy), action, resource):
            return refuse(role, action, f'"{resource}"', "with an explicit deny in a resource-based policy")
        if not is_allowed(statements, action, resource):
            return refuse(role, action, f'"{resource}"', f"because no identity-based policy allows the {action} action")
        key, wanted = find_key(bucket), KEY_ACTIONS.get(action)
        if key and wanted and not is_allowed(statements, wanted, key):
            return refuse(role, wanted, key, f"because no identity-based policy allows the {wanted} action")
        return {}

    def routes(self) -> Routes:
        return {("POST", "/_emulator/task-role"): self.judge}


def refuse(role: str, action: str, resource: str, why: str) -> dict[str, str]:
    user = f"arn:aws:sts::123456789012:assumed-role/{role}/task"
    return {"message": f"User: {user} is not authorized to perform: {action} on resource: {resource} {why}"}


def list_statements(name: str) -> Iterator[dict[str, Any]]:
    role = next(each for each in backend("iam").roles.values() if each.name == name)
    for document in role.policies.values():
        yield from read_policy(document)
    for policy in role.managed_policies.values():
        yield from read_policy(policy.document)


def read_policy(document: Any) -> list[dict[str, Any]]:
    if not document:
        return []
    statements = json.loads(document)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def is_allowed(statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    is_denied = is_named("Deny", statements, action, resource)
    return not is_denied and is_named("Allow", statements, action, resource)


def is_named(effect: str, statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    return any(
        each["Effect"] == effect
        and "Condition" not in each
        and matches(each.get("Action"), action)
        and matches(each.get("Resource"), resource)
        for each in statements
    )


def matches(patterns: Any, value: str) -> bool:
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(fnmatchcase(value, str(pattern)) for pattern in listed)


def find_key(bucket: Any) -> str:
    """The ARN of the KMS key that the bucket encrypts with; nothing where AWS's own does."""
    rule = (bucket.encryption or {}).get("Rule") or {}
    return str((rule.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID", ""))
