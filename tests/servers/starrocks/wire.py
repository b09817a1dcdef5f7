"""MySQL's protocol, the server's side: packets, logins, answers. Knows nothing of statements.

The shape of the packets is that of the MySQL manual, "Client/Server Protocol". A connection is an
ordinary blocking socket; each belongs to one thread.
"""

import hashlib
import os
import ssl
import struct

LONGEST_PACKET = 0xFFFFFF

LONG_PASSWORD = 0x1
FOUND_ROWS = 0x2
LONG_FLAG = 0x4
CONNECT_WITH_DB = 0x8
PROTOCOL_41 = 0x200
SSL = 0x800
TRANSACTIONS = 0x2000
SECURE_CONNECTION = 0x8000
MULTI_STATEMENTS = 0x10000
MULTI_RESULTS = 0x20000
PLUGIN_AUTH = 0x80000
LENGTH_CODED_AUTH = 0x200000
CAPABILITIES = (LONG_PASSWORD | FOUND_ROWS | LONG_FLAG | CONNECT_WITH_DB | PROTOCOL_41 |
                TRANSACTIONS | SECURE_CONNECTION | MULTI_STATEMENTS | MULTI_RESULTS | PLUGIN_AUTH)

AUTOCOMMIT = 0x2
MORE_RESULTS = 0x8

TYPE_LONGLONG = 8
TYPE_VAR_STRING = 253
UTF8 = 33
BINARY = 63
NATIVE = "mysql_native_password"


class Gone(Exception):
    """The client has left, or shall be left."""


class ServerError(Exception):
    def __init__(self, message, code=1064, state="HY000"):
        super().__init__(message)
        self.message, self.code, self.state = message, code, state


class Answer:
    """What a statement gives: rows under columns, or a count of changed rows."""

    def __init__(self, columns=None, rows=(), changed=0, info=""):
        self.columns, self.rows, self.changed, self.info = columns, rows, changed, info


def coded(number):
    if number < 251:
        return bytes([number])
    if number < 1 << 16:
        return b"\xfc" + struct.pack("<H", number)
    if number < 1 << 24:
        return b"\xfd" + struct.pack("<I", number)[:3]
    return b"\xfe" + struct.pack("<Q", number)


def text(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    return coded(len(data)) + data


def ok_packet(answer, status):
    return (b"\0" + coded(max(answer.changed, 0)) + coded(0) + struct.pack("<HH", status, 0) +
            (text(answer.info) if answer.info else b""))


def error_packet(error):
    return (b"\xff" + struct.pack("<H", error.code) + b"#" + error.state.encode() +
            error.message.encode())


def column_packet(name, is_number):
    kind, charset, width = ((TYPE_LONGLONG, BINARY, 20) if is_number
                            else (TYPE_VAR_STRING, UTF8, 65533))
    return (text("def") + text("") * 3 + text(name) * 2 + b"\x0c" +
            struct.pack("<HIBHB", charset, width, kind, 0, 0) + b"\0\0")


def row_packet(row):
    return b"".join(b"\xfb" if value is None else text(value) for value in row)


def answer_packets(answer, status):
    """The packets of one answer, in order."""
    if answer.columns is None:
        return [ok_packet(answer, status)]
    end = b"\xfe\0\0" + struct.pack("<H", status)
    packets = [coded(len(answer.columns))]
    for i, name in enumerate(answer.columns):
        values = [row[i] for row in answer.rows if row[i] is not None]
        is_number = bool(values) and all(isinstance(value, int) for value in values)
        packets.append(column_packet(name, is_number))
    return packets + [end] + [row_packet(row) for row in answer.rows] + [end]


class Wire:
    """Packets over one socket."""

    def __init__(self, connection):
        self.socket = connection
        self.sequence = 0

    def _read_exactly(self, count):
        parts = []
        while count:
            try:
                part = self.socket.recv(min(count, 1 << 20))
            except OSError as error:
                raise Gone from error
            if not part:
                raise Gone
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def read(self):
        body = b""
        while True:
            head = self._read_exactly(4)
            length = head[0] | head[1] << 8 | head[2] << 16
            self.sequence = head[3] + 1
            body += self._read_exactly(length)
            if length < LONGEST_PACKET:
                return body

    def frame(self, body):
        """The bytes of a packet, in several pieces where it is long."""
        parts = []
        while True:
            part, body = body[:LONGEST_PACKET], body[LONGEST_PACKET:]
            parts.append(struct.pack("<I", len(part))[:3] + bytes([self.sequence & 255]) + part)
            self.sequence += 1
            if len(part) < LONGEST_PACKET:
                return b"".join(parts)

    def send_bytes(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone from error

    def send(self, *bodies):
        self.send_bytes(b"".join(self.frame(body) for body in bodies))

    def start_tls(self, context):
        try:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error

    def close(self):
        try:
            self.socket.close()
        except OSError:
            pass


def hash_of_password(password, salt):
    """What mysql_native_password sends: SHA1(password) xor SHA1(salt + SHA1(SHA1(password)))."""
    if not password:
        return b""
    once = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mask))


class Login:
    """The first packets of a connection. `plugin` is what the server asks for."""

    def __init__(self, wire, number, greeting, plugin=NATIVE, tls=None):
        self.wire, self.number, self.greeting = wire, number, greeting
        self.plugin, self.tls = plugin, tls
        self.salt = bytes(byte % 93 + 33 for byte in os.urandom(20))
        self.user = self.database = ""
        self.secret = b""  # as the client sent it
        self.is_encrypted = False

    def _greet(self):
        flags = CAPABILITIES | (SSL if self.tls else 0)
        self.wire.sequence = 0
        self.wire.send(b"\x0a" + self.greeting.encode() + b"\0" +
                       struct.pack("<I", self.number) + self.salt[:8] + b"\0" +
                       struct.pack("<HBHH", flags & 0xFFFF, UTF8, AUTOCOMMIT, flags >> 16) +
                       b"\x15" + b"\0" * 10 + self.salt[8:] + b"\0" + NATIVE.encode() + b"\0")

    def _read_response(self):
        body = self.wire.read()
        flags = struct.unpack("<I", body[:4])[0]
        if flags & SSL and self.tls and len(body) == 32:
            self.wire.start_tls(self.tls)
            self.is_encrypted = True
            body = self.wire.read()
            flags = struct.unpack("<I", body[:4])[0]
        if not flags & PROTOCOL_41:
            raise Gone
        user, _, rest = body[32:].partition(b"\0")
        self.user = user.decode()
        length = rest[0]
        self.secret, rest = rest[1:1 + length], rest[1 + length:]
        if flags & CONNECT_WITH_DB:
            name, _, rest = rest.partition(b"\0")
            self.database = name.decode()
        return rest.partition(b"\0")[0].decode() if flags & PLUGIN_AUTH else NATIVE

    def run(self):
        """Reads who it is; whether the secret is right is for is_right()."""
        self._greet()
        plugin = self._read_response()
        if plugin != self.plugin:
            self.wire.send(b"\xfe" + self.plugin.encode() + b"\0" + self.salt + b"\0")
            self.secret = self.wire.read()

    def is_right(self, password):
        if self.plugin == "mysql_clear_password":
            return self.secret.rstrip(b"\0") == password.encode()
        return self.secret == hash_of_password(password, self.salt)
