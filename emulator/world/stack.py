"""What the stack on the host consists of."""

COMPOSE_FOLDER = "/opt/lgtm"
#: Compose service → image and published ports
SERVICES: dict[str, tuple[str, list[int]]] = {
    "mimir": ("grafana/mimir:3.2.1", [9009]),
    "loki": ("grafana/loki:3.7.8", [3100]),
    "tempo": ("grafana/tempo:2.10.8", [3200, 4317, 4318]),
    "pyroscope": ("grafana/pyroscope:1.21.1", [4040]),
    "grafana": ("grafana/grafana:13.2.3", [3000]),
    "alloy": ("grafana/alloy:v1.19.2", [12345]),
    "proxy": ("nginx:1.29", [443]),
}
#: those that move to ECS
COMPONENTS = [name for name in SERVICES if name != "proxy"]
#: the database outside the host that both Grafanas use
DATABASE = {
    "GF_DATABASE_TYPE": "postgres",
    "GF_DATABASE_HOST": "grafana.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com:5432",
    "GF_DATABASE_NAME": "grafana",
    "GF_DATABASE_USER": "grafana",
}
#: Grafana's, which both sides must have; a lab gives its worker the same
SECRET_KEY = "lab-secret-key"
SECRET_KEY_FILE = "/run/secrets/grafana-secret-key"
