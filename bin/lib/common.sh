# Shared by the commands of bin/: folders, messages, steps with elapsed time.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LIB=$ROOT/bin/lib
LOCAL=$ROOT/.local
LOGS=$LOCAL/log
export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=
unset PYTHONPATH PYTHONHOME
SECONDS=0

say() { printf '%s\n' "$*"; }
note() { printf '[%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# step TITLE COMMAND...: runs quietly, output in a log; on failure one sentence.
step() {
    local title=$1 log started=$SECONDS
    shift
    log=${title%%(*}
    log=$LOGS/$(printf '%s' "${log% }" | tr -cs 'A-Za-z0-9' '-' | tr 'A-Z' 'a-z').log
    mkdir -p "$LOGS" 2>/dev/null || die "cannot write in $LOCAL: $(why_unwritable)"
    note "$title ..."
    STEP_LOG=$log
    if ! "$@" >"$log" 2>&1; then
        die "$title: $(explain "$log")"
    fi
    if [ $((SECONDS - started)) -ge 2 ]; then
        note "$title: $((SECONDS - started)) s"
    fi
}

why_unwritable() {
    if [ "$(free_mb "$ROOT")" -lt 5 ]; then say "the disk is full"; else
        say "permission denied"; fi
}

# The likely cause of a failed step, in a sentence, from what it printed.
explain() {
    local log=$1 own
    own=$(grep -a '^problem: ' "$log" | tail -n 1)
    if [ -n "$own" ]; then
        say "${own#problem: }"
    elif grep -aqiE 'No space left|Disk quota|not enough free space' "$log" ||
        [ "$(free_mb "$ROOT")" -lt 5 ]; then
        say "the disk is full ($(free_mb "$ROOT") MB free in $ROOT);" \
            "make room and run it again."
    elif grep -aqiE 'resolv|Network is unreachable|NewConnection|Failed to fetch|Connection (refused|timed out)|unable to connect|Could not connect|Max retries' "$log"; then
        say "no network, or the mirror cannot be reached;" \
            "run it again when it can be. Details: $log"
    elif grep -aqE 'is expired|is not valid yet' "$log"; then
        say "the mirror's index is out of date, or this machine's clock is wrong."
    else
        say "failed; the reason is at the end of $log"
    fi
}

problem() {
    printf 'problem: %s\n' "$*"
    return 1
}

free_mb() {
    local folder=$1
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    df -Pm "$folder" | awk 'NR == 2 { print $4 }'
}

need_free() {
    local folder=$1 mb=$2 free
    free=$(free_mb "$folder")
    if [ "$free" -lt "$mb" ]; then
        die "not enough room: $mb MB are needed in $folder, $free MB are free."
    fi
}

# One command at a time per kind in one clone.
take_lock() {
    mkdir -p "$LOCAL" 2>/dev/null || die "cannot write in $LOCAL: $(why_unwritable)"
    exec 9>"$LOCAL/$1.lock" || die "cannot write in $LOCAL: $(why_unwritable)"
    flock -n 9 || die "another bin/$1 is running in this folder; stop it first."
}

# child COMMAND...: like a foreground command, but a signal ends it at once.
CHILD=
child() {
    "$@" &
    CHILD=$!
    local status=0
    wait "$CHILD" || status=$?
    CHILD=
    return $status
}

# A signal that reaches Python just before it sleeps is only seen when it wakes, which
# for Odoo's main loop is a minute later; another one ends the sleep. In the end, KILL:
# the database undoes what was under way.
stop_child() {
    local tenths
    if [ -n "$CHILD" ]; then
        kill -TERM "$CHILD" 2>/dev/null
        for tenths in $(seq 100); do
            kill -0 "$CHILD" 2>/dev/null || break
            if [ $((tenths % 20)) = 0 ]; then kill -TERM "$CHILD" 2>/dev/null; fi
            sleep 0.1
        done
        kill -KILL "$CHILD" 2>/dev/null
        wait "$CHILD" 2>/dev/null
        CHILD=
    fi
}

on_exit() { EXIT_TASK=$1; }
EXIT_TASK=
finish() {
    local status=$?
    trap '' INT TERM HUP
    stop_child
    if [ -n "$EXIT_TASK" ]; then $EXIT_TASK; fi
    exit $status
}
trap finish EXIT
trap 'printf "\n"; exit 130' INT
trap 'exit 143' TERM HUP
