# PostgreSQL: the server named by PGHOST, or a private cluster on a socket.

if [ -n "${PGHOST:-}${PGPORT:-}" ] && [ -z "${CONCIERGERIE_PRIVATE_PG:-}" ]; then
    OWN_SERVER=1
fi
DB_ROLE=conciergerie
PG_STARTED=

# as_pg COMMAND...: PostgreSQL refuses to run as root.
as_pg() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups \
            env HOME=/ LC_ALL=C.UTF-8 "$@")
    else
        "$@"
    fi
}

# Where the cluster lies: in the clone if its owner can go there.
pg_folder() {
    local wanted=$LOCAL/$1 other
    other=conciergerie-$(printf '%s' "$wanted" | sha256sum | cut -c1-10)
    mkdir -p "$wanted" || return 1
    if [ "$(id -u)" = 0 ]; then
        chown postgres: "$wanted" && chmod 700 "$wanted"
        if ! as_pg test -w "$wanted"; then
            rmdir "$wanted" 2>/dev/null
            wanted=/var/lib/$other
            mkdir -p "$wanted" && chown postgres: "$wanted" && chmod 700 "$wanted"
            PG_ELSEWHERE=1
        fi
    fi
    PG_DIR=$wanted
    PG_SOCKET=$wanted/socket
    # A socket's path has room for 107 bytes, its own name included.
    if [ ${#PG_SOCKET} -gt 85 ]; then
        PG_SOCKET=/tmp/$other
        PG_ELSEWHERE=1
    fi
    if [ -n "${PG_ELSEWHERE:-}" ]; then
        note "PostgreSQL: data in $PG_DIR, socket in $PG_SOCKET" \
            "(the clone's own path is too long or closed to its user)"
    fi
}

# start_postgres FOLDER [OPTIONS]: exports PGHOST, PGPORT, PGUSER.
start_postgres() {
    PG_BIN=$(pg_bin)
    local folder=$1 fresh=
    shift
    PG_OPTIONS="-c listen_addresses='' -c max_connections=100 $*"
    pg_folder "$folder" || die "cannot make $LOCAL/$folder."
    if [ ! -f "$PG_DIR/data/PG_VERSION" ]; then fresh=" (new cluster)"; fi
    step "PostgreSQL$fresh" launch_postgres
    PG_STARTED=1
    unset PGDATABASE PGPASSWORD PGSERVICE PGSSLMODE
    export PGHOST=$PG_SOCKET PGPORT=5432 PGUSER=$DB_ROLE
}

# Like start_postgres, but a running cluster is left to who started it.
attach_postgres() {
    pg_folder "$1" || die "cannot make $LOCAL/$1."
    PG_BIN=$(pg_bin)
    if as_pg "$PG_BIN/pg_ctl" -D "$PG_DIR/data" status >/dev/null 2>&1; then
        export PGHOST=$PG_SOCKET PGPORT=5432 PGUSER=$DB_ROLE
    else
        on_exit stop_postgres
        start_postgres "$1"
    fi
}

launch_postgres() {
    local data=$PG_DIR/data have
    if [ ! -f "$data/PG_VERSION" ]; then
        as_pg rm -rf "$data" "$data.new"
        as_pg "$PG_BIN/initdb" -D "$data.new" -U "$DB_ROLE" -A trust -E UTF8 \
            --locale=C.UTF-8 && as_pg mv "$data.new" "$data" || return 1
    fi
    have=$(as_pg cat "$data/PG_VERSION")
    case $PG_BIN in */"$have"/bin | */postgresql/bin) ;; */postgresql/*)
        PG_BIN=/usr/lib/postgresql/$have/bin
        [ -x "$PG_BIN/pg_ctl" ] ||
            problem "the data in $data are of PostgreSQL $have, which is gone;" \
                "install postgresql-$have." || return 1 ;;
    esac
    if as_pg "$PG_BIN/pg_ctl" -D "$data" status; then return 0; fi
    as_pg mkdir -p -m 700 "$PG_SOCKET" || return 1
    as_pg test -O "$PG_SOCKET" ||
        problem "the socket's folder $PG_SOCKET belongs to somebody else." || return 1
    # 9 is the lock of bin/run: the server must not hold it after us.
    as_pg "$PG_BIN/pg_ctl" -D "$data" -l "$PG_DIR/log" -w -t 60 \
        -o "-k '$PG_SOCKET' $PG_OPTIONS" start 9>&- </dev/null || {
        as_pg tail -n 5 "$PG_DIR/log"
        return 1
    }
}

stop_postgres() {
    if [ -n "$PG_STARTED" ]; then
        as_pg "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m fast -w stop >/dev/null 2>&1
    fi
}

# A real server: can it be reached, is it new enough, may we create databases?
use_server() {
    export PGUSER=${PGUSER:-$(id -un)} PGHOST=${PGHOST:-localhost}
    [ "$PGUSER" != postgres ] ||
        die "Odoo refuses the PostgreSQL role postgres; name another one by PGUSER."
    local answer
    answer=$(psql -XAtq -d postgres -c "SELECT current_setting('server_version_num')::int
        >= 130000 AND (rolsuper OR rolcreatedb) FROM pg_roles
        WHERE rolname = current_user" 2>&1) ||
        die "no PostgreSQL for $PGUSER at $PGHOST: $(printf '%s' "$answer" | tail -n 1)"
    [ "$answer" = t ] ||
        die "$PGUSER at $PGHOST may not create databases, or it is older than 13."
    note "PostgreSQL: the server $PGHOST, as $PGUSER"
}
