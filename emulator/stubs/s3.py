"""curl that signs for S3, in a task: with the keys of its role, as ECS hands them out."""

import json
import os
import sys

from .http import ask, connect, take_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

CREDENTIALS = "http://169.254.170.2"
SIGNED = "--aws-sigv4"
KEY_ID = "ASIAEMULATEDTASKROLE"
ACTIONS = {
    "PUT": "s3:PutObject",
    "GET": "s3:GetObject",
    "DELETE": "s3:DeleteObject",
}


def asks_s3(arguments: list[str]) -> bool:
    return SIGNED in arguments or any(each.startswith(CREDENTIALS) for each in arguments)


def run_s3_curl(arguments: list[str]) -> "NoReturn":
    url, options = take_options(arguments)
    if SIGNED not in arguments:
        tell_credentials()
    code, body = send(options.get("-X", "GET"), (url or "").split("amazonaws.com", maxsplit=1)[-1], options)
    sys.stdout.write(body)
    sys.stdout.write(options.get("-w", "").replace("\\n", "\n").replace("%{http_code}", f"{code:03d}"))
    sys.stdout.flush()
    sys.exit(0)


def tell_credentials() -> "NoReturn":
    """A task without a role has no way to them."""
    if "TASK_ROLE" not in os.environ:
        print("curl: (22) The requested URL returned error: 404", file=sys.stderr, flush=True)
        sys.exit(22)
    keys = {"RoleArn": os.environ["TASK_ROLE"], "AccessKeyId": KEY_ID, "SecretAccessKey": "emulated", "Token": "token"}
    print(json.dumps(keys), flush=True)
    sys.exit(0)


def send(method: str, path: str, options: "dict[str, str]") -> "tuple[int, str]":
    """`/BUCKET/KEY`, or `/BUCKET?…` where it is listed."""
    if not options.get("--user", "").startswith(f"{KEY_ID}:"):
        return 403, say_error("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    bucket, _, key = path.lstrip("/").partition("/")
    is_list = "?" in path
    question = {
        "role": os.environ["TASK_ROLE"],
        "action": "s3:ListBucket" if is_list else ACTIONS[method],
        "bucket": bucket.split("?")[0],
        "key": key,
    }
    refused = ask("POST", "/_emulator/task-role", question).get("message")
    return (403, say_error("AccessDenied", refused)) if refused else pass_on(method, path, options)


def pass_on(method: str, path: str, options: "dict[str, str]") -> "tuple[int, str]":
    connection = connect()
    scope = f"{KEY_ID}/20260101/ap-northeast-2/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=emulated"
    connection.request(method, path, options.get("-d"), {"authorization": signed})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def say_error(code: str, message: str) -> str:
    escaped = message.replace('"', "&quot;")
    return f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{escaped}</Message></Error>'
