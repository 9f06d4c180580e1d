# The system's own packages, and the Python that Odoo 19 accepts.

if [ "$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi

has() { command -v "$1" >/dev/null 2>&1; }
installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'; }

python_ok() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1
}

# Sets PYTHON. A Python named by the caller is used or refused, never replaced.
choose_python() {
    local wanted=${PYTHON:-} found
    if [ -n "$wanted" ]; then
        has "$wanted" || die "PYTHON=$wanted does not exist."
        python_ok "$wanted" && return
        found=$("$wanted" -c 'import sys; print("%d.%d" % sys.version_info[:2])' \
            2>/dev/null) || found="no working Python"
        die "Odoo 19 takes Python 3.10 to 3.13; PYTHON=$wanted is $found."
    fi
    for PYTHON in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10; do
        if has "$PYTHON" && python_ok "$PYTHON"; then return; fi
    done
    found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1)
    die "Odoo 19 takes Python 3.10 to 3.13 and this machine has $found;" \
        "name another one by PYTHON=/path/to/python3."
}

pg_bin() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn); do
        if [ -x "$folder/initdb" ]; then
            say "$folder"
            return
        fi
    done
    if has initdb; then dirname "$(command -v initdb)"; fi
}

# Prints what is missing for $1 = run or test.
missing_packages() {
    has python3 || [ -n "${PYTHON:-}" ] || say python3
    if ! has python3 || ! python3 -c 'import ensurepip' 2>/dev/null; then
        [ -n "${PYTHON:-}" ] || [ -x "$LOCAL/venv/bin/python" ] || say python3-venv
    fi
    has psql || say postgresql-client
    if [ -z "${OWN_SERVER:-}" ] || [ "$1" = test ]; then
        [ -n "$(pg_bin)" ] || say postgresql
    fi
    if has dpkg-query; then
        installed libmagic1 || installed libmagic1t64 || say libmagic1
        installed libcairo2 || say libcairo2
        installed fonts-dejavu-core || say fonts-dejavu-core
        installed fontconfig-config || say fontconfig-config
        installed ca-certificates || say ca-certificates
    fi
    has wkhtmltopdf || [ -x "$LOCAL/bin/wkhtmltopdf" ] || say wkhtmltopdf
    if [ "$1" = test ]; then
        has chromium || has google-chrome || say chromium
        has msgmerge || say gettext
        has docker-compose || docker compose version >/dev/null 2>&1 ||
            say docker-compose
    fi
}

system_packages() {
    local wanted list
    wanted=$(missing_packages "$1" | sort -u)
    [ -n "$wanted" ] || return 0
    list=$(printf '%s ' $wanted)
    has apt-get || die "please install these with your system's tools: $list" \
        "(or use docker-compose.yml)."
    if [ -n "$SUDO" ] && ! has sudo; then
        die "please install as root first: apt-get install ${list% }"
    fi
    # Asked for here, since the step itself runs without a terminal to ask on.
    if [ -n "$SUDO" ]; then
        sudo -v || die "sudo was refused; install as root: apt-get install ${list% }"
    fi
    need_free /var/lib/dpkg 1200
    step "System packages (${list% })" install_packages $list
}

as_root() { if [ -n "$SUDO" ]; then sudo "$@"; else "$@"; fi; }

install_packages() {
    local conf=/etc/postgresql-common/createcluster.d/no-main-cluster.conf made=
    export DEBIAN_FRONTEND=noninteractive
    if [ -n "$(dpkg --audit)" ]; then as_root dpkg --configure -a || return 1; fi
    as_root apt-get update -q || return 1
    local wanted=() name
    for name in "$@"; do
        # Debian 13 no longer has wkhtmltopdf: odoo.sh fetches it privately.
        if [ "$name" != wkhtmltopdf ] || candidate "$name"; then wanted+=("$name"); fi
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    # Our cluster is private: no server of the system's own on port 5432.
    if [ ! -d /etc/postgresql-common ]; then
        as_root mkdir -p "${conf%/*}" &&
            say "create_main_cluster = false" | as_root tee "$conf" >/dev/null
        made=1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends "${wanted[@]}" </dev/null
    local status=$?
    [ -z "$made" ] || as_root rm -f "$conf"
    return $status
}

candidate() {
    local version
    version=$(apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ { print $2 }')
    [ -n "$version" ] && [ "$version" != "(none)" ]
}
