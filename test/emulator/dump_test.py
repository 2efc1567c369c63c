"""Whether the dump of an account shows each attribute of what it holds."""

from __future__ import annotations

import json
import threading
import unittest
from collections.abc import Iterable, Iterator
from typing import Any
from unittest import mock

from emulator.environment import prepare

prepare()  # before anything of moto is imported

from werkzeug.serving import make_server  # noqa: E402

from emulator.emulator import Emulator  # noqa: E402
from emulator.server import Handler  # noqa: E402
from emulator.world.clients import Clients  # noqa: E402
from emulator.world.describe import NOT_COMPARED, TIMES, describe  # noqa: E402
from emulator.world.dump import VALUES, Dump  # noqa: E402
from emulator.world.dump_ecs import COUNTS  # noqa: E402

#: the modules that describe things
DESCRIBING = ("describe", "dump", "dump_ecs", "dump_elb")

#: what the dump does not show, each with the reason
LEFT_OUT = {
    **dict.fromkeys(VALUES, "the value of a secret is never told"),
    **dict.fromkeys(COUNTS, "moto raises it and never lowers it"),
    "_private_ips": "addresses are named by what they are of",
    "_reason": "a time stands in it",
    "acl": "no call of the product's sets one",
    "asked": "how a service came to be what it is",
    "delegation_set": "a zone has it from its start",
    "deregistered_targets": "tasks by their addresses",
    "ec2_backend": "where it is kept",
    "events": "what happened, and when",
    "filters": "names of questions",
    "group_id": "an id",
    "instances_revision": "it rises with each task that comes and goes",
    "is_steady": "how a service came to be what it is",
    "nics": "addresses are named by what they are of",
    "_placement": "a host has it from its start",
    "scanning_config": "image_scanning_configuration says it",
    "streams": "what tasks have said",
    "tasks": "they come and go, and are counted",
    "terminated_targets": "tasks by their addresses",
}

#: what the dump has as things of their own, or in words of its own: `dump.test.ts` changes them
OF_ITS_OWN = {
    "_default_rule",
    "_non_default_rules",
    "_state",
    "actions",
    "block_device_mapping",
    "default_actions",
    "deployments",
    "egress_rules",
    "images",
    "ingress_rules",
    "keys",
    "listeners",
    "managed_policies",
    "metadata_options",
    "rrsets",
    "security_groups",
    "state_reason",
    "subnets",
    "tags",
}


class DumpTest(unittest.TestCase):
    """An account in this process, where an attribute can be changed for which AWS has no call."""

    def setUp(self) -> None:
        emulator = Emulator()
        server = make_server("127.0.0.1", 0, emulator.make_app(), threaded=True, request_handler=Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        emulator.endpoints.aws = f"http://127.0.0.1:{server.server_port}"
        emulator.build_world("adopted", "cname")
        furnish(emulator.parts.builder.clients)
        self.dump = next(part for part in emulator.parts.all if isinstance(part, Dump))

    def test_each_attribute_of_each_thing_is_seen_when_it_changes(self) -> None:
        things = self.find_described()
        attributes = list(list_attributes(things))
        unseen = {f"{type(thing).__name__}.{name}" for thing, name in attributes if not self.is_seen(thing, name)}
        self.assertEqual(unseen, set())
        self.assertGreater(len(attributes), 300)
        names = {name for thing in things for name in vars(thing)}
        self.assertEqual({*LEFT_OUT, *OF_ITS_OWN} - names, set())

    def is_seen(self, thing: Any, name: str) -> bool:
        before = self.write()
        with mock.patch.object(thing, name, change(getattr(thing, name))):
            return self.write() != before

    def write(self) -> str:
        return json.dumps(self.dump.make(), sort_keys=True)

    def find_described(self) -> Iterable[Any]:
        found: dict[int, Any] = {}

        def describe_and_keep(thing: Any, *left_out: str) -> Any:
            found[id(thing)] = thing
            return describe(thing, *left_out)

        for module in DESCRIBING:
            patch = mock.patch(f"emulator.world.{module}.describe", describe_and_keep)
            patch.start()
            self.addCleanup(patch.stop)
        self.dump.make()
        return found.values()


def furnish(clients: Clients) -> None:
    """What a migration makes and the world has not."""
    container = {"name": "loki", "image": "grafana/loki:3.7.8", "memory": 512}
    clients.get("logs").create_log_group(logGroupName="/ecs/loki")
    ecs = clients.get("ecs")
    ecs.register_task_definition(family="loki", containerDefinitions=[container])
    ecs.create_service(cluster="lgtm-cluster", serviceName="loki", taskDefinition="loki", desiredCount=1)
    ec2 = clients.get("ec2")
    [reservation] = ec2.describe_instances()["Reservations"]
    ec2.create_image(InstanceId=reservation["Instances"][0]["InstanceId"], Name="lgtm-backup")


def list_attributes(things: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Those that must be seen: all but ids, times and what has its reason above."""
    for thing in things:
        for name in vars(thing):
            if name not in NOT_COMPARED and not TIMES.search(name) and not has_reason(thing, name):
                yield thing, name


def has_reason(thing: Any, name: str) -> bool:
    """A load balancer becomes active by itself; the state of whatever else is compared."""
    is_balancer = type(thing).__name__ == "FakeLoadBalancer"
    return name in LEFT_OUT or name in OF_ITS_OWN or (is_balancer and name == "state")


def change(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, dict):
        return {**value, "another": "-"}
    if isinstance(value, (list, tuple)):
        return [*value, "-"]
    return b"-" if isinstance(value, bytes) else f"{value}-"
