"""All parts of the simulation, put together: which part knows which others."""

from dataclasses import dataclass

from .account import Endpoints
from .aws.cloudmap import CloudMap
from .aws.cloudwatch import CloudWatch
from .aws.dns import PublicDns
from .aws.ec2 import Ec2
from .aws.ecr import Ecr
from .aws.ecs.one_off import OneOffTasks
from .aws.ecs.part import Ecs
from .aws.elb import Elb
from .aws.elb_network import NetworkBalancers
from .aws.elb_states import BalancerStates
from .aws.iam import Iam
from .aws.limits import Limits
from .aws.paging import Pages
from .aws.registry.part import Registry
from .aws.route53.changes import Route53
from .aws.route53.resolver import Resolver
from .aws.route53.servers import NameServers
from .aws.route53.zones import Zones
from .aws.ssm import Ssm
from .aws.task_roles import TaskRoles
from .control.calls import CallLog
from .control.rules import Rules
from .control.stale import StaleReads
from .facts import Facts
from .host.holdings import Holdings
from .host.hosts import Hosts
from .part import Part
from .settings import Settings
from .stack.grafana import Grafana
from .stack.samples import Samples
from .stack.stores import Stores
from .stack.workload import Workload
from .stack.writes import Writes
from .witness.asking import Asking
from .witness.part import Witness
from .witness.senders import Senders
from .world.build import Builder
from .world.clients import Clients
from .world.dump import Dump


@dataclass
class Parts:
    settings: Settings
    facts: Facts
    calls: CallLog
    rules: Rules
    stale: StaleReads
    route53: Route53
    zones: Zones
    builder: Builder
    #: in the order in which they tick: what a part sees of the ones before it is of the same moment
    all: list[Part]


def make_parts(endpoints: Endpoints, registry_folder: str | None) -> Parts:
    settings = Settings()
    facts = Facts()
    calls = CallLog()
    rules = Rules()
    stale = StaleReads(rules)
    hosts = Hosts()
    metrics = CloudWatch(settings)
    ecr = Ecr(settings, endpoints)
    elb = Elb(settings)
    network_balancers = NetworkBalancers(elb)
    ec2 = Ec2(settings, hosts)
    route53 = Route53(settings)
    zones = Zones()
    resolver = Resolver(zones, elb)
    servers = NameServers(route53, resolver)
    workload = Workload(facts, resolver, elb, ec2, metrics)
    samples = Samples(workload, hosts)
    writes = Writes()
    witness = Witness(facts, servers, elb, hosts, metrics)
    builder = Builder(Clients(endpoints), facts, hosts, ecr, workload)
    parts: list[Part] = [
        settings,
        facts,
        calls,
        rules,
        stale,
        hosts,
        Dump(hosts),
        # AWS
        Limits(),
        Pages(settings),
        Registry(registry_folder, endpoints),
        route53,
        zones,
        resolver,
        servers,
        PublicDns(endpoints, resolver),
        elb,
        network_balancers,
        BalancerStates(),
        CloudMap(settings),
        ecr,
        Iam(rules),
        TaskRoles(),
        Ecs(settings, ecr, elb),
        OneOffTasks(settings, hosts, ecr, endpoints),
        ec2,
        Ssm(settings, hosts, endpoints),
        metrics,
        # what runs on it, and who uses that
        Holdings(hosts),
        Grafana(hosts),
        workload,
        samples,
        writes,
        Stores(samples, writes),
        witness,
        Senders(facts, witness.surroundings, network_balancers, metrics),
        Asking(witness.surroundings.balancers, metrics),
    ]
    return Parts(settings, facts, calls, rules, stale, route53, zones, builder, parts)
