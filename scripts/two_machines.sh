#!/bin/sh
# Train on two machines that are none: network namespaces with a cable between them. On the way a process is killed, then a
# whole machine. As root, on Linux; PYTHON (.venv/bin/python) has the package with the extra train.
# usage: scripts/two_machines.sh CORPUS OUT [SETTING …]
#     such as: scripts/two_machines.sh data/english_prompts /tmp/run --preset tiny --window 2000
# Writes OUT/run, which both share, and OUT/0.log and OUT/1.log; says what happened.
set -eu

[ $# -ge 2 ] || {
    echo "usage: scripts/two_machines.sh CORPUS OUT [SETTING …]" >&2
    exit 2
}
corpus=$1 out=$2
shift 2
set -- train --data "$corpus" --out "$out/run" --updates 60 --batch-size 2 --checkpoint-minutes 0 --listen-seconds 0 \
    --device cpu --threads 1 "$@"
python=${PYTHON:-.venv/bin/python} updates=60
mkdir -p "$out"

say() { echo "$(date +%T) $*"; }

clean() {
    for machine in 0 1; do
        ip netns pids "wavenet$machine" 2>/dev/null | xargs -r kill -9 || true
        ip netns del "wavenet$machine" 2>/dev/null || true
    done
}

# A machine's torchrun: it starts the process again when one of any machine ends, once all machines are there.
machine() {
    number=$1
    shift
    ip netns exec "wavenet$number" env OMP_NUM_THREADS=1 GLOO_SOCKET_IFNAME=cable \
        "$python" -m torch.distributed.run --nnodes 2 --nproc_per_node 1 --rdzv_backend c10d --rdzv_id wavenet \
        --rdzv_endpoint 10.77.0.1:29500 --rdzv_conf "is_host=$((1 - number))" --local_addr "10.77.0.$((number + 1))" \
        --max_restarts 3 -m wavenet.cli.main "$@" \
        >>"$out/$number.log" 2>&1
}

# The last update in the log of the run, or 0.
update() {
    sed -n 's/.*"update": \([0-9]*\).*/\1/p' "$out/run/log.jsonl" 2>/dev/null | tail -n 1 | grep . || echo 0
}

until_update() {
    until [ "$(update)" -ge "$1" ]; do
        kill -0 "$first" 2>/dev/null || {
            say "machine 0 ended early: $out/0.log"
            tail -n 3 "$out/0.log"
            exit 1
        }
        sleep 0.5
    done
}

# The process of a machine that trains, which torchrun has started.
trainer() {
    for each in $(ip netns pids "wavenet$1"); do
        grep -qz '^RANK=' "/proc/$each/environ" 2>/dev/null && echo "$each" && return
    done
}

clean
trap clean EXIT
ip netns add wavenet0
ip netns add wavenet1
ip -n wavenet0 link add cable type veth peer name cable netns wavenet1
for each in 0 1; do
    ip -n "wavenet$each" addr add "10.77.0.$((each + 1))/24" dev cable
    ip -n "wavenet$each" link set cable up
    ip -n "wavenet$each" link set lo up
done

machine 0 "$@" &
first=$!
machine 1 "$@" &
second=$!
until_update $((updates / 3))
say "update $(update): the process of machine 1 is killed"
kill -9 "$(trainer 1)"
until_update $((2 * updates / 3))
say "update $(update): it was started again, and the run went on from its checkpoint"

say "update $(update): machine 1 is lost; torchrun on machine 0 would wait for ten minutes, and then end with an error"
ip netns pids wavenet1 | xargs kill -9
wait "$second" || true
sleep 15
say "torchrun is ended on machine 0, too, and both start again"
ip netns pids wavenet0 | xargs kill -9
wait "$first" || true
machine 0 "$@" &
first=$!
machine 1 "$@" &
second=$!
wait "$first" || say "machine 0 ended with an error: $out/0.log"
wait "$second" || say "machine 1 ended with an error: $out/1.log"
say "update $(update): $(tail -n 1 "$out/0.log")"
[ "$(update)" = "$updates" ]
