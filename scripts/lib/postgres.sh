# PostgreSQL as a backing service. Sourced by backing-services.

postgres_versions=/usr/lib/postgresql

# The newest server: a package of clients alone has a directory there as well.
newest_postgres() {
    local programs newest=''
    while read -r programs; do
        if [ -x "$programs/initdb" ] && [ -x "$programs/postgres" ]; then newest=$programs; fi
    done < <(printf '%s\n' "$postgres_versions"/*/bin | sort --version-sort)
    printf '%s\n' "$newest"
}

postgres_programs=$(newest_postgres)

# A command prefix to run as an ordinary user, since PostgreSQL refuses to run as root.
postgres_as=()
if [ "$(id -u)" -eq 0 ]; then
    postgres_user=$(id -un postgres 2>/dev/null || id -un nobody)
    postgres_as=(setpriv --reuid "$postgres_user" --regid "$(id -g "$postgres_user")" --clear-groups --)
fi

prepare_postgres() {
    if [ -e "$directory/postgres/PG_VERSION" ]; then
        local version
        version=$(cat "$directory/postgres/PG_VERSION")
        # No other version reads its files.
        postgres_programs=$postgres_versions/$version/bin
        [ -x "$postgres_programs/postgres" ] ||
            fail "$directory/postgres is of PostgreSQL $version, and $postgres_programs/postgres is not there: apt-get install postgresql-$version"
    fi
    [ -n "$postgres_programs" ] || fail "PostgreSQL is not installed: run scripts/install"
    postgres_port=$(claim_port "${MAAS_POSTGRES_PORT:-}" "$postgres_port" MAAS_POSTGRES_PORT)
    if [ -e "$directory/postgres/PG_VERSION" ]; then
        # The settings were lost but the data was not: set the new password.
        [ -n "$known_password" ] || reset_postgres_password
        return
    fi

    local home=$directory/postgres log=$directory/log/initdb.log password_file
    # The other user may have no access to this directory (a clone under /root): then the data goes under /var/lib.
    if [ ${#postgres_as[@]} -gt 0 ] && ! "${postgres_as[@]}" test -x "$directory"; then
        home=/var/lib/maas/$(printf '%s' "$directory" | sha256sum | head -c 16)
        install --directory --mode 711 /var/lib/maas
        ln -sfn "$home" "$directory/postgres"
    fi
    # It gets its name once it is whole: an interrupted initdb leaves what looks like a database and never starts.
    rm -rf "$home" "$home.new"
    install --directory --mode 700 "$home.new"
    [ ${#postgres_as[@]} -eq 0 ] || chown "$postgres_user:" "$home.new"
    mkdir -p "$directory/log"
    password_file=$(mktemp)
    printf '%s\n' "$postgres_password" >"$password_file"
    [ ${#postgres_as[@]} -eq 0 ] || chown "$postgres_user:" "$password_file"
    (
        cd /
        "${postgres_as[@]}" "$postgres_programs/initdb" --pgdata "$home.new" --username maas --pwfile "$password_file" \
            --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8
    ) >"$log" 2>&1 || {
        tail -n 8 "$log" >&2
        rm -f "$password_file"
        fail "initdb did not make the database; its log is $log"
    }
    rm -f "$password_file"
    mv "$home.new" "$home"
}

reset_postgres_password() {
    (
        cd /
        printf "ALTER USER maas PASSWORD '%s'\n" "$postgres_password" |
            "${postgres_as[@]}" "$postgres_programs/postgres" --single -D "$(realpath "$directory/postgres")" postgres
    ) >"$directory/log/postgres.log" 2>&1 || fail "the password could not be set; the log is $directory/log/postgres.log"
}

# SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for all clients to disconnect.
start_postgres() {
    (
        cd /
        start_service "$directory" postgres --stop-signal INT -- "${postgres_as[@]}" "$postgres_programs/postgres" \
            -D "$(realpath "$directory/postgres")" -p "$postgres_port" \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories=
    )
}

postgres_query() {
    PGPASSWORD=$postgres_password PGCONNECT_TIMEOUT=5 "$postgres_programs/psql" --no-psqlrc --quiet --no-align --tuples-only \
        --host 127.0.0.1 --port "$postgres_port" --username maas --dbname postgres --command "$1"
}

probe_postgres() { postgres_query 'SELECT 1'; }

finish_postgres() {
    [ "$(postgres_query "SELECT 1 FROM pg_database WHERE datname = 'maas'")" = 1 ] || postgres_query 'CREATE DATABASE maas'
}
