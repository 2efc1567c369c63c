"""What a call asks for, by botocore's model of the service: the same for every protocol."""

from functools import cache
from typing import Any, NamedTuple

import botocore.session
from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.utils import get_service_model

#: whose answers are JSON, whatever moto makes them of
JSON_PROTOCOLS = ("json", "rest-json", "smithy-rpc-v2-cbor")


class Request(NamedTuple):
    #: as botocore calls it: `elbv2`
    service: str
    action: str
    #: of botocore
    shape: Any
    asked: dict[str, Any]
    is_json: bool


class Paging(NamedTuple):
    #: of what is asked and of what is answered
    token: str
    next_token: str
    #: of what is asked, None: it can't be said
    size: str | None
    key: str


def read_request(response: Any) -> Request | None:
    """What the handler of a call was asked; None where it is of no protocol that has actions in its body."""
    model = get_service_model(response.boto3_service_name)
    action = response._get_action()
    if not action or action not in model.operation_names:
        return None
    operation = model.operation_model(action)
    request = response.normalized_request
    protocol = determine_request_protocol(model, request.content_type)
    if operation.input_shape is None or protocol.startswith("rest-xml"):
        return None
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return Request(response.boto3_service_name, action, operation.input_shape, parsed, protocol in JSON_PROTOCOLS)


def find_paging(service: str, action: str) -> Paging | None:
    """How an action answers with pages, by botocore's paginators; None: it does not, or with several lists."""
    found = load_paginators(service).get(action)
    if not found or not isinstance(found["result_key"], str) or "." in found["result_key"]:
        return None
    return Paging(found["input_token"], found["output_token"], found.get("limit_key"), found["result_key"])


@cache
def load_paginators(service: str) -> dict[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        return dict(loader.load_service_model(service, "paginators-1")["pagination"])
    except UnknownServiceError:
        return {}
