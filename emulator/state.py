"""What all parts of the simulation share: one lock, one account, one set of timings."""

import threading

import moto.backends

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
LOCK = threading.RLock()
#: host and port of ECR's registry where one runs
registry = ""
#: where the simulation serves; stubs in scripts ask it
URL = {"aws": ""}

#: Seconds that the simulated AWS takes, the quota of Fargate, and whether the hosts' agents (ssm_agents) are there; changed at POST /_emulator/settings.
DEFAULTS = {
    "task_start_s": 0.4, "task_health_s": 0.3, "target_initial_s": 0.2, "deregistration_s": 0.5,
    "route53_insync_s": 0.5, "namespace_s": 0.5, "alb_provisioning_s": 0.7,
    "ami_s": 0.9, "instance_stop_s": 0.7, "instance_start_s": 0.7, "ssm_delay_s": 0.2, "image_push_s": 1.0, "fargate_vcpus": 100, "ssm_agents": 1,
}
settings: dict = dict(DEFAULTS)


def reset():
    settings.clear()
    settings.update(DEFAULTS)


def backend(name: str):
    """moto's backend of a service: regional, or of the partition for Route 53, IAM and S3."""
    regions = moto.backends.get_backend(name)[ACCOUNT]
    return regions["aws"] if name in ("route53", "iam", "s3") else regions[REGION]
