# S3 as a backing service: rclone in front of a directory. Sourced by backing-services.

prepare_s3() {
    s3_program >/dev/null || fail "rclone is not installed: run scripts/install"
    s3_port=$(claim_port "${MAAS_S3_PORT:-}" "$s3_port" MAAS_S3_PORT)
    # A top-level directory is a bucket.
    mkdir -p "$directory/s3/maas"
}

s3_program() {
    if [ -x "$root/.maas/venv/bin/rclone" ]; then
        printf '%s\n' "$root/.maas/venv/bin/rclone"
    else
        command -v rclone
    fi
}

# Passes the keys in the environment, because arguments are visible to everybody. Without a directory cache, so that
# listings are always current.
start_s3() {
    RCLONE_AUTH_KEY="\"$s3_access_key,$s3_secret_key\"" RCLONE_CONFIG='' \
        start_service "$directory" s3 -- "$(s3_program)" serve s3 --addr "127.0.0.1:$s3_port" \
        "$directory/s3"
}

# A signed listing of the bucket, which checks the keys as well. They are passed on standard input, not as arguments.
probe_s3() {
    printf 'user = "%s:%s"\n' "$s3_access_key" "$s3_secret_key" |
        ask_loopback --config - --fail --aws-sigv4 aws:amz:us-east-1:s3 \
            "http://127.0.0.1:$s3_port/maas?list-type=2&max-keys=1"
}
