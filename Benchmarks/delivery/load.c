/* Thousands of watchers, or a publisher, on one thread: cheap enough that the server is what is measured.
 *
 *   load watch   PORT FILE COUNT CONNECTIONS_PER_SECOND
 *   load publish PORT FILE EVENTS_PER_SECOND SECONDS LANES
 *
 * FILE consists of blocks: a length as 32 bits in native byte order, followed by that many bytes.
 *
 * watch: two blocks per connection, an HTTP upgrade and what is sent after it. Prints "ready" once all are connected, and
 * for each line on standard input the number of events since, and quantiles of their latencies in microseconds.
 *
 * publish: one block that opens a lane, possibly empty, and one per event, sent in turn. In each, `t=` and 19 times @ are
 * replaced with the time in nanoseconds at which it was due, which watchers look for, and ten times # with a growing number.
 * With one lane, events are sent when due and answers are ignored; with several, each waits for the answer to its HTTP
 * request.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct { char *bytes; uint32_t length; } Block;
typedef struct { Block *items; size_t count; } Blocks;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static Blocks read_blocks(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    Blocks blocks = {0};
    uint32_t length;
    while (fread(&length, sizeof length, 1, file) == 1) {
        if ((blocks.count & (blocks.count + 1)) == 0)
            blocks.items = realloc(blocks.items, 2 * (blocks.count + 1) * sizeof(Block));
        Block block = {malloc(length + 1), length};
        if (fread(block.bytes, 1, length, file) != length) fail(path);
        blocks.items[blocks.count++] = block;
    }
    fclose(file);
    return blocks;
}

static int dial(int port) {
    int socket_ = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 || connect(socket_, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket_;
}

static void send_all(int socket_, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = send(socket_, bytes, length, MSG_NOSIGNAL);
        if (count < 0) fail("send");
        bytes += count;
        length -= count;
    }
}

/* ---- watch ---- */

typedef struct {
    int socket;
    int is_open;
    char *rest; /* the beginning of a frame */
    size_t rest_length;
} Watcher;

static struct { int64_t *items; size_t count, room; } delays;

static void note(int64_t delay) {
    if (delays.count == delays.room) {
        delays.room = delays.room ? 2 * delays.room : 1 << 16;
        delays.items = realloc(delays.items, delays.room * sizeof *delays.items);
    }
    delays.items[delays.count++] = delay;
}

static void find_events(const char *bytes, size_t length, int64_t time) {
    const char *end = bytes + length, *found;
    while ((found = memmem(bytes, end - bytes, "t=", 2)) && end - found >= 21) {
        int64_t sent = 0;
        int digits = 0;
        while (digits < 19 && found[2 + digits] >= '0' && found[2 + digits] <= '9')
            sent = 10 * sent + (found[2 + digits++] - '0');
        if (digits == 19) note(time - sent);
        bytes = found + 2;
    }
}

/* Returns the number of bytes in complete frames. */
static size_t read_frames(Watcher *watcher, const uint8_t *bytes, size_t length, int64_t time) {
    size_t done = 0;
    while (length - done >= 2) {
        const uint8_t *frame = bytes + done;
        size_t head = 2, payload = frame[1] & 127;
        if (payload == 126) {
            if (length - done < 4) break;
            payload = frame[2] << 8 | frame[3];
            head = 4;
        } else if (payload == 127) {
            if (length - done < 10) break;
            payload = 0;
            for (int index = 2; index < 10; index++) payload = payload << 8 | frame[index];
            head = 10;
        }
        if (length - done < head + payload) break;
        int code = frame[0] & 15;
        if (code <= 2) find_events((const char *)frame + head, payload, time);
        if (code == 9 && payload < 126) {
            char pong[6 + 125] = {(char)0x8A, (char)(0x80 | payload)}; /* a zero mask */
            memcpy(pong + 6, frame + head, payload);
            send_all(watcher->socket, pong, 6 + payload);
        }
        if (code == 8) fprintf(stderr, "closed with %d\n", payload >= 2 ? frame[head] << 8 | frame[head + 1] : 0);
        done += head + payload;
    }
    return done;
}

