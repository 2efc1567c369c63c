"""What can be set of the simulated AWS: how long things take, Fargate's quota, and whether hosts answer."""

from .part import Body, Part, Query, Routes

#: names that end in _s are seconds
DEFAULTS: dict[str, float] = {
    "task_start_s": 0.4,
    "task_health_s": 0.3,
    # of AWS's seconds: what a store's task needs to be ready for each object under its prefix
    "ready_s_per_object": 0,
    "target_initial_s": 0.2,
    "deregistration_s": 0.5,
    # for how long a network load balancer sends new connections to a target that was deregistered: AWS's two minutes
    "nlb_still_sends_s": 1.2,
    # for how long a deleted service keeps its name, and a stopped task its network interface
    "draining_s": 0,
    "interface_release_s": 0,
    # for how long a task that has stopped is shown: about an hour at AWS
    "stopped_task_s": 3600,
    # from SIGTERM to the end of a task's containers
    "task_stop_s": 0.2,
    "route53_insync_s": 0.5,
    "namespace_s": 0.5,
    "alb_provisioning_s": 0.7,
    "ami_s": 0.9,
    "instance_stop_s": 0.7,
    "instance_start_s": 0.7,
    "ssm_delay_s": 0.2,
    "image_push_s": 1.0,
    # most that one answer to a list holds
    "page_size": 100,
    # vCPUs that may run on demand
    "fargate_vcpus": 100,
    # 0: nothing moves on by itself
    "clock_runs": 1,
    # 0: no host's agent answers
    "ssm_agents": 1,
}


class Settings(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.values = dict(DEFAULTS)

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def change(self, _: Query, body: Body) -> dict[str, float]:
        self.values.update(body)
        return self.values

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/settings"): lambda *_: self.values,
            ("POST", "/_emulator/settings"): self.change,
        }
