"""Route 53's change batches: all of one or nothing, and PENDING before INSYNC."""

import copy
import time
from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.route53 import models, responses

from ...account import backend
from ...part import Part, override
from ...settings import Settings
from .records import (
    Key,
    Records,
    make_key,
    make_key_of_stored,
    make_record,
    read_zone,
    simplify_name,
)
from .rules import find_problems

#: {"Action", "ResourceRecordSet"}
Change = dict[str, Any]


class Taken(NamedTuple):
    """A change that was taken."""

    at: float
    #: the record sets of each zone before it
    before: dict[str, list[Any]]


class InvalidChangeBatch(ServiceException):
    code = "InvalidChangeBatch"


class NoSuchChange(ServiceException):
    code = "NoSuchChange"


class Route53(Part):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        #: change id → when it was made, and what was before
        self.changes: dict[str, Taken] = {}

    def install(self) -> None:
        models.create_route53_zone_id = lambda *_, **__: "Z" + make_id()
        override(models.Route53Backend, "change_resource_record_sets", change_record_sets)
        override(responses.Route53, "change_resource_record_sets", self.answer_change)
        override(responses.Route53, "get_change", self.get_change)

    def answer_change(self, original: Any, request: Any) -> Any:
        # lists that nobody changes: `write` makes new ones
        before = {zone.resource_id: zone.rrsets for zone in backend("route53").zones.values()}
        result = original(request)
        change_id = "C" + make_id()
        self.changes[change_id] = Taken(time.time(), before)
        result.result["ChangeInfo"] = self.describe(change_id)
        return result

    def get_change(self, _: Any, request: Any) -> ActionResult:
        change_id = request._get_param("Id").split("/")[-1]
        if change_id not in self.changes:
            raise NoSuchChange(f"Could not find resource with ID: {change_id}")
        return ActionResult({"ChangeInfo": self.describe(change_id)})

    def describe(self, change_id: str) -> dict[str, Any]:
        status = "PENDING" if self.is_pending(self.changes[change_id]) else "INSYNC"
        return {"Id": f"/change/{change_id}", "Status": status, "SubmittedAt": utcnow()}

    def is_pending(self, change: Taken) -> bool:
        return time.time() - change.at <= self.settings["route53_insync_s"]

    def list_versions(self, zone: Any) -> list[list[Any]]:
        """The record sets that one or another of Route 53's servers has of a zone, the newest last."""
        pending = [change for change in self.changes.values() if self.is_pending(change)]
        before = [change.before.get(zone.resource_id) for change in pending]
        return [*filter(None, before), zone.rrsets]


def make_id() -> str:
    return str(mock_random.get_random_hex(20)).upper()


def change_record_sets(_: Any, moto: Any, zoneid: str, change_list: list[Change]) -> None:
    """Atomic: every rule is checked on the outcome before anything is written."""
    zone = moto.get_hosted_zone(zoneid)
    outcome = read_zone(zone)
    problems = [problem for change in change_list if (problem := apply(change, outcome))]
    problems = problems or find_problems(outcome, zone.name)
    if problems:
        raise InvalidChangeBatch("[" + ", ".join(problems) + "]")
    for change in change_list:
        write(change, zone)
    zone.rrsets.sort(key=lambda each: (each.name, each.type or "", each.set_identifier or ""))


def apply(change: Change, records: Records) -> str | None:
    """Changes `records`, or says what stands against it."""
    record_set = change["ResourceRecordSet"]
    key, record = make_key(record_set), make_record(record_set)
    if change["Action"] == "DELETE":
        if key not in records:
            return f"Tried to delete resource record set {describe_key(key)} but it was not found"
        if records[key] != record:
            return (
                f"Tried to delete resource record set {describe_key(key)} "
                "but the values provided do not match the current values"
            )
        del records[key]
        return None
    if change["Action"] == "CREATE" and key in records:
        return f"Tried to create resource record set {describe_key(key)} but it already exists"
    records[key] = record
    return None


def describe_key(key: Key) -> str:
    name, kind, identifier = key
    suffix = f", set identifier={identifier!r}" if identifier else ""
    return f"[name='{name}.', type='{kind}'{suffix}]"


def write(change: Change, zone: Any) -> None:
    record_set = copy.deepcopy(change["ResourceRecordSet"])
    key = make_key(record_set)
    zone.rrsets = [each for each in zone.rrsets if make_key_of_stored(each) != key]
    if change["Action"] != "DELETE":
        record_set["Name"] = simplify_name(record_set["Name"]) + "."
        records = record_set.get("ResourceRecords") or []
        record_set["ResourceRecords"] = [each["Value"] for each in records]
        zone.rrsets.append(models.RecordSet(record_set))
