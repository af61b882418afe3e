# Chromium, a Chinese font and nginx for the browser tests; read by tools/setup.sh.
# The tests look at $ARTERIA_CHROMIUM, .tools/chromium, /usr/bin/chromium, then the PATH.

chinese_font() { fc-list :lang=zh 2>/dev/null | grep -q .; }

# The browser that the tests would take, if there is one that starts.
present_browser() {
    local candidate
    for candidate in "${ARTERIA_CHROMIUM:-}" "$PWD/.tools/chromium" /usr/bin/chromium "$(command -v chromium || true)"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

make_browser() {
    local found
    if found=$(present_browser) && { [ "$found" = "$PWD/.tools/chromium" ] || chinese_font; }; then
        return
    fi
    echo "Installing Chromium and a Chinese font ..." >&2
    if install_packages chromium fonts-noto-cjk fontconfig && present_browser >/dev/null; then
        return
    fi
    if ! unpack_browser || ! "$PWD/.tools/chromium" --version >/dev/null; then
        echo "The browser tests need Chromium. Please have an administrator run:" >&2
        echo "    apt-get install chromium fonts-noto-cjk" >&2
        exit 1
    fi
}

present_proxy() {
    local candidate
    for candidate in "$PWD/.tools/nginx" "$(command -v nginx || true)" /usr/sbin/nginx; do
        if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" -v 2>/dev/null; then return; fi
    done
    return 1
}

# Unpacked, never installed: Debian's package would start a web server on port 80.
make_proxy() {
    if present_proxy; then return; fi
    echo "Fetching nginx ..." >&2
    if unpack_packages "$PWD/.tools/nginx_root" nginx \
        && write_wrapper nginx "$PWD/.tools/nginx_root" usr/sbin/nginx && present_proxy; then
        return
    fi
    echo "The test of the proxy needs nginx. Please have an administrator run:" >&2
    echo "    apt-get install nginx" >&2
    exit 1
}

unpack_browser() {
    local root=$PWD/.tools/root
    unpack_packages "$root" chromium fonts-noto-cjk fontconfig || return 1
    write_fontconfig "$PWD/.tools"
    write_wrapper chromium "$root" usr/lib/chromium/chromium
}

# Without an administrator: Debian's packages are fetched with a package list of our own and
# unpacked into the folder, nothing of the system is touched.
#
#   unpack_packages FOLDER PACKAGE ...
unpack_packages() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local root=$1 apt=$PWD/.tools/apt package
    shift
    rm -rf "$root" "$apt"
    mkdir -p "$root" "$apt/lists/partial" "$apt/archives/partial"
    # An empty status file makes apt fetch every library, as none of the system's is assumed.
    : >"$apt/status"
    local options=(
        -qq
        -o "Dir::State::Lists=$apt/lists"
        -o "Dir::State::status=$apt/status"
        -o "Dir::Cache=$apt"
        -o "Dir::Log=$apt"
        -o Debug::NoLocking=1
        -o APT::Sandbox::User=
        -o APT::Update::Post-Invoke=
        -o APT::Update::Post-Invoke-Success=
        -o DPkg::Post-Invoke=
    )
    apt-get "${options[@]}" update >/dev/null 2>&1 || true
    apt-get "${options[@]}" --download-only --no-install-recommends -y \
        install "$@" >/dev/null || return 1
    for package in "$apt"/archives/*.deb; do
        case ${package##*/} in
            # The C library must be the system's own: its loader starts the browser.
            libc6_* | libc-bin_* | base-files_* | dpkg_* | perl* | debconf_*) continue ;;
        esac
        dpkg-deb -x "$package" "$root"
    done
    rm -rf "$apt"
}

write_fontconfig() {
    cat >"$1/fonts.conf" <<CONF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$1/root/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>$1/fontcache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>
CONF
}

# .tools/NAME starts FOLDER/PROGRAM with the libraries unpacked beside it.
#
#   write_wrapper NAME FOLDER PROGRAM
write_wrapper() {
    local place=$PWD/.tools/$1
    cat >"$place" <<WRAPPER
#!/bin/sh
root=$2
export LD_LIBRARY_PATH="\$root/usr/lib/x86_64-linux-gnu:\$root/lib/x86_64-linux-gnu:\$root/$(dirname "$3")"
export FONTCONFIG_FILE=$PWD/.tools/fonts.conf
exec "\$root/$3" "\$@"
WRAPPER
    if [ "$(dpkg --print-architecture)" = arm64 ]; then
        sed -i 's/x86_64-linux-gnu/aarch64-linux-gnu/g' "$place"
    fi
    chmod +x "$place"
}
