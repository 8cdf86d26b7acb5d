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
CONF
}

# The users, with what each may do. A pod may add events and nothing else: it cannot even read them, nor make the keys of
# the epochs beside them, as maas:events:0:epoch. Nobody can be the default user, which is off; but its rights are those
# with which Redis reads its own log back.
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
