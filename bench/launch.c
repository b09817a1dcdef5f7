/*
 * Runs a command and writes what it took to a file: exit status, user and system time and wall
 * time in microseconds, peak memory in KiB. It is small on purpose: Linux counts the memory that a
 * process had before exec to the peak of the program, so that a large launcher would be measured
 * in its place.
 *   bench-launch RESULT COMMAND [ARGUMENT…]
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static long
in_microseconds(struct timeval time)
{
    return time.tv_sec * 1000000L + time.tv_usec;
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: bench-launch RESULT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    long start = read_clock();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("bench-launch");
        return 1;
    }
    long wall = read_clock() - start;
    FILE *result = fopen(argv[1], "w");
    if (!result) {
        perror(argv[1]);
        return 1;
    }
    fprintf(result, "%d %ld %ld %ld %ld\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            in_microseconds(usage.ru_utime), in_microseconds(usage.ru_stime), wall,
            usage.ru_maxrss);
    return fclose(result) ? 1 : 0;
}
