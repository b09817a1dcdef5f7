/* Projects over the wire: one server each. */
#include "support/wire-project.h"

#include <string.h>

char *
test_wire_url(const TestWire *wire)
{
    g_autoptr(GString) url = g_string_new("starrocks://root@");
    for (unsigned i = 0; i < RT_WIRE_MOST_FRONTENDS && wire->server->ports[i]; i++)
        g_string_append_printf(url, "%s127.0.0.1:%u", i ? "," : "", wire->server->ports[i]);
    if (!wire->server->ports[1])
        g_string_append_printf(url, ",localhost:%u", wire->server->port);
    g_string_append(url, "/test");
    return g_string_free(g_steal_pointer(&url), FALSE);
}

void
test_wire_open(TestWire *wire, const char *const *arguments)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    static const char *const first[] = { "--url", "memory+starrocks:", NULL };
    g_strv_builder_addv(builder, (const char **) first);
    if (arguments)
        g_strv_builder_addv(builder, (const char **) arguments);
    g_auto(GStrv) all = g_strv_builder_end(builder);
    wire->server = rt_wire_server_start((const char *const *) all);
    g_autofree char *url = test_wire_url(wire);
    wire->project = test_project_new(url);
}

void
test_wire_close(TestWire *wire)
{
    test_project_free(wire->project);
    rt_wire_server_stop(wire->server);
}

void
test_wire_reset(TestWire *wire)
{
    test_project_open(wire->project);
    g_assert_true(test_project_execute(wire->project, "TEST RESET"));
}

unsigned
test_wire_count(const TestWire *wire, const char *name)
{
    g_autofree char *rows = test_project_query(wire->project, "TEST COUNTS");
    g_auto(GStrv) pairs = g_strsplit(rows, ";", -1);
    g_autofree char *intro = g_strdup_printf("%s|", name);
    for (unsigned i = 0; pairs[i]; i++) {
        if (g_str_has_prefix(pairs[i], intro))
            return (unsigned) g_ascii_strtoull(pairs[i] + strlen(intro), NULL, 10);
    }
    g_error("the server does not count %s", name);
}

char **
test_wire_executed(const TestWire *wire, unsigned after)
{
    g_autofree char *sql = g_strdup_printf("TEST EXECUTED AFTER %u", after);
    g_autofree char *all = test_project_query(wire->project, sql);
    return g_strsplit(all, ";", -1);
}

unsigned
test_wire_count_beginning(char *const *statements, const char *beginning)
{
    unsigned n = 0;
    for (; *statements; statements++)
        n += g_str_has_prefix(*statements, beginning);
    return n;
}
