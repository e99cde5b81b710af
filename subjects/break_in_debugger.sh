#!/usr/bin/env bash
# Stops a replay in gdb, as docs/debugging.md shows: break_in_debugger.sh POOLPROOF GDB
set -euo pipefail
poolproof=$1
gdb=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# LeakSanitizer cannot work beside a debugger.
export ASAN_OPTIONS=detect_leaks=0

status=0
"$poolproof" check lossy --report "$folder" >"$folder/check.txt" || status=$?
((status == 1)) || { echo "check lossy ended with $status, not 1"; cat "$folder/check.txt"; exit 1; }

expect() {
  grep -q -- "$1" "$2" || { echo "$2 does not say: $1"; tail -30 "$2"; exit 1; }
}

# The step in which a waiter goes to sleep.
"$poolproof" replay "$folder/failure.token" --trace >"$folder/steps.txt" || true
step=$(awk '/wait on condition_variable/ { print $1; exit }' "$folder/steps.txt")
"$gdb" --batch --quiet -nx -iex "set debuginfod enabled off" -ex run -ex backtrace -ex continue \
  --args "$poolproof" replay "$folder/failure.token" --break-at "$step" >"$folder/gdb.txt" 2>&1 || true
expect "Program received signal SIGTRAP" "$folder/gdb.txt"
expect "lossy_pool.h:" "$folder/gdb.txt"
expect "Replaying lossy: " "$folder/gdb.txt"
expect "exited with code 01" "$folder/gdb.txt"
echo "stopped at step $step and went on"
