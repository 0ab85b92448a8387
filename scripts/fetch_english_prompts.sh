#!/bin/sh
# Unpack 25 minutes of one American voice and their texts (Allison Smith, CC-BY-SA-3.0, 16 kHz) from Debian's packages.
# usage: scripts/fetch_english_prompts.sh [DIR=data/english_prompts_raw]; then: wavenet prepare DIR OUT
set -eu

dir=${1:-data/english_prompts_raw}
sh "$(dirname "$0")/fetch_debian.sh" "$dir" asterisk-core-sounds-en-g722 asterisk-core-sounds-en
