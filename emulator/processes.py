"""Shell scripts of one world: started in their own process groups, and all ended with it."""

import contextlib
import os
import signal
import subprocess
import threading


class Ended(Exception):
    """The world that asked for the script is gone."""


class Processes:
    def __init__(self):
        self.lock, self.running, self.ended = threading.Lock(), set(), False

    def run(self, args, timeout, **options):
        """Like subprocess.run, with (code, stdout, stderr); Ended once the world is gone."""
        with self.lock:
            if self.ended:
                raise Ended
            child = subprocess.Popen(args, start_new_session=True, text=True, **options)
            self.running.add(child)
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise
        finally:
            with self.lock:
                self.running.discard(child)
        if self.ended:
            raise Ended
        return child.returncode, out, err

    def end(self):
        with self.lock:
            self.ended = True
            for child in self.running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
