"""The database behind the wire: tests/servers/engine, a memory database of any dialect.

One engine is shared by all connections of a server. A dialect that is added to the program is
served by giving its URL; what the front must know of it is in the engine's answers.
"""

import json
import subprocess
import threading

from wire import Answer, ServerError

# Classes of failure, in the codes of the real server.
_CODES = {
    "exists": (1050, "42S01"),
    "not_found": (5502, "42602"),
    "busy": (1064, "HY000"),
    "denied": (5203, "42000"),
    "read_only": (1290, "HY000"),
    "constraint": (1062, "23000"),
}


class Engine:
    def __init__(self, program, url):
        self._lock = threading.Lock()
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.open(url)

    def open(self, url):
        """Another database in place of the last one."""
        self._ask(open=url)

    def _ask(self, **request):
        with self._lock:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise ServerError("the engine has ended", 1105)
        answer = json.loads(line)
        if "error" in answer:
            error = answer["error"]
            code, state = _CODES.get(error["class"], (1064, "HY000"))
            raise ServerError(error["message"], code, state)
        return answer

    def execute(self, sql):
        answer = self._ask(sql=sql)
        if answer["columns"]:
            return Answer(answer["columns"], answer["rows"])
        if not answer["executed"] and sql.lstrip("( \n\t").upper().startswith("SELECT"):
            raise ServerError("the memory database does not run this query: " + sql[:200], 1235)
        return Answer(changed=answer["changed"])

    def objects(self):
        """Every object, as JSON."""
        return self._ask(objects=True)["objects"]

    def object(self, schema, name):
        """One table or view, None where there is none."""
        return self._ask(object=name, schema=schema)["object"]

    def names(self):
        """(kind, schema or None, name) of each object."""
        return self._ask(names=True)["names"]

    def jobs(self):
        return self._ask(jobs=True)["jobs"]

    def close(self):
        self._process.stdin.close()
        self._process.wait()
