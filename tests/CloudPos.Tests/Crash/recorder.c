/*
 * Loaded with LD_PRELOAD into the real terminal: logs, in their order, everything that changes files below one folder,
 * every sync, and (on request) what is printed. From any prefix of the log the disk can be built as a power cut at that
 * moment may have left it; DiskModel.cs does so.
 *
 * CLOUDPOS_CUT_FOLDER  the folder, as an absolute path
 * CLOUDPOS_CUT_LOG     the log; appended to, so that several processes in turn write one
 * CLOUDPOS_CUT_PRINTS  when set, writes to standard output are logged too, before they are made
 *
 * A record, little-endian: operation (1), inode (8), offset or length (8), length of the path (4), of the data (4), path
 * relative to the folder, data. Operations: W write, T truncate, S sync of a file, D sync of a folder, C create, U unlink,
 * R rename (the data is the new path), L link (the same), A printed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static size_t folder_length;
static int log_file = -1;
static int prints;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
    const char *below = getenv("CLOUDPOS_CUT_FOLDER");
    const char *log = getenv("CLOUDPOS_CUT_LOG");
    if (below == NULL || log == NULL || realpath(below, folder) == NULL)
        return;
    folder_length = strlen(folder);
    prints = getenv("CLOUDPOS_CUT_PRINTS") != NULL;
    log_file = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log_file < 0)
        abort();
}

/* The path below the folder, "" for the folder itself; NULL for anything else. */
static const char *relative(const char *path)
{
    if (log_file < 0 || strncmp(path, folder, folder_length) != 0)
        return NULL;
    if (path[folder_length] == '\0')
        return "";
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

/* The file behind a descriptor, when it lies below the folder. */
static const char *of_descriptor(int fd, char *buffer, struct stat *status)
{
    char link[64];
    if (log_file < 0 || fd == log_file)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length <= 0)
        return NULL;
    buffer[length] = '\0';
    const char *found = relative(buffer);
    return found != NULL && fstat(fd, status) == 0 ? found : NULL;
}

static const char *of_path(int at, const char *path, char *buffer)
{
    char base[PATH_MAX], link[64];
    if (log_file < 0)
        return NULL;
    if (path[0] == '/') {
        snprintf(buffer, PATH_MAX, "%s", path);
    } else {
        ssize_t length;
        if (at == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        length = readlink(link, base, sizeof base - 1);
        if (length <= 0)
            return NULL;
        base[length] = '\0';
        if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX)
            return NULL;
    }
    return relative(buffer);
}

static void record(char operation, uint64_t inode, uint64_t number, const char *path, const void *data, size_t length)
{
    int before = errno;
    unsigned char head[25];
    uint32_t path_length = (uint32_t)strlen(path), data_length = (uint32_t)length;
    head[0] = (unsigned char)operation;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &number, 8);
    memcpy(head + 17, &path_length, 4);
    memcpy(head + 21, &data_length, 4);
    struct iovec parts[3] = {
        {head, sizeof head}, {(void *)path, path_length}, {(void *)data, length},
    };
    ssize_t (*real)(int, const struct iovec *, int) =
        (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    if (real(log_file, parts, 3) != (ssize_t)(sizeof head + path_length + length))
        abort();
    errno = before;
}

static ssize_t wrote(int fd, const void *data, ssize_t done, off_t offset)
{
    char buffer[PATH_MAX];
    struct stat status;
    const char *path = done > 0 ? of_descriptor(fd, buffer, &status) : NULL;
    if (path != NULL)
        record('W', status.st_ino, (uint64_t)offset, path, data, (size_t)done);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    REAL(pwrite);
    pthread_mutex_lock(&order);
    ssize_t done = wrote(fd, data, real(fd, data, length, offset), offset);
    pthread_mutex_unlock(&order);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset)
{
    return pwrite(fd, data, length, offset);
}

/* Standard output, or a copy of it: the runtime writes to one. */
static int is_output(int fd)
{
    struct stat own, output;
    return fstat(fd, &own) == 0 && fstat(STDOUT_FILENO, &output) == 0 && S_ISFIFO(own.st_mode)
        && own.st_ino == output.st_ino && own.st_dev == output.st_dev;
}

