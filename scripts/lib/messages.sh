# Messages of the scripts for the terminal. Sourced, never run.

if [ -t 2 ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
    bold='' dim='' red='' green='' plain=''
fi

# step TEXT…: a step of the work begins. The work goes on even if nobody can be told, as when the terminal is gone.
step() { printf '%s==>%s %s\n' "$green" "$plain" "$*" >&2 || true; }

# note TEXT…: something worth knowing about the step.
note() { printf '    %s%s%s\n' "$dim" "$*" "$plain" >&2 || true; }

# fail TEXT…: the step failed; prints why and ends the script.
fail() {
    printf '%serror:%s %s\n' "$red$bold" "$plain" "$*" >&2
    exit 1
}
