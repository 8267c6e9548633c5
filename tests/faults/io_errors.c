/* Preloaded into the worker of tests/faults/io_errors.py: fails the n-th call on files below a folder.
 *
 * Calls are counted by kind: 1 write and truncate, 2 flush, 4 names, 8 open, 16 read, 32 create. From the n-th on
 * either one call fails or, when sticky, every further one of the kinds, until it is disarmed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 65536
static char below[4096];
static size_t below_length;
static atomic_long count, fail_at = -1;
static int failing_with, kinds, sticky;
static atomic_char watched[MOST];
static atomic_int fired;

void io_watch(const char *folder) {
    strncpy(below, folder, sizeof below - 1);
    below_length = strlen(below);
}
void io_arm(long n, int error, int of_kinds, int stays) {
    failing_with = error; kinds = of_kinds; sticky = stays; fired = 0; count = 0; fail_at = n;
}
long io_disarm(void) { fail_at = -1; return count; }
int io_fired(void) { return fired; }

static int inside(const char *path) {
    return below_length && path && strncmp(path, below, below_length) == 0;
}
static int seen(int fd) { return fd >= 0 && fd < MOST && watched[fd]; }
static int fails(int kind) {
    if (fail_at < 0 || !(kinds & kind)) return 0;
    long here = atomic_fetch_add(&count, 1);
    if (sticky ? here < fail_at : here != fail_at) return 0;
    fired = 1;
    errno = failing_with;
    return 1;
}
/* A full disk refuses new files, not opening old ones. */
static int open_fails(int flags) {
    return fails((flags & O_CREAT) ? 8 | 32 : 8);
}
#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define OPENS(name) \
int name(const char *path, int flags, ...) { \
    NEXT(int, name, const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); } \
    if (inside(path) && open_fails(flags)) return -1; \
    int fd = next(path, flags, mode); \
    if (fd >= 0 && fd < MOST) watched[fd] = inside(path); \
    return fd; \
}
OPENS(open)
OPENS(open64)

#define OPENS_AT(name) \
int name(int at, const char *path, int flags, ...) { \
    NEXT(int, name, int, const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); } \
    if (inside(path) && open_fails(flags)) return -1; \
    int fd = next(at, path, flags, mode); \
    if (fd >= 0 && fd < MOST) watched[fd] = inside(path); \
    return fd; \
}
OPENS_AT(openat)
OPENS_AT(openat64)

int close(int fd) {
    NEXT(int, close, int);
    if (fd >= 0 && fd < MOST) watched[fd] = 0;
    return next(fd);
}
ssize_t write(int fd, const void *data, size_t size) {
    NEXT(ssize_t, write, int, const void *, size_t);
    return seen(fd) && fails(1) ? -1 : next(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    NEXT(ssize_t, pwrite, int, const void *, size_t, off_t);
    return seen(fd) && fails(1) ? -1 : next(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return seen(fd) && fails(1) ? -1 : next(fd, data, size, at);
}
ssize_t read(int fd, void *data, size_t size) {
    NEXT(ssize_t, read, int, void *, size_t);
    return seen(fd) && fails(16) ? -1 : next(fd, data, size);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
    NEXT(ssize_t, pread, int, void *, size_t, off_t);
    return seen(fd) && fails(16) ? -1 : next(fd, data, size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    NEXT(ssize_t, pread64, int, void *, size_t, off64_t);
    return seen(fd) && fails(16) ? -1 : next(fd, data, size, at);
}
int ftruncate(int fd, off_t size) {
    NEXT(int, ftruncate, int, off_t);
    return seen(fd) && fails(1) ? -1 : next(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    NEXT(int, ftruncate64, int, off64_t);
    return seen(fd) && fails(1) ? -1 : next(fd, size);
}
int fsync(int fd) {
    NEXT(int, fsync, int);
    return seen(fd) && fails(2) ? -1 : next(fd);
}
int fdatasync(int fd) {
    NEXT(int, fdatasync, int);
    return seen(fd) && fails(2) ? -1 : next(fd);
}
int rename(const char *from, const char *to) {
    NEXT(int, rename, const char *, const char *);
    return (inside(from) || inside(to)) && fails(4) ? -1 : next(from, to);
}
int unlink(const char *path) {
    NEXT(int, unlink, const char *);
    return inside(path) && fails(4) ? -1 : next(path);
}
int mkdir(const char *path, mode_t mode) {
    NEXT(int, mkdir, const char *, mode_t);
    return inside(path) && fails(4) ? -1 : next(path, mode);
}
