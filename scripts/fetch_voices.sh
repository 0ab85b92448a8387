#!/bin/sh
# Unpack 230 minutes of five people in five languages, and their texts, from Debian's packages; all 16 kHz, 220 MB:
# prompts of Allison Smith (en, es), June Wallack (fr; both CC-BY-SA-3.0), Carlo Flora (it) and IvrvoiceRU (ru; CC-BY-3.0),
# and the recordings of festvox-ru, whose licence is like the BSD one.
# usage: scripts/fetch_voices.sh [DIR=data/voices_raw]; then: wavenet prepare DIR/* OUT
set -eu

dir=${1:-data/voices_raw}
prompts=
for language in en es fr it ru; do
    prompts="$prompts asterisk-core-sounds-$language-g722 asterisk-core-sounds-$language"
done
# shellcheck disable=SC2086
sh "$(dirname "$0")/fetch_debian.sh" "$dir/asterisk-core-sounds" $prompts
sh "$(dirname "$0")/fetch_debian.sh" "$dir/festvox-ru" festvox-ru
