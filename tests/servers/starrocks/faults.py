"""What a test makes a statement meet.

    before            the connection ends in place of the statement
    during            it runs, and no byte of its answer is sent
    fall              the same, and the frontend is gone with all its connections
    cut               half of the answer's bytes are sent
    after             all of the answer is sent, then the connection ends
    pause             it waits for TEST RESUME before it runs
    hang              no answer, until somebody kills the statement
    freeze            no answer, whatever happens
    endless           rows without an end, faster than they are read
    committed N       what it wrote is VISIBLE after SHOW TRANSACTION was asked N times
    file PATH         in place of an answer, the client is asked for a file
    error CODE TEXT   it does not run, this is its answer
"""

import re
import threading

from wire import Answer, Gone, ServerError, answer_packets, row_packet

_FAULT = re.compile(r"TEST\s+FAULT\s+'(before|during|fall|cut|after|pause|hang|freeze|endless|committed \d+|"
                    r"file [^']*|error (\d+) (.*))'\s+'(.*?)'(?:\s+AFTER\s+(\d+))?", re.DOTALL)


class Fault:
    def __init__(self, match, resumed):
        self.kind, _, self.rest = match[1].partition(" ")
        self.error = ServerError(match[3], int(match[2])) if match[2] else None
        self.pattern = re.compile(match[4].replace("''", "'"), re.IGNORECASE)
        self.passes = int(match[5] or 0)
        self.resumed = resumed

    def come_before(self, server, wire, session):
        """In place of the statement, where it returns at all."""
        if self.kind == "before":
            raise Gone
        if self.kind == "error":
            raise self.error
        if self.kind == "file":
            wire.send(b"\xfb" + self.rest.encode())
            with server.lock:
                server.counts["file bytes"] += len(wire.read())
            raise ServerError("no file came", 1105)
        if self.kind in ("pause", "hang", "freeze", "endless"):
            server.count("stuck")
        if self.kind == "pause":
            self.resumed.wait()
        if self.kind == "hang":
            session.killed.wait()
            raise ServerError("Query execution was interrupted", 1317, "70100")
        if self.kind == "freeze":
            server.ended.wait()
            raise Gone
        if self.kind == "endless":
            wire.send(*answer_packets(Answer(["a"]), 0)[:-1])
            # sequence numbers begin again after 256 packets
            rows = b"".join(wire.frame(row_packet(["x"])) for _ in range(256)) * 256
            while True:
                wire.send_bytes(rows)

    def come_after(self, server, session, answer):
        """When it has run, before it is answered."""
        if self.kind == "fall":
            server.take_down(session.frontend)
        if self.kind in ("during", "fall"):
            raise Gone
        if self.kind == "committed":
            answer.info = server.front.commit(session, int(self.rest))


class Faults:
    """Those that were not met yet."""

    def __init__(self):
        self.lock = threading.Lock()
        self.waiting = []
        self.resumed = threading.Event()

    def control(self, statement):
        """Whether that was a statement about faults, which is carried out."""
        match = _FAULT.fullmatch(statement)
        words = statement.upper().split()
        if match:
            self.waiting.append(Fault(match, self.resumed))
        elif words[1:] == ["FAULTS", "NONE"]:
            self.clear()
        elif words[1:] == ["RESUME"]:
            self.resume()
        else:
            return False
        return True

    def resume(self):
        self.resumed.set()
        self.resumed = threading.Event()
        for fault in self.waiting:
            fault.resumed = self.resumed

    def clear(self):
        with self.lock:
            self.waiting = []
        self.resume()

    def take(self, statement):
        """The fault that this statement meets, once."""
        with self.lock:
            for fault in self.waiting:
                if not fault.pattern.search(statement):
                    continue
                if not fault.passes:
                    self.waiting.remove(fault)
                    return fault
                fault.passes -= 1
        return None
