# Odoo 19 Community: the installation named by ODOO_HOME, or Debian's package
# unpacked privately; and wkhtmltopdf where the system's archive has none.

ODOO_TRIED=$(cat "$ROOT/config/odoo.version")
ODOO_FONTS="libjs-jquery libjs-jquery-form libjs-underscore fonts-inconsolata
fonts-glyphicons-halflings fonts-montserrat fonts-ocr-b fonts-roboto-unhinted"
# The icons' file names changed after 4.7; both Debian 12 and 13 still have it.
ODOO_ICONS="fonts-font-awesome=5.0.10+really4.7.0~dfsg-4.1"
OTHERWISE="name an Odoo 19 Community by ODOO_HOME=/path, or use docker-compose.yml."

odoo_in() {
    local folder
    for folder in "$1" "$1/usr/lib/python3/dist-packages"; do
        if [ -f "$folder/odoo/release.py" ]; then
            say "$folder"
            return
        fi
    done
}

# Sets ODOO_PATH (for PYTHONPATH), ODOO_ADDONS and ODOO_VERSION.
get_odoo() {
    if [ -n "${ODOO_HOME:-}" ]; then
        ODOO_PATH=$(odoo_in "$ODOO_HOME")
        [ -n "$ODOO_PATH" ] || die "ODOO_HOME=$ODOO_HOME holds no odoo/release.py."
        grep -q '^version_info = (19, 0,' "$ODOO_PATH/odoo/release.py" ||
            die "ODOO_HOME=$ODOO_HOME is not Odoo 19.0."
        ODOO_VERSION="ODOO_HOME $(sha256sum <"$ODOO_PATH/odoo/release.py" | cut -c1-12)"
    else
        if [ ! -f "$LOCAL/odoo/version" ]; then
            has apt-get && has dpkg-deb ||
                die "Odoo 19 is taken from Debian's archive, and this is not Debian:" \
                    "$OTHERWISE"
            need_free "$LOCAL" 1800
            step "Odoo 19 (Debian's package, unpacked privately)" fetch_odoo
        fi
        ODOO_PATH=$(odoo_in "$LOCAL/odoo")
        ODOO_VERSION=$(cat "$LOCAL/odoo/version")
        if [ "$ODOO_VERSION" != "$ODOO_TRIED" ]; then
            note "notice: Odoo $ODOO_VERSION is newer than $ODOO_TRIED," \
                "the version this was tried with."
        fi
    fi
    ODOO_ADDONS=$ODOO_PATH/odoo/addons
    if [ -d "$ODOO_PATH/addons/account" ]; then
        ODOO_ADDONS=$ODOO_PATH/addons,$ODOO_ADDONS
    fi
}

# The machine's own Debian mirror.
debian_mirror() {
    local format='$(ORIGIN)|$(LABEL)|$(REPO_URI)' uri
    uri=$(apt-get indextargets --format "$format" 2>/dev/null |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
    if [ -z "$uri" ]; then
        # Lists never fetched: origin and label are not known yet.
        uri=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null |
            grep -v security | head -n 1)
    fi
    say "$uri"
}

# An apt of our own: the machine's settings and mirror, its own lists and cache.
private_apt() {
    local suites=$1 mirror keyring suite
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || problem "apt knows no Debian mirror: $OTHERWISE" || return 1
    keyring=$(ls /usr/share/keyrings/debian-archive-keyring.* 2>/dev/null | head -n 1)
    [ -n "$keyring" ] ||
        problem "the package debian-archive-keyring is missing: $OTHERWISE" || return 1
    APT=$LOCAL/apt
    mkdir -p "$APT/lists/partial" "$APT/cache/archives/partial" || return 1
    : >"$APT/status"
    for suite in $suites; do
        say "deb [signed-by=$keyring] $mirror $suite main"
    done >"$APT/sources.list" || return 1
    cat >"$APT/apt.conf" <<EOF || return 1
Dir::State "$APT";
Dir::State::lists "$APT/lists";
Dir::State::status "$APT/status";
Dir::Etc::sourcelist "$APT/sources.list";
Dir::Etc::sourceparts "-";
Dir::Cache "$APT/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
EOF
    export APT_CONFIG=$APT/apt.conf
    apt-get update -q --error-on=any 2>&1 || {
        unset APT_CONFIG
        return 1
    }
}

fetch_odoo() {
    local status=0
    rm -rf "$LOCAL/odoo" "$LOCAL/odoo.new"
    private_apt "sid trixie" && (
        new=$LOCAL/odoo.new
        mkdir -p "$new/deb" && cd "$new/deb" || exit 1
        candidate odoo-19 ||
            problem "the mirror has no package odoo-19: $OTHERWISE" || exit 1
        version=$(apt-cache policy odoo-19 | awk '/Candidate:/ { print $2 }')
        case $version in 19.0*) ;; *)
            problem "the mirror has odoo-19 $version, not 19.0: $OTHERWISE" || exit 1 ;;
        esac
        apt-get download -q odoo-19 $ODOO_FONTS "$ODOO_ICONS" || exit 1
        for deb in *.deb; do dpkg-deb -x "$deb" "$new" || exit 1; done
        rm -rf "$new/deb" && say "$version" >"$new/version" && mv "$new" "$LOCAL/odoo"
    ) || status=1
    unset APT_CONFIG
    rm -rf "$LOCAL/odoo.new" "$LOCAL/apt"
    return $status
}

# Debian 13 dropped wkhtmltopdf: Debian 12's, with its libraries, in a folder.
get_wkhtmltopdf() {
    mkdir -p "$LOCAL/bin"
    has wkhtmltopdf || [ -x "$LOCAL/bin/wkhtmltopdf" ] ||
        step "wkhtmltopdf (Debian 12's, unpacked privately)" fetch_wkhtmltopdf
    export PATH=$LOCAL/bin:$PATH
}

fetch_wkhtmltopdf() {
    local status=0
    rm -rf "$LOCAL/wkhtmltopdf" "$LOCAL/wkhtmltopdf.new"
    private_apt bookworm && (
        new=$LOCAL/wkhtmltopdf.new
        mkdir -p "$new"
        apt-get install -q -y --download-only wkhtmltopdf || exit 1
        for deb in "$APT"/cache/archives/*.deb; do
            # The system's C library serves; it is newer and compatible.
            case ${deb##*/} in
                libc6_* | libgcc-s1_* | libstdc++6_* | dpkg_* | tar_* | debconf_*) continue ;;
                libllvm* | libz3-* | libgl1-mesa-dri_* | iso-codes_*) continue ;;
            esac
            dpkg-deb -x "$deb" "$new" || exit 1
        done
        libs=$(dirname "$(find "$new/usr/lib" -name 'libQt5WebKit.so.5' | head -n 1)")
        lib=${libs#"$new"}
        sed -e "s|@HOME@|$LOCAL/wkhtmltopdf|; s|@LIB@|$lib|g; s|@SLIB@|${lib#/usr}|" \
            "$LIB/wkhtmltopdf.in" >"$new/wkhtmltopdf" || exit 1
        chmod +x "$new/wkhtmltopdf" && mv "$new" "$LOCAL/wkhtmltopdf" &&
            "$LOCAL/wkhtmltopdf/wkhtmltopdf" --version &&
            ln -sf ../wkhtmltopdf/wkhtmltopdf "$LOCAL/bin/wkhtmltopdf"
    ) || status=1
    unset APT_CONFIG
    rm -rf "$LOCAL/wkhtmltopdf.new" "$LOCAL/apt"
    return $status
}
