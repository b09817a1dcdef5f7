"""A server of its own for a test: started on a free port, ended when the test ends."""

import pathlib
import subprocess
import sys

_HERE = pathlib.Path(__file__).parent


class Server:
    """`arguments` are those of server.py beside --engine and --url."""

    def __init__(self, engine, *arguments, url="memory+starrocks:"):
        self.process = subprocess.Popen(
            [sys.executable, str(_HERE / "server.py"), "--engine", str(engine), "--url", url,
             *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def url(self, database="test", user="root"):
        return f"starrocks://{user}@127.0.0.1:{self.port}/{database}"

    def control(self, statement):
        """Tells the server something beside its connections; it has heard it before the next one."""
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        while not self.process.stdout.readline().startswith("done"):
            pass

    def close(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        return status
