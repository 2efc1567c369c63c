"""The world as one document without ids and times, in which two runs compare."""

from . import route53
from . import ssm
from . import state
from .ec2 import elastic_ip, instances


def world():
    ecs, elb, ec2, iam = (state.backend(name) for name in ("ecs", "elbv2", "ec2", "iam"))
    discovery = state.backend("servicediscovery")
    return {
        "repositories": sorted(state.backend("ecr").repositories),
        "roles": {r.name: {"inline": sorted(r.policies), "attached": sorted(getattr(p, "name", str(p)) for p in r.managed_policies.values())} for r in iam.roles.values()},
        "securityGroups": sorted(g.name for groups in ec2.groups.values() for g in groups.values() if g.name != "default"),
        "ingress": {g.name: len(g.ingress_rules) for groups in ec2.groups.values() for g in groups.values() if g.name != "default"},
        "secrets": sorted(s.name for s in state.backend("secretsmanager").secrets.values()),
        "logGroups": {g.name: g.retention_in_days for g in state.backend("logs").groups.values()},
        "clusters": {c.name: c.status for c in ecs.clusters.values()},
        "services": {s.name: {"status": s.status, "desired": s.desired_count, "running": s.running_count, "taskDefinition": s.task_definition.split("/")[-1]} for s in ecs.services.values()},
        "namespaces": sorted(n.name for n in discovery.namespaces.values()),
        "discovery": {s.name: len(s.instances) for s in discovery.services.values()},
        "loadBalancers": sorted(b.name for b in elb.load_balancers.values()),
        "targetGroups": sorted(g.name for g in elb.target_groups.values()),
        "rules": sorted(str(c.get("Values") or c.get("HostHeaderConfig", {}).get("Values")) for b in elb.load_balancers.values() for l in b.listeners.values() for r in l.rules.values() for c in r.conditions if c["Field"] == "host-header"),
        "records": {f"{name} {kind} {ident or ''}".strip(): record for z in state.backend("route53").zones.values() if not z.private_zone
                    for (name, kind, ident), record in sorted(route53.stored(z).items(), key=str) if kind in ("A", "AAAA", "CNAME")},
        "instances": [{"state": i._state.name, "elasticIp": elastic_ip(i.id) is not None, "host": {key: value for key, value in ssm.load(i.id).items() if key not in ("flushed", "flushes")}} for i in instances()],
        "images": {i.name: i.state for i in ec2.amis.values() if i.owner_id == state.ACCOUNT and i.name and i.name.startswith("lgtm-")},
    }
