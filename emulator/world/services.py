"""What the account has beside the host: the zone with its records, the certificate, the
bucket, the role of ECS.
"""

import json
from typing import Any

from ..account import ACCOUNT, LOCK, backend
from ..facts import Facts
from ..host.configurations import BUCKET
from ..host.holdings import HOLDINGS
from .clients import Clients

DOMAIN = "example.com"
NAME = f"grafana.{DOMAIN}"
HOST_NAME = f"ec2-instance.{DOMAIN}"
RECORD_TTL_S = 300
#: objects of each store that are in the bucket from the beginning
OBJECTS = 3
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
OBJECTS_OF_BUCKET = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]


def build_services(clients: Clients, facts: Facts, record: str, world: str) -> None:
    build_zone(clients, facts, record)
    build_certificate(clients, facts)
    build_bucket(clients, facts, world)
    create_role(clients, "ecsTaskExecutionRole")
    clients.get("iam").attach_role_policy(RoleName="ecsTaskExecutionRole", PolicyArn=EXECUTION_POLICY)


def build_zone(clients: Clients, facts: Facts, record: str) -> None:
    """The users' name: an A record, or a CNAME to one."""
    route53 = clients.get("route53")
    made = route53.create_hosted_zone(Name=DOMAIN, CallerReference="world")
    zone = made["HostedZone"]["Id"].split("/")[-1]
    records = [make_record(NAME, "A", facts["eip"])]
    if record == "cname":
        records = [
            make_record(HOST_NAME, "A", facts["eip"]),
            make_record(NAME, "CNAME", HOST_NAME),
        ]
    changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in records]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    facts.add(hostedZoneId=zone, domain=DOMAIN, records=[NAME])


def make_record(name: str, kind: str, value: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Type": kind,
        "TTL": RECORD_TTL_S,
        "ResourceRecords": [{"Value": value}],
    }


def build_certificate(clients: Clients, facts: Facts) -> None:
    arn = clients.get("acm").request_certificate(
        DomainName=f"*.{DOMAIN}",
        SubjectAlternativeNames=[DOMAIN],
        ValidationMethod="DNS",
    )["CertificateArn"]
    with LOCK:
        # its owners have validated it long ago
        backend("acm")._certificates[arn].status = "ISSUED"
    facts.add(certificateArn=arn)


def build_bucket(clients: Clients, facts: Facts, world: str) -> None:
    """With what the old stack has written; in the world `filesystem` Loki wrote to its disk."""
    s3 = clients.get("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "s3:*",
        "Resource": OBJECTS_OF_BUCKET,
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=make_policy(statement))
    for name, holding in HOLDINGS.items():
        if name == "loki" and world == "filesystem":
            continue
        for number in range(OBJECTS):
            key = f"{holding.prefix}/{holding.tenant}/before-{number}"
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"old")
    facts.add(bucket=BUCKET)


def create_role(clients: Clients, name: str) -> None:
    """A role that ECS's tasks assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    clients.get("iam").create_role(RoleName=name, AssumeRolePolicyDocument=make_policy(statement))


def make_policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
