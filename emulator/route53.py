"""Route 53's rules for record sets, its PENDING changes, and what a resolver would answer."""

import copy
import time

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.route53 import models, responses

from . import ec2
from . import elb
from . import state

CHANGES: dict[str, float] = {}


class InvalidChangeBatch(ServiceException):
    code = "InvalidChangeBatch"


def plain(name):
    return name.rstrip(".").lower()


def key_of(record):
    return plain(record["Name"]), record["Type"], record.get("SetIdentifier")


def stored(zone):
    """The zone's records as the API's own dictionaries, in comparable form."""
    return {(plain(r.name), r.type, r.set_identifier): comparable({
        "TTL": r.ttl, "ResourceRecords": [{"Value": v} for v in r.records or []], "Weight": r.weight, "AliasTarget": r.alias_target,
    }) for r in zone.rrsets}


def comparable(record):
    alias = record.get("AliasTarget")
    return {
        "ttl": int(record["TTL"]) if record.get("TTL") is not None else None,
        "values": sorted(v["Value"] if isinstance(v, dict) else v for v in record.get("ResourceRecords") or []),
        "weight": int(record["Weight"]) if record.get("Weight") is not None else None,
        "alias": (alias["HostedZoneId"], plain(alias["DNSName"]), str(alias.get("EvaluateTargetHealth", False)).lower()) if alias else None,
    }


def check(records, zone):
    """Rules of a zone's whole content; AWS, "Choosing between alias and non-alias records", "Weighted routing"."""
    problems = []
    for (name, kind, ident), record in records.items():
        same = [(k, r) for k, r in records.items() if k[0] == name and k[1] == kind]
        if ident is None and len(same) > 1 or (record["weight"] is None) != (ident is None):
            problems.append(f"RRSet with DNS name {name}., type {kind}, SetIdentifier {ident} cannot be created as a non-weighted set exists with the same name and type.")
        if kind == "CNAME" and any(k[0] == name and k[1] != "CNAME" for k in records):
            problems.append(f"RRSet of type CNAME with DNS name {name}. is not permitted as it conflicts with other records with the same DNS name in zone {zone.name}")
        if record["weight"] is not None and not 0 <= record["weight"] <= 255:
            problems.append(f"Invalid weight {record['weight']}: must be between 0 and 255")
        ttls = {r["ttl"] for _, r in same if r["ttl"] is not None}
        if len(ttls) > 1:
            problems.append(f"RRSet with DNS name {name}., type {kind} has TTLs {sorted(ttls)} that differ within the set")
        if record["alias"] and plain(record["alias"][1]).endswith(plain(zone.name)) and not any(k[0] == record["alias"][1] and k[1] == kind for k in records):
            problems.append(f"Tried to create an alias that targets {record['alias'][1]}., type {kind} in zone {zone.name}, but the alias target name does not exist")
        if not record["alias"] and (record["ttl"] is None or not record["values"]):
            problems.append(f"Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] for {name}.")
    return problems


def change_resource_record_sets(self, zoneid, change_list):
    """Atomic: every rule is checked on the outcome before anything is written."""
    zone = self.get_hosted_zone(zoneid)
    after, problems = stored(zone), []
    for change in change_list:
        record, key = change["ResourceRecordSet"], key_of(change["ResourceRecordSet"])
        name = f"[name='{key[0]}.', type='{key[1]}'{', set identifier=' + repr(key[2]) if key[2] else ''}]"
        if change["Action"] == "DELETE":
            if key not in after:
                problems.append(f"Tried to delete resource record set {name} but it was not found")
            elif after[key] != comparable(record):
                problems.append(f"Tried to delete resource record set {name} but the values provided do not match the current values")
            else:
                del after[key]
        elif change["Action"] == "CREATE" and key in after:
            problems.append(f"Tried to create resource record set {name} but it already exists")
        else:
            after[key] = comparable(record)
    problems += [] if problems else check(after, zone)
    if problems:
        raise InvalidChangeBatch("[" + ", ".join(problems) + "]")
    for change in change_list:
        record = copy.deepcopy(change["ResourceRecordSet"])
        zone.rrsets = [r for r in zone.rrsets if (plain(r.name), r.type, r.set_identifier) != key_of(record)]
        if change["Action"] != "DELETE":
            record["Name"] = plain(record["Name"]) + "."
            record["ResourceRecords"] = [v["Value"] for v in record.get("ResourceRecords") or []]
            zone.rrsets.append(models.RecordSet(record))
    zone.rrsets.sort(key=lambda r: (r.name, r.type or "", r.set_identifier or ""))


def insync(change_id):
    return time.time() - CHANGES.get(change_id.split("/")[-1], 0) > state.settings["route53_insync_s"]


def info(change_id):
    return {"Id": f"/change/{change_id}", "Status": "INSYNC" if insync(change_id) else "PENDING", "SubmittedAt": utcnow()}


def resolve(name, depth=0):
    """What resolvers answer now, as shares; weights and target health as AWS describes for weighted records."""
    zone = next((z for z in state.backend("route53").zones.values() if not z.private_zone and plain(name).endswith(plain(z.name))), None)
    if zone is None or depth > 8:
        return []
    found = [r for r in zone.rrsets if plain(r.name) == plain(name) and r.type in ("A", "CNAME")]
    healthy = [r for r in found if not (r.alias_target and str(r.alias_target.get("EvaluateTargetHealth")).lower() == "true"
                                        and ".elb." in r.alias_target["DNSName"] and not elb.alias_healthy(plain(r.alias_target["DNSName"])))]
    weight = lambda r: 1 if r.weight is None else int(r.weight)
    chosen = [r for r in healthy if weight(r) > 0] or healthy or found
    total = sum(weight(r) for r in chosen)
    answers = []
    for record in chosen:
        share = weight(record) / total if total else 1 / len(chosen)
        target = plain(record.alias_target["DNSName"]) if record.alias_target else None
        if target and ".elb." in target:
            answers.append({"share": share, "setIdentifier": record.set_identifier, "kind": "alb", "value": target})
        elif target or record.type == "CNAME":
            inner = resolve(target or record.records[0], depth + 1)
            answers += [{**a, "share": a["share"] * share, "setIdentifier": record.set_identifier or a["setIdentifier"]} for a in inner]
        else:
            answers += [{"share": share / len(record.records), "setIdentifier": record.set_identifier, "kind": "host", "value": ip} for ip in record.records]
    return answers


def install():
    models.create_route53_zone_id = lambda *_, **__: "Z" + mock_random.get_random_hex(20).upper()
    models.Route53Backend.change_resource_record_sets = change_resource_record_sets
    original = responses.Route53.change_resource_record_sets

    def changed(self):
        result = original(self)
        change_id = "C" + mock_random.get_random_hex(20).upper()
        CHANGES[change_id] = time.time()
        result.result["ChangeInfo"] = info(change_id)
        return result

    responses.Route53.change_resource_record_sets = changed
    responses.Route53.get_change = lambda self: ActionResult({"ChangeInfo": info(self._get_param("Id").split("/")[-1])})


def routes():
    return {("GET", "/_emulator/resolve"): lambda query, _: resolve(query["name"])}


def reset():
    CHANGES.clear()
