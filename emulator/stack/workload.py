"""Clients of the stack and what CloudWatch shows of them each second; every figure can
be made bad from outside.
"""

import copy
import random
import time
from typing import Any

from ..account import backend
from ..aws.cloudwatch import CloudWatch
from ..aws.ec2 import Ec2
from ..aws.ecs.part import find_running_tasks
from ..aws.elb import METRICS, NETWORK_METRICS, Elb, find_groups, make_dimensions
from ..aws.elb_routing import find_balancer, route
from ..aws.instances import find_by_ip
from ..aws.route53.resolver import Resolver, Share
from ..facts import Facts
from ..part import Body, Part, Query, Routes

#: as README.md lists them: errors as a share, latency and logDelay in s, ingestion in
#: %, requests per s, of a name among `visitors` as many as there
GOOD: dict[str, Any] = {
    "errors": 0.0,
    "latency": 0.3,
    "ingestion": 99.97,
    "logDelay": 2.1,
    "side": "ecs",
    "silent": [],
    "requests": 40,
    "visitors": {},
    "whenWeight": 0,
}
MIGRATION = "LGTM/Migration"
VCPUS = {
    "Service": "Fargate",
    "Type": "Resource",
    "Resource": "vCPU",
    "Class": "Standard/OnDemand",
}
#: what one task uses, as Container Insights says it: CPU units and MB
TASK_CPU, TASK_MEMORY = 180.0, 700.0
#: of what was published before the world began
HISTORY_S, HISTORY_STEP_S = 3540, 30

Dimensions = dict[str, str]


