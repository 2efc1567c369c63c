"""Clients of the stack and what CloudWatch would show of them, each second; every figure can be made bad from outside."""

import random
import time

from . import cloudwatch
from . import ec2
from . import elb
from . import route53
from . import state
from . import worlds

GOOD = {"errors": 0.0, "latency": 0.3, "ingestion": 99.97, "logDelay": 2.1, "side": "ecs", "silent": [], "requests": 40, "whenWeight": 0}
now_is: dict = dict(GOOD)
last = {"second": 0}


def ecs_share():
    answers = route53.resolve(worlds.facts["records"][0]) if worlds.facts.get("records") else []
    return sum(a["share"] for a in answers if a["kind"] == "alb")


def tick(now):
    second = int(now)
    if second == last["second"] or not worlds.facts.get("records"):
        return
    last["second"] = second
    share = ecs_share()
    bad = now_is["side"] in ("ecs", "both") and share > 0 and share * 100 >= now_is["whenWeight"] or now_is["side"] in ("host", "both") and share < 1
    # smoothed: at a weight of 10 % the bad part of the whole stays visible
    ingestion, delay = (now_is["ingestion"], now_is["logDelay"]) if bad else (GOOD["ingestion"], GOOD["logDelay"])
    for metric, value in (("MetricIngestionRate", ingestion), ("LogDelay", delay)):
        if metric not in now_is["silent"]:
            cloudwatch.publish("LGTM/Migration", metric, {}, [value * random.uniform(0.9999, 1.0)], second)
    load_balancers(second, bad)
    containers(second)


def load_balancers(second, bad):
    for name in worlds.facts["records"]:
        for answer in route53.resolve(name):
            count = round(now_is["requests"] * answer["share"])
            if answer["kind"] == "host":
                instance = ec2.by_ip(answer["value"])
                if instance and count and ec2.host_serving(answer["value"]):
                    cloudwatch.publish("LGTM/Host", "RequestCount", {"InstanceId": instance.id}, [1.0] * count, second)
            elif count:
                balancer = elb.by_dns(answer["value"])
                if balancer:
                    requests(second, balancer, elb.route(answer["value"], name), count, bad)
    for balancer in state.backend("elbv2").load_balancers.values():
        for group in elb.groups_of(balancer):
            healthy, unhealthy = elb.counts(group)
            dimensions = {"LoadBalancer": balancer.arn.split("loadbalancer/")[-1], "TargetGroup": group.arn.split(":")[-1]}
            cloudwatch.publish("AWS/ApplicationELB", "HealthyHostCount", dimensions, [float(healthy)], second)
            cloudwatch.publish("AWS/ApplicationELB", "UnHealthyHostCount", dimensions, [float(unhealthy)], second)


def requests(second, balancer, arn, count, bad):
    whole = {"LoadBalancer": balancer.arn.split("loadbalancer/")[-1]}
    group = state.backend("elbv2").target_groups.get(arn)
    if group is None or elb.counts(group)[0] == 0:
        # RequestCount has only requests for which the balancer could choose a target
        for metric in ("HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_503_Count"):
            cloudwatch.publish("AWS/ApplicationELB", metric, whole, [1.0] * count, second)
        return
    errors = round(count * now_is["errors"]) if bad else 0
    latency = now_is["latency"] if bad else GOOD["latency"]
    for dimensions in (whole, {**whole, "TargetGroup": arn.split(":")[-1]}):
        cloudwatch.publish("AWS/ApplicationELB", "RequestCount", dimensions, [1.0] * count, second)
        cloudwatch.publish("AWS/ApplicationELB", "TargetResponseTime", dimensions, [latency * random.uniform(0.6, 1.3) for _ in range(count)], second)
        if errors:
            cloudwatch.publish("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", dimensions, [1.0] * errors, second)


def containers(second):
    running = [run for service in state.backend("ecs").services.values() for run in getattr(service, "runs", []) if run.task.last_status == "RUNNING"]
    cloudwatch.publish("AWS/Usage", "ResourceCount", VCPUS, [sum(int(run.definition.cpu) for run in running) / 1024], second)
    for service in state.backend("ecs").services.values():
        if service.status == "ACTIVE":
            dimensions = {"ClusterName": service.cluster_name, "ServiceName": service.name}
            for metric, value in (("RunningTaskCount", service.running_count), ("DesiredTaskCount", service.desired_count),
                                  ("CpuUtilized", 180.0 * service.running_count), ("MemoryUtilized", 700.0 * service.running_count)):
                cloudwatch.publish("ECS/ContainerInsights", metric, dimensions, [float(value)], second)


VCPUS = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": "Standard/OnDemand"}


def history():
    """An hour of what was published before the simulation began."""
    for ago in range(3540, 0, -30):
        cloudwatch.publish("LGTM/Migration", "MetricIngestionRate", {}, [GOOD["ingestion"]], time.time() - ago)
        cloudwatch.publish("LGTM/Migration", "LogDelay", {}, [GOOD["logDelay"]], time.time() - ago)
        cloudwatch.publish("AWS/Usage", "ResourceCount", VCPUS, [0.0], time.time() - ago)


def routes():
    return {
        ("GET", "/_emulator/workload"): lambda *_: now_is,
        ("POST", "/_emulator/workload"): lambda _, body: now_is.update(body) or now_is,
        ("DELETE", "/_emulator/workload"): lambda *_: now_is.clear() or now_is.update(GOOD) or now_is,
    }


def reset():
    now_is.clear()
    now_is.update(GOOD, silent=[])
    last["second"] = 0
