"""Phases 1 to 4 of the plan document as its shell commands make them: what the world `adopted` has more."""

from typing import Any

from ..facts import Facts
from .clients import Clients
from .services import OBJECTS_OF_BUCKET, create_role, make_policy
from .stack import COMPONENTS

#: components that have a target group, and their ports
PORTS = {"grafana": 3000, "mimir": 9009, "loki": 3100, "tempo": 3200}
HEALTH_PATHS = {"grafana": "/api/health"}
HTTPS_PORT = 443


def build_by_hand(clients: Clients, facts: Facts) -> None:
    create_repositories(clients)
    create_task_role(clients)
    group = create_tasks_group(clients, facts["vpcId"])
    create_secret(clients)
    create_cluster(clients)
    create_namespace(clients, facts["vpcId"])
    create_balancer(clients, facts, group)


def create_repositories(clients: Clients) -> None:
    for name in COMPONENTS:
        clients.get("ecr").create_repository(
            repositoryName=f"lgtm-{name}",
            imageScanningConfiguration={"scanOnPush": True},
        )


def create_task_role(clients: Clients) -> None:
    create_role(clients, "lgtmTaskRole")
    statement = {"Effect": "Allow", "Action": ["s3:*"], "Resource": OBJECTS_OF_BUCKET}
    policy = make_policy(statement)
    clients.get("iam").put_role_policy(RoleName="lgtmTaskRole", PolicyName="S3Access", PolicyDocument=policy)


def create_tasks_group(clients: Clients, vpc: str) -> str:
    ec2 = clients.get("ec2")
    group = ec2.create_security_group(
        GroupName="lgtm-ecs-sg",
        Description="Security group for LGTM ECS tasks",
        VpcId=vpc,
    )["GroupId"]
    permission = {
        "IpProtocol": "tcp",
        "FromPort": HTTPS_PORT,
        "ToPort": HTTPS_PORT,
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return str(group)


def create_secret(clients: Clients) -> None:
    clients.get("secretsmanager").create_secret(
        Name="lgtm/s3-credentials",
        SecretString='{"AWS_ACCESS_KEY_ID":"x","AWS_SECRET_ACCESS_KEY":"x"}',
    )


def create_cluster(clients: Clients) -> None:
    clients.get("ecs").create_cluster(
        clusterName="lgtm-cluster",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        settings=[{"name": "containerInsights", "value": "enabled"}],
        defaultCapacityProviderStrategy=[
            {"capacityProvider": "FARGATE", "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 4},
        ],
    )


def create_namespace(clients: Clients, vpc: str) -> None:
    discovery = clients.get("servicediscovery")
    discovery.create_private_dns_namespace(Name="lgtm.local", Vpc=vpc)
    namespace = discovery.list_namespaces()["Namespaces"][0]["Id"]
    dns = {
        "NamespaceId": namespace,
        "RoutingPolicy": "MULTIVALUE",
        "DnsRecords": [{"Type": "A", "TTL": 10}],
    }
    for name in COMPONENTS:
        discovery.create_service(Name=name, NamespaceId=namespace, DnsConfig=dns)


def create_balancer(
    clients: Clients,
    facts: Facts,
    group: str,
) -> None:
    elb = clients.get("elbv2")
    subnets = [facts["subnets"][name] for name in ("public-a", "public-c")]
    balancer = elb.create_load_balancer(
        Name="lgtm-alb",
        Subnets=subnets,
        SecurityGroups=[group],
        Scheme="internet-facing",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    groups = {name: create_target_group(elb, facts["vpcId"], name) for name in PORTS}
    listener = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=HTTPS_PORT,
        Certificates=[{"CertificateArn": facts["certificateArn"]}],
        DefaultActions=[make_forward(groups["grafana"])],
    )["Listeners"][0]["ListenerArn"]
    # to the others nobody comes from the internet: a group that stays empty would make the whole balancer unhealthy
    condition = {"Field": "host-header", "Values": ["grafana.example.com"]}
    elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[condition],
        Actions=[make_forward(groups["grafana"])],
    )


def create_target_group(
    elb: Any,
    vpc: str,
    name: str,
) -> str:
    made = elb.create_target_group(
        Name=f"lgtm-{name}-tg",
        Protocol="HTTP",
        Port=PORTS[name],
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath=HEALTH_PATHS.get(name, "/ready"),
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def make_forward(target_group: str) -> dict[str, str]:
    return {"Type": "forward", "TargetGroupArn": target_group}
