"""Pages: whoever asks for a list that is longer than a page gets a part of it, in no order.

AWS, "Pagination" of each API. EC2 takes no size of a page beside ids: what is asked for by ids or names comes whole.
"""

import json
import random
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from ..part import Part, override
from ..settings import Settings
from .requests import Paging, Request, find_paging, read_request

#: in an order that AWS promises
ORDERED = {"ListTaskDefinitions", "DescribeLogStreams", "GetMetricData", "DescribeScalingActivities"}
#: ends of the names of parameters that say which things are meant
NAMING = ("ids", "arns", "names", "publicips", "instancetypes")


class InvalidToken(ServiceException):
    code = "InvalidNextToken"
    message = "The specified token is invalid"


class Pages(Part):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        #: token → what is left of its list
        self.rests: dict[str, list[Any]] = {}

    def install(self) -> None:
        override(BaseResponse, "call_action", self.answer)
        override(BaseResponse, "serialized", self.serialize)

    def answer(self, original: Any, response: Any) -> Any:
        request = read_request(response)
        paging = find_paging(request.service, request.action) if request else None
        if not request or not paging or is_about_named(request):
            return original(response)
        if token := request.asked.get(paging.token):
            return self.answer_next(response, request, paging, token)
        status, headers, body = original(response)
        if request.is_json and status == 200 and isinstance(body, str):
            body = json.dumps(self.cut(json.loads(body), request, paging))
        return status, headers, body

    def answer_next(self, response: Any, request: Request, paging: Paging, token: str) -> Any:
        rest = self.rests.get(token)
        if rest is None:
            return response.serialized(ActionResult(InvalidToken()))
        result = self.make_page(rest, request, paging)
        if request.is_json:
            return 200, response.response_headers, json.dumps(result)
        # serialized as it would be by the action itself: nothing of it is left to cut
        return response.serialized(ActionResult(result))

    def serialize(self, original: Any, response: Any, action_result: Any) -> Any:
        """Of the services that answer with XML the list is cut before it is written down."""
        request = read_request(response) if isinstance(action_result.result, dict) else None
        paging = find_paging(request.service, request.action) if request else None
        is_first = request and paging and not is_about_named(request) and not request.asked.get(paging.token)
        if request and paging and is_first and not request.is_json:
            action_result = ActionResult(self.cut(action_result.result, request, paging))
        return original(response, action_result)

    def cut(self, result: dict[str, Any], request: Request, paging: Paging) -> dict[str, Any]:
        """The first page; what moto has paged itself stays as it is."""
        if result.get(paging.next_token) or paging.key not in result:
            return result
        items = list(result[paging.key] or ())
        if request.action not in ORDERED and len(items) > self.settings["page_size"]:
            random.shuffle(items)
        return {**result, **self.make_page(items, request, paging)}

    def make_page(self, items: list[Any], request: Request, paging: Paging) -> dict[str, Any]:
        asked = request.asked.get(paging.size) if paging.size else None
        size = min(int(asked or self.settings["page_size"]), int(self.settings["page_size"]))
        page: dict[str, Any] = {paging.key: items[:size]}
        if items[size:]:
            token = f"page-{len(self.rests) + 1}"
            self.rests[token] = items[size:]
            page[paging.next_token] = token
        return page


def is_about_named(request: Request) -> bool:
    """Whether it names what it asks for."""
    return any(
        isinstance(value, list) and value and name.lower().endswith(NAMING) for name, value in request.asked.items()
    )
