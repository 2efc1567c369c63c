"""Starts a host's program. host.py is a module, which Python compiles once: a migration starts a hundred of them."""

import sys

sys.path.insert(0, __file__.rpartition("/")[0])
import host  # noqa: E402  # -I leaves the script's own folder out

host.main()