static char buffer[1 << 20];

/* Returns whether the connection stays open. */
static int read_watcher(Watcher *watcher) {
    memcpy(buffer, watcher->rest, watcher->rest_length);
    size_t room = sizeof buffer - watcher->rest_length;
    ssize_t count = recv(watcher->socket, buffer + watcher->rest_length, room, MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return 0;
    size_t length = watcher->rest_length + count;
    size_t done = read_frames(watcher, (uint8_t *)buffer, length, now());
    watcher->rest_length = length - done;
    free(watcher->rest);
    watcher->rest = NULL;
    if (watcher->rest_length) {
        watcher->rest = malloc(watcher->rest_length);
        memcpy(watcher->rest, buffer + done, watcher->rest_length);
    }
    return 1;
}

/* Returns whether the server accepted it; false for a 503. */
static int upgrade(Watcher *watcher, Block request, Block then, int port) {
    watcher->socket = dial(port);
    send_all(watcher->socket, request.bytes, request.length);
    size_t length = 0;
    char *end = NULL;
    while (!end) {
        ssize_t count = recv(watcher->socket, buffer + length, 1, 0);
        if (count <= 0) fail("no answer to the upgrade");
        length += count;
        buffer[length] = 0;
        if (length >= 4 && !memcmp(buffer + length - 4, "\r\n\r\n", 4)) end = buffer + length;
    }
    if (!strncmp(buffer, "HTTP/1.1 503 ", 13)) {
        close(watcher->socket);
        return 0;
    }
    if (!strstr(buffer, " 101 ")) {
        fprintf(stderr, "%s", buffer);
        exit(1);
    }
    if (then.length) send_all(watcher->socket, then.bytes, then.length);
    return 1;
}

static int by_size(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static double quantile(double part) {
    return delays.count ? delays.items[(size_t)((delays.count - 1) * part)] / 1000.0 : 0;
}

static void report(int lost) {
    qsort(delays.items, delays.count, sizeof *delays.items, by_size);
    printf("{\"events\": %zu, \"lost_connections\": %d, \"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}\n", delays.count, lost,
        quantile(0.5), quantile(0.99), quantile(1));
    fflush(stdout);
    delays.count = 0;
}

static void watch(int port, const char *path, int count, int rate) {
    Blocks blocks = read_blocks(path);
    if (blocks.count < 2 * (size_t)count) exit(64);
    Watcher *watchers = calloc(count, sizeof *watchers);
    int events = epoll_create1(0), lost = 0;
    int64_t start = now();
    for (int index = 0; index < count; index++) {
        int64_t due = start + index * 1000000000ll / rate - now();
        if (due > 0) usleep(due / 1000);
        while (!upgrade(&watchers[index], blocks.items[2 * index], blocks.items[2 * index + 1], port)) usleep(200000);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &watchers[index]};
        epoll_ctl(events, EPOLL_CTL_ADD, watchers[index].socket, &event);
    }
    printf("ready\n");
    fflush(stdout);
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL}, ready[512];
    epoll_ctl(events, EPOLL_CTL_ADD, 0, &input);
    for (;;) {
        int found = epoll_wait(events, ready, 512, -1);
        for (int index = 0; index < found; index++) {
            Watcher *watcher = ready[index].data.ptr;
            if (!watcher) {
                char line[256];
                if (read(0, line, sizeof line) <= 0) exit(0);
                report(lost);
            } else if (!read_watcher(watcher)) {
                lost++;
                close(watcher->socket);
            }
        }
    }
}

/* ---- publish ---- */

enum { PLACES = 4 };

/* The bytes of one event, and the places of its time and its numbers. */
typedef struct {
    Block block;
    char *time, *numbers[PLACES];
} Event;

