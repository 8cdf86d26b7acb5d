# Supervised services in a directory DIR: DIR/run/NAME.{lock,pid,started}, DIR/log/NAME.log. Sourced, never run; needs
# messages.sh.
#
# The service's supervisor inherits the lock as descriptor 9 and holds it while it lives, so a stale pid file is never
# taken for a running service.

# service_is_supervised DIR NAME
service_is_supervised() {
    [ -e "$1/run/$2.lock" ] && ! flock --nonblock "$1/run/$2.lock" true
}

# process_start PID: prints the start time of the process in clock ticks, which with the pid identifies it uniquely.
process_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# service_pid DIR NAME: prints the process id of the service, if that process is ours.
service_pid() {
    local pid
    pid=$(cat "$1/run/$2.pid" 2>/dev/null) || return 1
    [ "$(process_start "$pid")" = "$(cat "$1/run/$2.started" 2>/dev/null)" ] && printf '%s\n' "$pid"
}

# start_service DIR NAME [--stop-signal SIGNAL] -- COMMAND…: harmless when it is running.
start_service() {
    local directory=$1 name=$2
    mkdir -p "$directory/run" "$directory/log"
    (
        exec 9>"$directory/run/$name.lock"
        flock --nonblock 9 || exit 0
        # In its own session: Ctrl-C at the terminal only reaches the script, which then stops the services in order.
        setsid --fork "$scripts/supervise" "$@" </dev/null >>"$directory/log/$name.log" 2>&1 8>&-
    )
}

# stop_service DIR NAME: SIGTERM, and SIGKILL after 30 seconds. Harmless when it is not running.
stop_service() {
    local directory=$1 name=$2 pid deadline=$((SECONDS + 30))
    if service_is_supervised "$directory" "$name"; then
        kill -s TERM "$(cat "$directory/run/$name.supervisor")" 2>/dev/null || true
        while service_is_supervised "$directory" "$name" && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
    fi
    # Left over if it did not end, or if its supervisor was killed.
    if pid=$(service_pid "$directory" "$name"); then
        note "$name (process $pid) did not stop by itself: killing it"
        kill -s KILL "$pid" 2>/dev/null || true
        while service_is_supervised "$directory" "$name"; do sleep 0.05; done
    fi
    rm -f "$directory/run/$name".{pid,started,supervisor}
}

# wait_for_service DIR NAME SECONDS PROBE…: polls until the probe, which uses the service's own protocol, succeeds.
wait_for_service() {
    local directory=$1 name=$2 deadline=$((SECONDS + $3)) log=$1/log/$2.log
    shift 3
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $deadline ] || ! service_is_supervised "$directory" "$name"; then
            tail -n 8 "$log" >&2 || true
            fail "$name is not ready; its log is $log"
        fi
        sleep 0.1
    done
}
