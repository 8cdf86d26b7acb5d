# Measures submissions, and plain inserts of the same row. Sourced by Benchmarks/*/run, never run; needs
# benchmarks.sh, and the product of start_product_without_dispatcher.

submission=$root/Benchmarks/submission
command -v wrk >/dev/null || fail "wrk is needed: apt-get install wrk"

# Commits must be durable on every side for a fair comparison.
check_durability() {
    local setting
    for setting in fsync synchronous_commit; do
        [ "$(query "SHOW $setting")" = on ] || fail "PostgreSQL runs with $setting off"
    done
}

# All start with an empty table with the same indexes.
empty_tables() {
    query 'TRUNCATE tasks'
    query 'DROP TABLE IF EXISTS peer_tasks' 2>/dev/null
    query 'CREATE TABLE peer_tasks (LIKE tasks INCLUDING ALL)'
    query CHECKPOINT 2>/dev/null || true # Superusers only; without it the results vary a little more.
}

# measure_requests URL: prints requests per second, and the median and the 99th percentile of their latencies in ms.
measure_requests() {
    local log=$home/log/wrk.log
    wrk --threads 1 --connections "$clients" --duration "${seconds}s" --script "$submission/submit.lua" "$1" >"$log"
    if grep 'Non-2xx\|Socket errors' "$log" >&2; then fail "not everything was accepted; the log is $log"; fi
    sed -n 's/^result //p' "$log"
}

# Prints the same for pgbench, which logs every latency to a file.
measure_inserts() {
    local log=$home/log/pgbench.log
    rm -f "$home/log/pgbench_latency".*
    "$postgres_programs/pgbench" --no-vacuum --protocol prepared --client "$clients" --jobs 1 --time "$seconds" \
        --log --log-prefix "$home/log/pgbench_latency" --sampling-rate 0.1 \
        --file "$submission/insert.sql" "$DATABASE_URL" >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        fail "pgbench did not run; its log is $log"
    }
    awk '{ print $3 / 1000 }' "$home/log/pgbench_latency".* | sort -g >"$home/log/latencies"
    awk -v tps="$(awk '/^tps/ { print $3 }' "$log")" \
        '{ v[NR] = $1 } END { print tps, v[int(NR / 2) + 1], v[int(NR * 0.99) + 1] }' "$home/log/latencies"
}
