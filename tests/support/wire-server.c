/* Starts and ends a server of the tests as a child process. */
#include "support/wire-server.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The first line is "port N", and so on with the ports of more frontends. */
static void
read_ports(RtWireServer *server, int output)
{
    char line[64];
    size_t length = 0;
    while (length < sizeof line - 1 && read(output, line + length, 1) == 1 && line[length] != '\n')
        length++;
    line[length] = '\0';
    if (!g_str_has_prefix(line, "port "))
        g_error("the server for tests did not start: '%s'", line);
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    for (unsigned i = 0; i < RT_WIRE_MOST_FRONTENDS && words[i] && words[i + 1]; i++)
        server->ports[i] = (unsigned) strtoul(words[i + 1], NULL, 10);
    server->port = server->ports[0];
}

RtWireServer *
rt_wire_server_start(const char *const *arguments)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *first[] = { "python3", g_getenv("WIRE_SERVER"), "--engine", g_getenv("WIRE_ENGINE"),
                            "--url",   "memory+sqlite:",        NULL };
    g_strv_builder_addv(builder, first);
    if (arguments)
        g_strv_builder_addv(builder, (const char **) arguments);
    g_auto(GStrv) command = g_strv_builder_end(builder);
    RtWireServer *server = g_new0(RtWireServer, 1);
    int output;
    g_autoptr(GError) error = NULL;
    g_spawn_async_with_pipes(NULL, command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                             NULL, NULL, &server->pid, &server->input, &output, NULL, &error);
    g_assert_no_error(error);
    read_ports(server, output);
    close(output);
    return server;
}

void
rt_wire_server_stop(RtWireServer *server)
{
    if (!server)
        return;
    close(server->input);
    int status;
    g_assert_cmpint(waitpid(server->pid, &status, 0), ==, server->pid);
    g_assert_cmpint(status, ==, 0);
    g_spawn_close_pid(server->pid);
    g_free(server);
}

unsigned
rt_wire_free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM, 0);
    g_assert_cmpint(bind(file, (struct sockaddr *) &address, length), ==, 0);
    g_assert_cmpint(getsockname(file, (struct sockaddr *) &address, &length), ==, 0);
    close(file);
    return ntohs(address.sin_port);
}
