# Secrets of a local product, and the files that have them. Sourced, never run.

# new_secret: prints 24 random bytes in hexadecimal.
new_secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# replace_file FILE: writes standard input to it, whole or not at all: after a kill, or on a full disk, it is as before.
replace_file() { cat >"$1.new" && sync "$1.new" && mv "$1.new" "$1"; }
