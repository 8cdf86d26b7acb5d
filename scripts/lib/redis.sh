# Redis as a backing service. Sourced by backing-services and by cluster-secrets; needs $root.

prepare_redis() {
    command -v redis-server >/dev/null || fail "Redis is not installed: run scripts/install"
    redis_port=$(claim_port "${MAAS_REDIS_PORT:-}" "$redis_port" MAAS_REDIS_PORT)
    mkdir -p "$directory/redis"
    redis_users >"$directory/redis/users.acl"
    cat >"$directory/redis/redis.conf" <<CONF
bind 127.0.0.1
port $redis_port
dir "$directory/redis"
aclfile "$directory/redis/users.acl"
appendonly yes
appendfsync everysec
save ""
proto-max-bulk-len 1mb
CONF
}

# The users and their permissions. A pod may only add events: it can neither read them nor create the keys of the epochs
# beside them, such as maas:events:0:epoch. The default user is off, so nobody can log in as it, but its permissions are
# those with which Redis replays its own log.
redis_users() {
    sed -e "s/SERVICES_DIGEST/$(redis_password_digest "$redis_password")/" \
        -e "s/PODS_DIGEST/$(redis_password_digest "$pod_password")/" "$root/k8s/redis/users.acl"
}

redis_password_digest() { printf '%s' "$1" | sha256sum | head -c 64; }

start_redis() { start_service "$directory" redis -- redis-server "$directory/redis/redis.conf"; }

probe_redis() {
    local answer
    answer=$(REDISCLI_AUTH=$redis_password redis-cli -h 127.0.0.1 -p "$redis_port" --user maas PING 2>/dev/null)
    [ "$answer" = PONG ]
}
