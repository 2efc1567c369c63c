"""Starts a program: `run.py NAME ARGUMENT…`. The programs are modules, which Python
compiles once and not each time.
"""

import sys

# -I leaves the script's own folder out of the path
sys.path.insert(0, __file__.rsplit("/", 3)[0])
from emulator.stubs.programs import run

run(sys.argv[1], sys.argv[2:])
