#!/bin/sh
# Unpack 25 minutes of one American voice and their texts (Allison Smith, CC-BY-SA-3.0, 16 kHz) from Debian's packages.
# usage: scripts/fetch_english_prompts.sh [DIR=data/english_prompts_raw]; then: wavenet prepare DIR OUT
set -eu

dir=${1:-data/english_prompts_raw}
packages="asterisk-core-sounds-en-g722 asterisk-core-sounds-en"
sounds="$dir/usr/share/asterisk/sounds/en_US_f_Allison"
texts="$dir/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"

fail() {
    echo "fetch_english_prompts: $1" >&2
    exit 1
}

if [ -f "$sounds/vm-sorry.g722" ] && [ -f "$texts" ]; then
    echo "$dir: is there already"
    exit 0
fi
for tool in apt-get dpkg; do
    command -v "$tool" >/dev/null || fail "$tool is missing: run this on Debian or Ubuntu, and copy $dir from there"
done

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT INT TERM
download() (
    cd "$temporary"
    # as root, apt would warn that its own user cannot write here
    # shellcheck disable=SC2086
    apt-get -qq -o APT::Sandbox::User=root download $packages
)
if ! download 2>"$temporary/errors"; then
    [ "$(id -u)" = 0 ] || fail "$(tail -n 1 "$temporary/errors"); run 'sudo apt-get update', then this again"
    apt-get -qq update
    download || fail "$packages cannot be downloaded; see the lines above"
fi

mkdir -p "$dir"
for package in "$temporary"/*.deb; do
    dpkg -x "$package" "$dir"
done
[ -f "$sounds/vm-sorry.g722" ] && [ -f "$texts" ] || fail "the packages do not hold what they used to; see $dir"
echo "$dir: $(find "$sounds" -name '*.g722' | wc -l) recordings"