ssize_t write(int fd, const void *data, size_t length)
{
    REAL(write);
    pthread_mutex_lock(&order);
    if (prints && log_file >= 0 && is_output(fd))
        record('A', 0, 0, "", data, length);
    int flags = log_file < 0 ? -1 : fcntl(fd, F_GETFL);
    off_t offset = lseek(fd, 0, flags >= 0 && (flags & O_APPEND) ? SEEK_END : SEEK_CUR);
    ssize_t done = real(fd, data, length);
    if (offset >= 0)
        wrote(fd, data, done, offset);
    pthread_mutex_unlock(&order);
    return done;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    REAL(pwritev);
    pthread_mutex_lock(&order);
    ssize_t done = real(fd, parts, count, offset), left = done;
    for (int i = 0; i < count && left > 0; i++) {
        ssize_t part = left < (ssize_t)parts[i].iov_len ? left : (ssize_t)parts[i].iov_len;
        wrote(fd, parts[i].iov_base, part, offset);
        offset += part;
        left -= part;
    }
    pthread_mutex_unlock(&order);
    return done;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    return pwritev(fd, parts, count, offset);
}

int ftruncate(int fd, off_t length)
{
    REAL(ftruncate);
    char buffer[PATH_MAX];
    struct stat status;
    pthread_mutex_lock(&order);
    int result = real(fd, length);
    const char *path = result == 0 ? of_descriptor(fd, buffer, &status) : NULL;
    if (path != NULL)
        record('T', status.st_ino, (uint64_t)length, path, "", 0);
    pthread_mutex_unlock(&order);
    return result;
}

int ftruncate64(int fd, off64_t length)
{
    return ftruncate(fd, length);
}

static void synced(int fd)
{
    char buffer[PATH_MAX];
    struct stat status;
    const char *path = of_descriptor(fd, buffer, &status);
    if (path != NULL)
        record(S_ISDIR(status.st_mode) ? 'D' : 'S', status.st_ino, 0, path, "", 0);
}

int fsync(int fd)
{
    REAL(fsync);
    pthread_mutex_lock(&order);
    int result = real(fd);
    if (result == 0)
        synced(fd);
    pthread_mutex_unlock(&order);
    return result;
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    pthread_mutex_lock(&order);
    int result = real(fd);
    if (result == 0)
        synced(fd);
    pthread_mutex_unlock(&order);
    return result;
}

/* A file that an open has made, or emptied. */
static int opened(int fd, int flags, const char *path, int was_there)
{
    struct stat status;
    if (fd >= 0 && path != NULL && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        if (!was_there)
            record('C', status.st_ino, 0, path, "", 0);
        else if (flags & O_TRUNC)
            record('T', status.st_ino, 0, path, "", 0);
    }
    return fd;
}

#define OPEN_MODE \
    mode_t mode = 0; \
    if (flags & O_CREAT) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = (mode_t)va_arg(rest, int); \
        va_end(rest); \
    }

int openat(int at, const char *name, int flags, ...)
{
    REAL(openat);
    OPEN_MODE
    char buffer[PATH_MAX];
    if (log_file < 0 || !(flags & (O_CREAT | O_TRUNC)))
        return real(at, name, flags, mode);
    pthread_mutex_lock(&order);
    const char *path = of_path(at, name, buffer);
    int was_there = path != NULL && faccessat(at, name, F_OK, 0) == 0;
    int fd = opened(real(at, name, flags, mode), flags, path, was_there);
    pthread_mutex_unlock(&order);
    return fd;
}

int openat64(int at, const char *name, int flags, ...)
{
    OPEN_MODE
    return openat(at, name, flags | O_LARGEFILE, mode);
}

int open(const char *name, int flags, ...)
{
    OPEN_MODE
    return openat(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...)
{
    OPEN_MODE
    return openat(AT_FDCWD, name, flags | O_LARGEFILE, mode);
}

int unlinkat(int at, const char *name, int flags)
{
    REAL(unlinkat);
    char buffer[PATH_MAX];
    pthread_mutex_lock(&order);
    const char *path = of_path(at, name, buffer);
    int result = real(at, name, flags);
    if (result == 0 && path != NULL)
        record('U', 0, 0, path, "", 0);
    pthread_mutex_unlock(&order);
    return result;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

static int moved(char operation, int result, const char *from, const char *to)
{
    if (result == 0 && from != NULL && to != NULL)
        record(operation, 0, 0, from, to, strlen(to));
    return result;
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    char old_buffer[PATH_MAX], new_buffer[PATH_MAX];
    pthread_mutex_lock(&order);
    const char *old_path = of_path(AT_FDCWD, from, old_buffer), *new_path = of_path(AT_FDCWD, to, new_buffer);
    int result = moved('R', real(from, to), old_path, new_path);
    pthread_mutex_unlock(&order);
    return result;
}

int link(const char *from, const char *to)
{
    REAL(link);
    char old_buffer[PATH_MAX], new_buffer[PATH_MAX];
    pthread_mutex_lock(&order);
    const char *old_path = of_path(AT_FDCWD, from, old_buffer), *new_path = of_path(AT_FDCWD, to, new_buffer);
    int result = moved('L', real(from, to), old_path, new_path);
    pthread_mutex_unlock(&order);
    return result;
}
