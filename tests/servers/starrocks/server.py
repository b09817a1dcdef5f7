#!/usr/bin/env python3
"""A server for tests: MySQL's protocol, as StarRocks speaks it, over a memory database of retort.

    server.py --engine ENGINE --url memory+NAME: [options]

It listens on 127.0.0.1, prints "port N" as its first line, with several frontends the port of each,
and ends when its standard input does.
Beside statements it takes control statements on any connection, and as lines of its standard input:

    TEST FAULT 'KIND' 'REGEX'     what the next statement that matches meets: see faults.py
    TEST FAULT … 'REGEX' AFTER n  n statements that match pass before
    TEST FAULTS NONE              forgets those that were not met
    TEST RESUME                   statements that a fault has paused go on
    TEST FRONTEND n FULL          takes no more connections; the first is 1
    TEST FRONTEND n DOWN          and ends those that it has
    TEST RESET                    an empty database, and all frontends are back
    TEST COUNTS                   rows of name and value: logins, packets, statements, and what else it counts
    TEST EXECUTED [AFTER n]       the statements that reached the database, one a row, without the first n
"""

import argparse
import json
import os
import re
import socket
import ssl
import sys
import threading

import front as fronts
import sql as lexical
import wire as wires
from engine import Engine
from faults import Faults
from wire import Answer, Gone, ServerError

