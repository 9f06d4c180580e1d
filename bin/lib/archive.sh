# What bin/backup and bin/restore share: the server and the folder of bin/run.

archive() {
    has python3 || die "python3 is missing; bin/run installs it."
    export CONCIERGERIE_DATA=${CONCIERGERIE_DATA:-$LOCAL/data}
    mkdir -p "$CONCIERGERIE_DATA" 2>/dev/null || die "cannot write in $CONCIERGERIE_DATA"
    if [ -n "${OWN_SERVER:-}" ]; then
        has pg_dump || die "PostgreSQL's tools (pg_dump, psql) are missing."
    else
        [ -d "$LOCAL/pg" ] || die "there is no database yet; bin/run makes it."
        attach_postgres pg
    fi
    local tools
    tools=$(pg_bin)
    export PATH=${tools:+$tools:}$PATH
    if [ -x "$LOCAL/venv/bin/python" ] && [ -f "$LOCAL/odoo.conf" ]; then
        export PYTHONPATH=${PYTHONPATH:-$(odoo_path)}
        export ODOO_COMMAND=${ODOO_COMMAND:-$LOCAL/venv/bin/python -m odoo}
    fi
    child python3 "$LIB/backup.py" "$@"
}

odoo_path() {
    sed -n 's|^addons_path = .*,\(/.*\)/odoo/addons$|\1|p' "$LOCAL/odoo.conf"
}
