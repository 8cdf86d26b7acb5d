# Loopback ports. Sourced, never run; needs messages.sh and $scripts.

# port_is_free PORT: whether we can listen there.
port_is_free() {
    python3 - "$1" 2>/dev/null <<'PYTHON'
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", int(sys.argv[1])))
PYTHON
}

# free_port: prints a port that is free.
free_port() { "$scripts/free-port"; }

# claim_port ASKED REMEMBERED VARIABLE: prints the port to use: the requested one, which must be free; else the one used
# last time, if it is free; else any free one.
claim_port() {
    local asked=$1 remembered=$2 variable=$3
    if [ -n "$asked" ]; then
        port_is_free "$asked" || fail "port $asked is taken: set $variable to another one"
        printf '%s\n' "$asked"
    elif [ -n "$remembered" ] && port_is_free "$remembered"; then
        printf '%s\n' "$remembered"
    else
        free_port
    fi
}
