#!/usr/bin/env bash
# Makes the environment: .venv with what requirements.txt names, and on request what the tests
# need. Quiet and quick when everything is there already.
#
#   bash tools/setup.sh [--dev] [--browser]
#
#   --dev      also the tools of requirements-dev.txt (tests, formatting, types)
#   --browser  also Chromium, a Chinese font and nginx, for the browser tests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=requirements.txt
browser=no
for option in "$@"; do
    case $option in
        --dev) requirements=requirements-dev.txt ;;
        --browser) browser=yes ;;
        *) echo "usage: bash tools/setup.sh [--dev] [--browser]" >&2; exit 2 ;;
    esac
done

# Runs a command as root, if this user may without being asked; else fails.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

install_packages() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Python itself may lack venv on Debian (a package of its own).
usable_python() {
    "$1" -c 'import sys, venv, ensurepip; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local name
    for name in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && usable_python "$name"; then echo "$name"; return; fi
    done
    return 1
}

make_environment() {
    local python stamp
    # The base file counts too: requirements-dev.txt includes it.
    stamp=.venv/.arteria-$(cat requirements.txt "$requirements" | sha256sum | cut -c1-16)
    if [ -e "$stamp" ] && [ -x .venv/bin/python ]; then return; fi
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
        if ! python=$(find_python); then
            echo "Installing Python ..." >&2
            if ! install_packages python3 python3-venv python3-pip || ! python=$(find_python); then
                echo "Arteria needs Python 3.11 or newer with venv. Please have an administrator run:" >&2
                echo "    apt-get install python3 python3-venv python3-pip" >&2
                exit 1
            fi
        fi
        rm -rf .venv
        "$python" -m venv .venv
    fi
    echo "Installing the Python packages of $requirements ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$requirements"
    # Compiled once here, so that the first start doesn't have to.
    .venv/bin/python -m compileall -q app.py core pages
    touch "$stamp"
}

make_environment
if [ "$browser" = yes ]; then
    # shellcheck source=tools/browser.sh
    . tools/browser.sh
    make_browser
    make_proxy
fi
