# Functions shared by the benchmarks. Sourced by Benchmarks/*/run and by bench, never run; needs messages.sh and
# $scripts.
#
# MAAS_BENCH_HOME (.maas/bench) has their state; MAAS_BENCH_CLIENTS (64), MAAS_BENCH_SECONDS (8) per run, and
# MAAS_BENCH_ROUNDS (3), whose median is reported.

root=$(dirname "$scripts")
# Never the one in the environment: `. .maas/dev.env` sets it to an installation with somebody's tasks.
MAAS_HOME=$(realpath -m "${MAAS_BENCH_HOME:-$root/.maas/bench}")
export MAAS_HOME
clients=${MAAS_BENCH_CLIENTS:-64} seconds=${MAAS_BENCH_SECONDS:-8} rounds=${MAAS_BENCH_ROUNDS:-3}

# claim_home: marks a new home as the benchmarks' own. They empty its tables, so they take no home without that mark.
claim_home() {
    local mark=$MAAS_HOME/of-benchmarks
    [ ! -e "$mark" ] || return 0
    [ -z "$(ls -A "$MAAS_HOME" 2>/dev/null)" ] ||
        fail "$MAAS_HOME was not made by the benchmarks, which empty tables: remove it, or set MAAS_BENCH_HOME to another directory"
    mkdir -p "$MAAS_HOME"
    : >"$mark"
}

heading() { printf '%-44s %10s %10s  %6s   %s\n' '' MaaS other ratio 'the other'; }

# row NAME OURS THEIRS FORMAT OTHER: one line of the table; without a ratio when the other has measured nothing.
row() {
    awk -v name="$1" -v a="$2" -v b="$3" -v format="$4" -v other="$5" 'BEGIN {
        ratio = b + 0 > 0 ? sprintf("%.2f", a / b) : "-"
        printf "  %-42s " format " " format "  %6s   %s\n", name, a, b, ratio, other
    }'
}

# value NAME OURS FORMAT REMARK: a line without a peer to compare with.
value() {
    awk -v name="$1" -v a="$2" -v format="$3" -v remark="$4" \
        'BEGIN { printf "  %-42s " format " %10s  %6s   %s\n", name, a, "", "", remark }'
}

# median N FILE: the median of the Nth column in FILE.
median() { awk -v n="$1" '{ print $n }' "$2" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# simulated MEASUREMENT: the rows of one of the simulator's measurements.
simulated() {
    # An empty field would be skipped if the separator were white space.
    "$root/.build/release/Simulator" --measure "$1" |
        tr '\t' '\037' | while IFS=$'\037' read -r name ours other format remark; do
            if [ -n "$other" ]; then row "$name" "$ours" "$other" "$format" "$remark"; else value "$name" "$ours" "$format" "$remark"; fi
        done
}

build_simulator() {
    [ -z "${MAAS_SKIP_BUILD:-}" ] || return 0
    swift build --package-path "$root" --configuration release --product Simulator >&2 ||
        fail "the build of the simulator failed"
}

query() { psql "$DATABASE_URL" --no-psqlrc --quiet --tuples-only --no-align --command "$1"; }

# The product without its dispatcher, so that submitted tasks do not run.
start_product_without_dispatcher() {
    . "$scripts/lib/services.sh"
    . "$scripts/lib/product.sh"
    . "$scripts/lib/postgres.sh"
    export MAAS_PORT=0 MAAS_WAITING_LIMIT=1000000 MAAS_QUEUE_LIMIT=100000000 MAAS_USER_REQUESTS=0 MAAS_KEY_REQUESTS=0
    trap stop_product EXIT
    "$scripts/up"
    . "$home/services.env"
    . "$home/dev.env"
    stop_service "$home" dispatcher
}

stop_product() {
    stop_service "$home" api-gateway-2
    "$scripts/down"
}

# Packages of the peers written in Python.
peer_python() {
    local venv=$MAAS_HOME/venv
    if ! cmp --silent "$root/Benchmarks/requirements.txt" "$venv/requirements.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --requirement "$root/Benchmarks/requirements.txt" >&2
        cp "$root/Benchmarks/requirements.txt" "$venv/requirements.txt"
    fi
    printf '%s\n' "$venv/bin/python"
}

claim_home
