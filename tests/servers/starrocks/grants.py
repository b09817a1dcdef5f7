"""Grants on tables and views: they are on the object itself, and stay with it under another name."""

import re

import sql as lexical
from shows import NAME, rule
from wire import Answer, ServerError

_KIND = r"(TABLE|VIEW|MATERIALIZED VIEW)"


class Grants:
    def __init__(self):
        self.rows = []  # (kind, database, name, is_of_role, grantee, privileges, is_grantable)

    def add(self, kind, place, is_of_role, grantee, privileges, is_grantable):
        self.rows.append((kind, *place, is_of_role, grantee, privileges, is_grantable))

    def find(self, kind, place, is_of_role):
        return sorted(row[4:] for row in self.rows if row[:4] == (kind, *place, is_of_role))

    def follow(self, front, session, sql):
        """An object has another name now, or is no more."""
        found = _CHANGE.fullmatch(sql)
        if not found:
            return
        kind, first = found[2].upper(), front.split_name(session, found[3])
        other = first[:1] + (lexical.names(found[5])[-1],) if found[5] else None
        names = {first: other}
        if found[4] and found[4].upper().startswith("SWAP"):
            names[other] = first
        moved = [row for row in self.rows if row[0] == kind and row[1:3] in names]
        self.rows = [row for row in self.rows if row not in moved]
        self.rows += [(kind, *names[row[1:3]], *row[3:]) for row in moved if names[row[1:3]]]


_CHANGE, _ = rule(r"(ALTER|DROP) " + _KIND + " (?:IF EXISTS )?" + NAME +
                  r"(?: (SWAP WITH|RENAME) " + NAME + r"| FORCE)?", None)


def _grant(front, session, match):
    kind, place = match[2].upper(), front.split_name(session, match[3])
    catalog = lexical.names(match[3])[:-2]
    if catalog:  # of others nothing is known but who may read what
        place = (".".join((*catalog, place[0])), place[1])
    elif not front.thing(*place):
        raise ServerError(f"cannot find table {place[1]} in db {place[0]}", 1064)
    is_of_role = (match[4] or "").upper() == "ROLE"
    grantee = lexical.unquote(match[5]) if is_of_role else match[5]
    front.grants.add(kind, place, is_of_role, grantee, match[1].upper(), "NO" if not match[6] else "YES")
    return Answer()


def _grants_to(front, session, match):
    is_of_role, kind = match[1].upper() == "ROLES", match[2].upper()
    database = lexical.unquote(match[5]) if match[5] else session.database
    name = lexical.unquote(match[6])
    databases = {database}
    if not match[3]:  # of every catalog
        databases |= {row[1] for row in front.grants.rows if row[1].endswith("." + database)}
    return Answer(["GRANTEE", "PRIVILEGE_TYPE", "IS_GRANTABLE"],
                  [list(row) for place in sorted(databases)
                   for row in front.grants.find(kind, (place, name), is_of_role)])


RULES = [rule(pattern, run) for pattern, run in [
    (r"GRANT (.+?) ON " + _KIND + " " + NAME +
     r" TO (?:(USER|ROLE) )?('[^']+'(?:@'[^']+')?)( WITH GRANT OPTION)?", _grant),
    (r"SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM sys\.grants_to_(users|roles)"
     r" WHERE OBJECT_TYPE = '([^']+)'( AND OBJECT_CATALOG = 'default_catalog')?"
     r" AND OBJECT_DATABASE = (DATABASE\(\)|('[^']+'))"
     r" AND OBJECT_NAME = ('[^']+') ORDER BY GRANTEE", _grants_to),
]]
