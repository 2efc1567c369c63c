"""How answers go out over WSGI, AWS's errors among them."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]

XML_SERVICES = {
    "ec2",
    "iam",
    "elasticloadbalancing",
    "sns",
    "route53",
    "s3",
    "sts",
    "autoscaling",
}


class HttpAnswer(NamedTuple):
    status: int
    content_type: str
    text: str


def make_json_answer(value: Any, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, "application/json", json.dumps(value, default=str))


def make_error(service: str, code: str, message: str, status: int) -> HttpAnswer:
    """An error in the form of the service's protocol."""
    if service not in XML_SERVICES:
        text = json.dumps({"__type": code, "message": message})
        return HttpAnswer(status, "application/x-amz-json-1.1", text)
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if service == "s3":
        return HttpAnswer(status, "application/xml", error)
    if service == "ec2":
        text = f"<Response><Errors>{error}</Errors><RequestID>emulated</RequestID></Response>"
    else:
        text = f"<ErrorResponse>{error}<RequestId>emulated</RequestId></ErrorResponse>"
    return HttpAnswer(status, "text/xml", text)


def send(start_response: StartResponse, answer: HttpAnswer) -> list[bytes]:
    data = answer.text.encode()
    word = "OK" if answer.status < 400 else "Error"
    headers = [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(data))),
        ("x-amzn-RequestId", "emulated"),
    ]
    start_response(f"{answer.status} {word}", headers)
    return [data]
