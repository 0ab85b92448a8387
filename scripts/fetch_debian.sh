#!/bin/sh
# Unpack Debian packages, which are not installed, into a folder; does nothing if all of them are there.
# usage: scripts/fetch_debian.sh DIR PACKAGE...
set -eu

dir=$1
shift

fail() {
    echo "fetch_debian: $1" >&2
    exit 1
}

complete() {
    for package; do
        [ -f "$dir/usr/share/doc/$package/copyright" ] || return 1 # every package has one
    done
}

if complete "$@"; then
    echo "$dir: already exists"
    exit 0
fi
for tool in apt-get dpkg; do
    command -v "$tool" >/dev/null || fail "$tool is missing: run this on Debian or Ubuntu, and copy $dir from there"
done
[ ! -e "$dir" ] || rmdir "$dir" 2>/dev/null || fail "$dir contains something else; delete it, or name another folder"

mkdir -p "$(dirname "$dir")"
temporary=$(mktemp -d "$dir.XXXXXX") # beside it: what is whole is moved there at once
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM
mkdir "$temporary/packages" "$temporary/unpacked"
download() (
    cd "$temporary/packages"
    # as root, apt would warn that its own user cannot write here
    apt-get -qq -o APT::Sandbox::User=root download "$@"
)
if ! download "$@" 2>"$temporary/errors"; then
    [ "$(id -u)" = 0 ] || fail "$(tail -n 1 "$temporary/errors"); run 'sudo apt-get update', then this again"
    apt-get -qq update
    download "$@" || fail "$* cannot be downloaded; see the lines above"
fi
for package in "$temporary/packages"/*.deb; do
    dpkg -x "$package" "$temporary/unpacked"
done

chmod 755 "$temporary/unpacked"
mv "$temporary/unpacked" "$dir"
complete "$@" || fail "the packages do not hold what they used to; see $dir"
echo "$dir: $(find "$dir" -name '*.g722' -o -name '*.wav' | wc -l) recordings"
