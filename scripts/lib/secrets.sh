# Secrets of a local product. Sourced, never run.

# new_secret: prints 24 random bytes in hexadecimal.
new_secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