class Workload(Part):
    def __init__(self, facts: Facts, resolver: Resolver, elb: Elb, ec2: Ec2, metrics: CloudWatch) -> None:
        self.facts = facts
        self.resolver = resolver
        self.elb = elb
        self.ec2 = ec2
        self.metrics = metrics
        self.reset()

    def reset(self) -> None:
        self.figures = copy.deepcopy(GOOD)
        self.last_second = 0

    def calculate_ecs_share(self) -> float:
        """Share of the clients that a load balancer gets."""
        if not self.facts.records:
            return 0
        answers = self.resolver.resolve(self.facts.records[0])
        return sum(answer["share"] for answer in answers if answer["kind"] == "alb")

    def tick(self, now: float) -> None:
        second = int(now)
        if second == self.last_second or not self.facts.records:
            return
        self.last_second = second
        is_bad = self.is_bad()
        self.publish_health(second, is_bad)
        self.publish_requests(second, is_bad)
        self.publish_targets(second)
        self.publish_containers(second)

    def is_bad(self) -> bool:
        """Whether the figures that were set show: they belong to a side, from a weight on."""
        share = self.calculate_ecs_share()
        side = self.figures["side"]
        is_ecs_bad = side in ("ecs", "both") and share > 0 and share * 100 >= self.figures["whenWeight"]
        is_host_bad = side in ("host", "both") and share < 1
        return is_ecs_bad or is_host_bad

    def publish_health(self, second: int, is_bad: bool) -> None:
        # smoothed: at a weight of 10 % the bad part of the whole stays visible
        figures = self.figures if is_bad else GOOD
        for metric, value in (
            ("MetricIngestionRate", figures["ingestion"]),
            ("LogDelay", figures["logDelay"]),
        ):
            if metric not in self.figures["silent"]:
                self.metrics.publish(MIGRATION, metric, {}, [value * random.uniform(0.9999, 1.0)], second)

    def publish_requests(self, second: int, is_bad: bool) -> None:
        for name in self.facts.records:
            requests = self.figures["visitors"].get(name, self.figures["requests"])
            for answer in self.resolver.resolve(name):
                count = round(requests * answer["share"])
                if not count:
                    continue
                if answer["kind"] == "host":
                    self.publish_host(second, answer, count)
                else:
                    self.publish_balancer(second, answer, name, count, is_bad)

    def publish_host(self, second: int, answer: Share, count: int) -> None:
        instance = find_by_ip(answer["value"])
        if instance and self.ec2.is_host_serving(answer["value"]):
            dimensions = {"InstanceId": instance.id}
            self.metrics.publish("LGTM/Host", "RequestCount", dimensions, [1.0] * count, second)

    def publish_balancer(self, second: int, answer: Share, name: str, count: int, is_bad: bool) -> None:
        balancer = find_balancer(answer["value"])
        if not balancer:
            return
        whole = make_dimensions(balancer)
        group = backend("elbv2").target_groups.get(route(answer["value"], name))
        if group is None or self.elb.count_healthy(group) == 0:
            # RequestCount has only requests for which the balancer could choose a target
            for metric in ("HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_503_Count"):
                self.metrics.publish(METRICS, metric, whole, [1.0] * count, second)
            return
        for dimensions in (whole, make_dimensions(balancer, group)):
            self.publish_answers(second, dimensions, count, is_bad)

    def publish_answers(self, second: int, dimensions: Dimensions, count: int, is_bad: bool) -> None:
        figures = self.figures if is_bad else GOOD
        errors = round(count * figures["errors"])
        times = [figures["latency"] * random.uniform(0.6, 1.3) for _ in range(count)]
        self.metrics.publish(METRICS, "RequestCount", dimensions, [1.0] * count, second)
        self.metrics.publish(METRICS, "TargetResponseTime", dimensions, times, second)
        if errors:
            self.metrics.publish(METRICS, "HTTPCode_Target_5XX_Count", dimensions, [1.0] * errors, second)

    def publish_targets(self, second: int) -> None:
        for balancer in backend("elbv2").load_balancers.values():
            for group in find_groups(balancer):
                dimensions = make_dimensions(balancer, group)
                metrics = NETWORK_METRICS if balancer.type == "network" else METRICS
                states = [self.elb.read_state(group, target) for target in group.targets]
                for metric, state in (("HealthyHostCount", "healthy"), ("UnHealthyHostCount", "unhealthy")):
                    self.metrics.publish(metrics, metric, dimensions, [float(states.count(state))], second)

    def publish_containers(self, second: int) -> None:
        vcpus = sum(int(task.definition.cpu) for task in find_running_tasks()) / 1024
        self.metrics.publish("AWS/Usage", "ResourceCount", VCPUS, [vcpus], second)
        for service in backend("ecs").services.values():
            if service.status != "ACTIVE" or not has_insights(service.cluster_name):
                continue
            dimensions = {"ClusterName": service.cluster_name, "ServiceName": service.name}
            values = {
                "RunningTaskCount": service.running_count,
                "DesiredTaskCount": service.desired_count,
                "CpuUtilized": TASK_CPU * service.running_count,
                "MemoryUtilized": TASK_MEMORY * service.running_count,
            }
            for metric, value in values.items():
                self.metrics.publish("ECS/ContainerInsights", metric, dimensions, [float(value)], second)

    def publish_history(self) -> None:
        """An hour of what was published before the world began."""
        now = time.time()
        for ago in range(HISTORY_S, 0, -HISTORY_STEP_S):
            self.metrics.publish(MIGRATION, "MetricIngestionRate", {}, [GOOD["ingestion"]], now - ago)
            self.metrics.publish(MIGRATION, "LogDelay", {}, [GOOD["logDelay"]], now - ago)
            self.metrics.publish("AWS/Usage", "ResourceCount", VCPUS, [0.0], now - ago)

    def change(self, _: Query, body: Body) -> dict[str, Any]:
        self.figures.update(body)
        return self.figures

    def restore(self, *_: object) -> dict[str, Any]:
        self.figures = copy.deepcopy(GOOD)
        return self.figures

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/workload"): lambda *_: self.figures,
            ("POST", "/_emulator/workload"): self.change,
            ("DELETE", "/_emulator/workload"): self.restore,
        }


def has_insights(cluster: str) -> bool:
    """Whether a cluster's tasks are counted: it is off unless asked for. AWS, API reference of ClusterSetting."""
    settings = backend("ecs").clusters[cluster].settings
    return any(each["name"] == "containerInsights" and each["value"] in ("enabled", "enhanced") for each in settings)