class Server:
    def __init__(self, options):
        self.options = options
        self.engine = Engine(options.engine, options.url)
        self.front = fronts.Front(self.engine, options)
        self.accounts = dict(item.split(":", 1) for item in options.user)
        self.tls = None
        if options.tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.tls)
        self.lock = threading.Lock()
        self.faults = Faults()
        self.listeners = [None] * options.frontends
        self.ports = [0] * options.frontends
        self.counts = {"logins": 0, "packets": 0, "statements": 0, "file bytes": 0, "open": 0,
                       "stuck": 0}
        self.executed = []
        self.numbers = 0
        self.ended = threading.Event()

    def log(self, **event):
        if self.options.log:
            with self.lock, open(self.options.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(event) + "\n")

    def count(self, name):
        with self.lock:
            self.counts[name] += 1

    def control(self, statement):
        if self.faults.control(statement):
            return Answer()
        words = statement.upper().split()
        if words[1:] == ["COUNTS"]:
            return Answer(["name", "value"], [list(item) for item in self.counts.items()] +
                          [["executed", len(self.executed)]])
        if words[1:2] == ["EXECUTED"]:
            return Answer(["statement"],
                          [[text] for text in self.executed[int((words[3:] or [0])[0]):]])
        if words[1:2] == ["FRONTEND"]:
            self.take_down(int(words[2]) - 1, ends=words[3:] == ["DOWN"])
            return Answer()
        if words[1:] == ["RESET"]:
            self.reset()
            return Answer()
        raise ServerError("no such control statement: " + statement)

    def reset(self):
        self.faults.clear()
        self.executed = []
        self.counts["stuck"] = 0
        self.engine.open(self.options.url)
        self.front.reset()
        for number, listener in enumerate(self.listeners):
            if listener is None:
                self.listen(number, self.ports[number])

    def take_down(self, number, ends=True):
        if self.listeners[number]:
            # One that is only closed would go on in the call that accepts.
            self.listeners[number].shutdown(socket.SHUT_RDWR)
            self.listeners[number].close()
            self.listeners[number] = None
        for session in list(self.front.sessions.values()):
            if ends and session.frontend == number:
                session.socket.shutdown(socket.SHUT_RDWR)

    # ---- a connection

    def serve(self, connection, frontend):
        wire = wires.Wire(connection)
        with self.lock:
            self.numbers += 1
            number = self.numbers
        try:
            session = self.log_in(wire, number)
            session.frontend, session.socket = frontend, connection
            self.front.sessions[number] = session
            self.counts["open"] = len(self.front.sessions)
            while self.serve_command(wire, session):
                pass
        except Gone:
            pass
        finally:
            wire.close()
            self.front.sessions.pop(number, None)
            self.counts["open"] = len(self.front.sessions)

    def log_in(self, wire, number):
        if self.options.silent:
            self.ended.wait()
            raise Gone
        if self.options.drip:
            wire.send_bytes(b"\xff\x0f\x00\x00")  # the head of a long greeting
            while not self.ended.wait(0.02):
                wire.send_bytes(b"x")
        login = wires.Login(wire, number, self.options.greeting, self.options.login, self.tls)
        login.run()
        self.log(event="login", user=login.user, secret=login.secret.decode("latin-1"),
                 encrypted=login.is_encrypted)
        known = self.accounts.get(login.user)
        if known is None or not login.is_right(known):
            given = "YES" if login.secret else "NO"
            self.refuse(wire, ServerError(f"Access denied for user '{login.user}' (using password: "
                                          f"{given})", 1045, "28000"))
        database = login.database.split(".")[-1]
        if database and not self.front.has_database(database):
            self.refuse(wire, ServerError(f"Unknown database '{database}'", 5501, "3F000"))
        wire.send(wires.ok_packet(Answer(), wires.AUTOCOMMIT))
        self.count("logins")
        return fronts.Session(number, login.user, database)

    @staticmethod
    def refuse(wire, error):
        wire.send(wires.error_packet(error))
        raise Gone

    def serve_command(self, wire, session):
        body = wire.read()
        command, rest = body[0], body[1:]
        if command == 0x01:  # COM_QUIT
            return False
        self.count("packets")
        if command == 0x03:  # COM_QUERY
            self.serve_query(wire, session, rest.decode("utf-8", "replace"))
        elif command == 0x02:  # COM_INIT_DB
            self.serve_statements(wire, session, ["USE " + lexical.quote_name(rest.decode())])
        elif command in (0x0E, 0x1F):  # COM_PING, COM_RESET_CONNECTION
            wire.send(wires.ok_packet(Answer(), wires.AUTOCOMMIT))
        elif command == 0x16:  # COM_STMT_PREPARE
            wire.send(wires.error_packet(ServerError(
                "This command is not supported in the prepared statement protocol yet", 1295)))
        else:
            wire.send(wires.error_packet(ServerError(f"Unsupported command({command})", 1047,
                                                     "08S01")))
        return True

    def serve_query(self, wire, session, text):
        statements = lexical.split(text) or [text]
        try:
            self.front.check_syntax(statements)
        except ServerError as error:
            wire.send(wires.error_packet(error))
            return
        self.serve_statements(wire, session, statements)

    def serve_statements(self, wire, session, statements):
        for index, statement in enumerate(statements):
            more = wires.MORE_RESULTS if index + 1 < len(statements) else 0
            try:
                self.serve_statement(wire, session, statement, wires.AUTOCOMMIT | more)
            except ServerError as error:
                wire.send(wires.error_packet(error))
                return  # an error ends its packet

    def serve_statement(self, wire, session, statement, status):
        if re.match(r"TEST\s", statement):
            wire.send(*wires.answer_packets(self.control(statement), status))
            return
        self.count("statements")
        session.killed.clear()
        fault = self.faults.take(statement)
        kind = fault.kind if fault else None
        self.log(event="statement", session=session.number, sql=statement, fault=kind)
        if fault:
            fault.come_before(self, wire, session)
        with self.lock:
            self.executed.append(statement)
        answer = self.front.execute(session, statement)
        if fault:
            fault.come_after(self, session, answer)
        data = b"".join(wire.frame(packet) for packet in wires.answer_packets(answer, status))
        wire.send_bytes(data[:len(data) // 2] if kind == "cut" else data)
        if kind in ("cut", "after"):
            raise Gone

    # ---- the process

    def accept(self, listener, frontend):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=[connection, frontend], daemon=True).start()

    def listen(self, number, port):
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.listeners[number], self.ports[number] = listener, listener.getsockname()[1]
        threading.Thread(target=self.accept, args=[listener, number], daemon=True).start()

    def run(self):
        for number in range(len(self.listeners)):
            self.listen(number, self.options.port and self.options.port + number)
        print("port", *self.ports, flush=True)
        for line in sys.stdin:
            print("done", json.dumps(self.control(line.strip()).rows), flush=True)
        self.ended.set()
        for listener in filter(None, self.listeners):
            listener.close()
        self.engine.close()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True, help="the program tests/servers/engine")
    parser.add_argument("--url", required=True, help="of the memory database to serve")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--frontends", type=int, default=1, help="of the one database")
    parser.add_argument("--version", default="4.1.0-test", help="what current_version() says")
    parser.add_argument("--greeting", default="8.0.33", help="the version in the greeting")
    parser.add_argument("--product", choices=["starrocks", "mysql"], default="starrocks")
    parser.add_argument("--run-mode", choices=["shared_nothing", "shared_data"],
                        default="shared_nothing")
    parser.add_argument("--rewrites", action="store_true", help="prints other queries than were given")
    parser.add_argument("--backends", type=int, default=3)
    parser.add_argument("--default-replication", default="3", metavar="N",
                        help="the replication_num of tables that name none")
    parser.add_argument("--database", action="append", default=[], help="the first is the default")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD",
                        help="an account; root without a password when none is given")
    parser.add_argument("--restricted", action="append", default=[], metavar="NAME",
                        help="an account that may not see nodes and configuration")
    parser.add_argument("--login", default=wires.NATIVE, metavar="PLUGIN",
                        help="how the password is asked for, such as mysql_clear_password")
    parser.add_argument("--tls", metavar="FILE", help="key and certificate; TLS is offered")
    parser.add_argument("--silent", action="store_true", help="takes connections, says nothing")
    parser.add_argument("--drip", action="store_true",
                        help="takes connections, says a byte now and then")
    parser.add_argument("--log", metavar="FILE", help="logins and statements, as lines of JSON")
    options = parser.parse_args()
    options.user = options.user or ["root:"]
    options.database = options.database or ["test"]
    seconds = re.search(r"job_seconds=([\d.]+)", options.url)
    options.job_seconds = float(seconds[1]) if seconds else 0.0
    return options


def main():
    server = Server(read_options())
    try:
        server.run()
    except (OSError, ServerError) as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {getattr(error, 'message', error)}")


if __name__ == "__main__":
    main()
