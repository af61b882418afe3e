# Chromium and a Chinese font for the browser tests; read by tools/setup.sh.
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
    if ! unpack_browser; then
        echo "The browser tests need Chromium. Please have an administrator run:" >&2
        echo "    apt-get install chromium fonts-noto-cjk" >&2
        exit 1
    fi
}

# Without an administrator: Debian's packages are fetched with a package list of our own and
# unpacked below .tools, nothing of the system is touched.
unpack_browser() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local home=$PWD/.tools root=$PWD/.tools/root apt=$PWD/.tools/apt package
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
        install chromium fonts-noto-cjk fontconfig >/dev/null || return 1
    for package in "$apt"/archives/*.deb; do
        case ${package##*/} in
            # The C library must be the system's own: its loader starts the browser.
            libc6_* | libc-bin_* | base-files_* | dpkg_* | perl* | debconf_*) continue ;;
        esac
        dpkg-deb -x "$package" "$root"
    done
    rm -rf "$apt"
    write_fontconfig "$home"
    write_wrapper "$home"
    "$home/chromium" --version >/dev/null
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

write_wrapper() {
    cat >"$1/chromium" <<WRAPPER
#!/bin/sh
root=$1/root
export LD_LIBRARY_PATH="\$root/usr/lib/x86_64-linux-gnu:\$root/lib/x86_64-linux-gnu:\$root/usr/lib/chromium"
export FONTCONFIG_FILE=$1/fonts.conf
exec "\$root/usr/lib/chromium/chromium" "\$@"
WRAPPER
    local libraries
    libraries=$(dpkg --print-architecture)
    if [ "$libraries" = arm64 ]; then sed -i 's/x86_64-linux-gnu/aarch64-linux-gnu/g' "$1/chromium"; fi
    chmod +x "$1/chromium"
}