static Event prepare(Block block) {
    Event event = {.block = block};
    event.time = memmem(block.bytes, block.length, "t=@@@@@@@@@@@@@@@@@@@", 21);
    char *from = block.bytes;
    for (int place = 0; place < PLACES; place++) {
        from = memmem(from, block.bytes + block.length - from, "##########", 10);
        if (!from) break;
        event.numbers[place] = from;
        from += 10;
    }
    return event;
}

static void write_digits(char *place, uint64_t value, int count) {
    while (count-- > 0) {
        place[count] = '0' + value % 10;
        value /= 10;
    }
}

/* Stamps the time at which the event was due rather than written: a server that delays its publisher must not look faster
 * for it. */
static void stamp(Event event, uint64_t number, int64_t due) {
    if (event.time) write_digits(event.time + 2, due, 19);
    for (int place = 0; place < PLACES && event.numbers[place]; place++) write_digits(event.numbers[place], number, 10);
}

/* Reads one HTTP answer with a Content-Length. */
static void read_answer(int lane) {
    size_t length = 0;
    for (;;) {
        ssize_t count = recv(lane, buffer + length, sizeof buffer - 1 - length, 0);
        if (count <= 0) fail("no answer");
        length += count;
        buffer[length] = 0;
        char *end = strstr(buffer, "\r\n\r\n"), *size = strcasestr(buffer, "content-length:");
        if (end && length >= (size_t)(end - buffer) + 4 + (size && size < end ? strtoul(size + 15, NULL, 10) : 0)) return;
    }
}

static void discard(int lane) {
    while (recv(lane, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {}
}

static void publish(int port, const char *path, double rate, double seconds, int lanes) {
    Blocks blocks = read_blocks(path);
    if (blocks.count < 2) exit(64);
    size_t kinds = blocks.count - 1;
    Event *events = calloc(kinds, sizeof *events);
    for (size_t index = 0; index < kinds; index++) events[index] = prepare(blocks.items[index + 1]);
    int *sockets = calloc(lanes, sizeof *sockets);
    for (int lane = 0; lane < lanes; lane++) {
        sockets[lane] = dial(port);
        send_all(sockets[lane], blocks.items[0].bytes, blocks.items[0].length);
    }
    uint64_t total = rate * seconds, sent = 0, base = time(NULL) % 1000000 * 1000;
    int64_t start = now();
    while (sent < total) {
        uint64_t due = (now() - start) / 1e9 * rate;
        if (due > total) due = total;
        if (due == sent) {
            usleep(200);
            continue;
        }
        if (lanes == 1) {
            /* One write for all that is due, so that the publisher stays cheap. */
            size_t length = 0;
            while (sent < due && length < sizeof buffer - 4096) {
                Event event = events[sent % kinds];
                stamp(event, base + sent / kinds, start + (sent + 1) / rate * 1e9);
                memcpy(buffer + length, event.block.bytes, event.block.length);
                length += event.block.length;
                sent++;
            }
            send_all(sockets[0], buffer, length);
            discard(sockets[0]);
        } else {
            int busy = 0;
            for (; busy < lanes && sent < due; busy++, sent++) {
                Event event = events[sent % kinds];
                stamp(event, base + sent / kinds, start + (sent + 1) / rate * 1e9);
                send_all(sockets[busy], event.block.bytes, event.block.length);
            }
            for (int lane = 0; lane < busy; lane++) read_answer(sockets[lane]);
        }
    }
    double took = (now() - start) / 1e9;
    printf("{\"events\": %llu, \"seconds\": %.3f}\n", (unsigned long long)sent, took);
}

int main(int count, char **words) {
    if (count == 6 && !strcmp(words[1], "watch"))
        watch(atoi(words[2]), words[3], atoi(words[4]), atoi(words[5]));
    else if (count == 7 && !strcmp(words[1], "publish"))
        publish(atoi(words[2]), words[3], atof(words[4]), atof(words[5]), atoi(words[6]));
    else
        return 64;
    return 0;
}
