# The virtual environment with the pinned requirements.

VENV=$LOCAL/venv

# get_venv run|test: rebuilt when Python changed, completed when a pin changed.
get_venv() {
    local version
    if [ ! -x "$VENV/bin/python" ] || [ ! -f "$VENV/stamp-run" ] || [ -n "${PYTHON:-}" ]; then
        choose_python
        version=$("$PYTHON" -c 'import sys; print(sys.version)' | tr -d '\n')
        if [ "$(cat "$VENV/python-version" 2>/dev/null)" != "$version" ]; then
            rm -rf "$VENV"
        fi
    fi
    if [ "$(cat "$VENV/stamp-$1" 2>/dev/null)" != "$(pins "$1")" ]; then
        need_free "$LOCAL" 900
        step "Python packages for bin/$1" fill_venv "$1"
        pins run >"$VENV/stamp-run"
        [ "$1" = run ] || pins "$1" >"$VENV/stamp-$1"
    fi
}

pins() {
    local files="requirements.txt requirements-oca.txt"
    [ "$1" = run ] || files="$files requirements-test.txt"
    (cd "$ROOT" && cat $files constraints.txt | sha256sum | cut -c1-16)
}

fill_venv() {
    cd "$ROOT" || return 1
    if [ ! -x "$VENV/bin/pip" ]; then
        rm -rf "$VENV"
        "$PYTHON" -m venv "$VENV" || return 1
        "$PYTHON" -c 'import sys; print(sys.version)' | tr -d '\n' >"$VENV/python-version"
    fi
    local pip="$VENV/bin/python -m pip install --progress-bar off -c constraints.txt"
    $pip -r requirements.txt || return 1
    # These name dependencies that are met otherwise (a distribution named odoo).
    $pip --no-deps -r requirements-oca.txt || return 1
    [ "$1" = run ] || $pip -r requirements-test.txt
}
