"""What tests with other people's clients share: a server of their own, PyMySQL, Alembic.

WIRE_ENGINE names the program of tests/servers/engine, PACKAGES the folder for the clients; meson
sets both, and what tests/cli/support.py wants. Importing this goes on in the environment of the
clients.
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import packages  # noqa: E402

packages.run_inside(os.environ["PACKAGES"])

import pymysql  # noqa: E402
from pymysql.constants import CLIENT  # noqa: E402
from started import Server  # noqa: E402
from support import LONGEST_RUN, Case  # noqa: E402

DATABASE = "mydatabase"
PROJECT = """\
[retort]
url = {url}
schema = schema.sql
script_location = migrations
dialect = starrocks

[version_table]
{own}starrocks.properties = replication_num=1
"""


class PeerCase(Case):
    """A scratch folder, and servers that end with the test."""

    def start_server(self, *arguments, url="memory+starrocks:"):
        server = Server(os.environ["WIRE_ENGINE"], "--database", DATABASE, *arguments, url=url)
        self.addCleanup(lambda: self.assertEqual(server.close(), 0))
        return server

    def connect(self, server, database=DATABASE):
        connection = pymysql.connect(host="127.0.0.1", port=server.port, user="root",
                                     database=database, client_flag=CLIENT.MULTI_STATEMENTS)
        self.addCleanup(connection.close)
        return connection.cursor()

    @staticmethod
    def run_script(cursor, sql):
        """Gives a script to the server as mysql does: all of it, each answer looked at."""
        cursor.execute(sql)
        while cursor.nextset():
            pass

    def starrocks_project(self, url, schema="", own=""):
        self.write("retort.ini", PROJECT.format(url=url, own=own))
        self.path("migrations/versions").mkdir(parents=True, exist_ok=True)
        self.write("schema.sql", schema)

    def run_program(self, *command, status=0, cwd=""):
        # A script that was changed within its second would else run as it was.
        environment = self.environment(PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(command, cwd=self.folder / cwd, env=environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LONGEST_RUN)
        output = done.stdout.decode("utf-8", "replace")
        self.assertEqual(done.returncode, status, f"{command}\n{output}")
        return output

    # -- Alembic

    def alembic(self, *arguments, status=0):
        return self.run_program(str(pathlib.Path(sys.executable).with_name("alembic")), *arguments,
                                status=status, cwd="alembic-project")

    def alembic_project(self, url, models, options="", lines=""):
        """As the guides set one up; `options` go into both context.configure(), `lines` above."""
        self.path("alembic-project").mkdir()
        self.alembic("init", "alembic")
        ini = self.read("alembic-project/alembic.ini")
        self.write("alembic-project/alembic.ini",
                   re.sub(r"(?m)^sqlalchemy.url = .*$", "sqlalchemy.url = " + url, ini))
        self.write("alembic-project/myapp/__init__.py", "")
        self.write("alembic-project/myapp/models.py", models)
        text = self.read("alembic-project/alembic/env.py")
        text = text.replace("from alembic import context\n", ENV_HEAD + lines, 1)
        text = text.replace("target_metadata = None", "target_metadata = Base.metadata")
        given = ENV_OPTIONS + options
        text = text.replace("literal_binds=True,", "literal_binds=True," + given)
        text = text.replace("target_metadata=target_metadata\n",
                            "target_metadata=target_metadata," + given + "\n")
        self.assertEqual(text.count("render_column_type,"), 3, text)
        self.write("alembic-project/alembic/env.py", text)

    def alembic_scripts(self):
        """The names of Alembic's scripts, the newest last."""
        found = self.path("alembic-project/alembic/versions").glob("*.py")
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)


ENV_HEAD = """\
from alembic import context
import os, sys
sys.path.insert(0, os.getcwd())
from starrocks.alembic import render_column_type, include_object_for_view_mv
from starrocks.alembic.starrocks import StarRocksImpl  # noqa: F401
from myapp.models import Base
version_table_kwargs = {"starrocks_properties": {"replication_num": "1"}}
"""
ENV_OPTIONS = """
            render_item=render_column_type,
            include_object=include_object_for_view_mv,
            version_table_kwargs=version_table_kwargs,"""
