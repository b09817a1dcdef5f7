/*
 * What cannot be less on this machine: without arguments a process that does nothing; with a folder
 * one that opens, reads and closes each of its files.
 *   bench-bare [FOLDER]
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    if (argc < 2)
        return 0;
    DIR *folder = opendir(argv[1]);
    if (!folder) {
        perror(argv[1]);
        return 1;
    }
    char bytes[4096];
    long sum = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        int file = openat(dirfd(folder), entry->d_name, O_RDONLY | O_CLOEXEC);
        ssize_t n = file < 0 ? -1 : read(file, bytes, sizeof bytes);
        sum += n > 0 ? n : 0;
        if (file >= 0)
            close(file);
    }
    closedir(folder);
    return sum > 0 ? 0 : 1;
}
