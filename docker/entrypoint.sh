#!/bin/sh
# serve | setup [OPTIONS] | backup [DATABASE [FILE]] | restore FILE DATABASE | COMMAND
set -eu
home=/opt/conciergerie
conf=/tmp/odoo.conf

refuse() {
    echo "$1" >&2
    exit 1
}

[ -n "${PGPASSWORD:-}" ] || refuse "POSTGRES_PASSWORD is not set; see .env.example."

# Odoo's settings, with the master password's hash added; for this user only.
write_conf() {
    [ "${#ODOO_MASTER_PASSWORD}" -ge 16 ] ||
        refuse "ODOO_MASTER_PASSWORD needs 16 characters or more; see .env.example."
    umask 077
    {
        cat "$home/config/odoo.conf"
        printf '\nadmin_passwd = '
        python3 -c 'import os
from passlib.context import CryptContext
word = os.environ["ODOO_MASTER_PASSWORD"]
print(CryptContext(["pbkdf2_sha512"]).hash(word))'
    } >"$conf"
    unset ODOO_MASTER_PASSWORD
}

ODOO_MASTER_PASSWORD=${ODOO_MASTER_PASSWORD:-}
export ODOO_MASTER_PASSWORD
export CONCIERGERIE_DATA=/var/lib/odoo
task=${1:-serve}
[ $# -eq 0 ] || shift
case $task in
serve)
    write_conf
    exec odoo -c "$conf" "$@"
    ;;
setup)
    write_conf
    # What an update of every addon depends on: Odoo and the OCA addons.
    version=$(odoo --version; cat "$home/requirements-oca.txt")
    version=$(echo "$version" | sha256sum | cut -c1-12)
    exec python3 "$home/bin/lib/setup_db.py" -c "$conf" --workers=0 -- \
        conciergerie --no-demo --version "$version" "$@"
    ;;
backup | restore)
    write_conf
    export ODOO_COMMAND="odoo -c $conf"
    cd /backup
    exec python3 "$home/bin/lib/backup.py" "$task" "$@"
    ;;
*) exec "$task" "$@" ;;
esac
