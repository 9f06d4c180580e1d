# What bin/test, bin/bench and bin/i18n share: a throw-away cluster, prepared databases.

# prepare_tests [OPTIONS OF test_db.py]
prepare_tests() {
    take_lock test
    system_packages test
    get_odoo
    get_wkhtmltopdf
    get_venv test
    need_free "$LOCAL" 800
    on_exit stop_postgres
    start_postgres testpg -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c max_wal_size=2GB
    CONFIG=$LOCAL/test/odoo.conf
    mkdir -p "$LOCAL/test/log" "$ROOT/addons"
    cat >"$CONFIG" <<EOF || die "cannot write in $LOCAL: $(why_unwritable)"
[options]
addons_path = $ROOT/addons,$ODOO_ADDONS
data_dir = $LOCAL/test/data
http_interface = 127.0.0.1
unaccent = True
workers = 0
max_cron_threads = 0
EOF
    export PYTHONPATH=$ODOO_PATH
    step "Prepared databases" child "$VENV/bin/python" "$LIB/test_db.py" \
        -c "$CONFIG" -- --version "$ODOO_VERSION" "$@"
    local result
    result=$(sed -n 's/^result: //p' "$STEP_LOG")
    export CONCIERGERIE_CONFIG=$CONFIG CONCIERGERIE_DATABASE=conciergerie_test
    export CONCIERGERIE_CORE_TEMPLATE=${result% *} CONCIERGERIE_TEMPLATE=${result#* }
}
