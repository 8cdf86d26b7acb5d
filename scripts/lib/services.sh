# Supervised services in a directory DIR: DIR/run/NAME.{lock,pid,started}, DIR/log/NAME.log. Sourced, never run; needs
# messages.sh.
#
# The service's supervisor inherits the lock as descriptor 9 and holds it while it lives, so a stale pid file is never
# taken for a running service.

# service_is_supervised DIR NAME
service_is_supervised() {
    [ -e "$1/run/$2.lock" ] && ! flock --nonblock "$1/run/$2.lock" true
}

# process_start PID: prints the start time of the process in clock ticks, which with the pid identifies it uniquely. Nothing
# of one that has ended and only waits to be collected: an orphan waits for ever where process 1 collects nothing.
process_start() { sed -n 's/.*) \([^ZX] .*\)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# service_pid DIR NAME: prints the process id of the service, if that process is ours.
service_pid() {
    local pid started
    pid=$(cat "$1/run/$2.pid" 2>/dev/null) && started=$(cat "$1/run/$2.started" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -n "$started" ] && [ "$(process_start "$pid")" = "$started" ] && printf '%s\n' "$pid"
}

# start_service DIR NAME [--stop-signal SIGNAL] -- COMMAND…: harmless when it is running.
start_service() {
    local directory=$1 name=$2
    mkdir -p "$directory/run" "$directory/log"
    (
        exec 9>"$directory/run/$name.lock"
        flock --nonblock 9 || exit 0
        rm -f "$directory/run/$name.supervisor"
        end_orphan "$directory" "$name" 9>&-
        # In its own session: Ctrl-C at the terminal only reaches the script, which then stops the services in order.
        setsid --fork "$scripts/supervise" "$@" </dev/null >>"$directory/log/$name.log" 2>&1 8>&-
    )
}

# end_orphan DIR NAME: ends a service whose supervisor was killed: a second one would share its data and its port with it.
# SIGINT is a request to stop to all of them, and to PostgreSQL one that does not wait for clients.
end_orphan() {
    local directory=$1 name=$2 pid patience=$((SECONDS + 10))
    pid=$(service_pid "$directory" "$name") || return 0
    note "$name (process $pid) has no supervisor: stopping it"
    kill -s INT "$pid" 2>/dev/null || true
    while pid=$(service_pid "$directory" "$name"); do
        [ $SECONDS -lt $patience ] || kill -s KILL "$pid" 2>/dev/null || true
        [ $SECONDS -lt $((patience + 20)) ] || fail "$name (process $pid) cannot be killed"
        sleep 0.05
    done
}

# stop_service DIR NAME: SIGTERM, and SIGKILL after 30 seconds. Harmless when it is not running.
stop_service() {
    local directory=$1 name=$2 pid
    if ! end_supervisor "$directory" "$name" 30; then
        pid=$(service_pid "$directory" "$name") || pid=''
        note "$name (process ${pid:-unknown}) did not stop by itself: killing it"
        [ -z "$pid" ] || kill -s KILL "$pid" 2>/dev/null || true
        end_supervisor "$directory" "$name" 5 || signal_supervisor "$directory" "$name" KILL
    fi
    end_orphan "$directory" "$name"
    rm -f "$directory/run/$name".{pid,started,supervisor}
}

# end_supervisor DIR NAME SECONDS: whether it ended in that time. It is asked again and again, because one that has just
# started holds the lock before it is known who it is.
end_supervisor() {
    local deadline=$((SECONDS + $3))
    while service_is_supervised "$1" "$2"; do
        [ $SECONDS -lt $deadline ] || return 1
        signal_supervisor "$1" "$2" TERM
        sleep 0.05
    done
}

signal_supervisor() { kill -s "$3" "$(cat "$1/run/$2.supervisor" 2>/dev/null)" 2>/dev/null || true; }

# ask_loopback CURL ARGUMENTS…: asks a service of this machine. A proxy, or a user's ~/.curlrc, would answer in its place.
ask_loopback() { curl -q --noproxy '*' --silent --max-time 5 "$@"; }

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
