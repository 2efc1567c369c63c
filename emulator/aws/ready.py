"""Where each component says over HTTP that it is ready; every other path of it, and every other port, does not."""

from typing import NamedTuple


class Ready(NamedTuple):
    port: int
    path: str


#: by the name of its service
READY = {
    "mimir": Ready(9009, "/ready"),
    "loki": Ready(3100, "/ready"),
    "tempo": Ready(3200, "/ready"),
    "pyroscope": Ready(4040, "/ready"),
    "grafana": Ready(3000, "/api/health"),
    "alloy": Ready(12345, "/-/ready"),
}
