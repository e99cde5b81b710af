#!/usr/bin/env bash
# Finds a broken law of a pool as it is, and replays its token in new processes, each of which must say the same.
# usage: finding.sh POOLPROOF SUBJECT SCENARIO LAW REPLAYS [SCHEDULES]
set -uo pipefail
poolproof=$1 subject=$2 scenario=$3 law=$4 replays=$5 schedules=${6:-200000}

die() { echo "finding: $subject, $scenario, $law: $*" >&2; exit 1; }

# Another law may be broken sooner: then another seed begins elsewhere.
for seed in {1..20}; do
  said=$("$poolproof" check "$subject" --scenario "$scenario" --schedules "$schedules" --seed "$seed" --no-shrink) \
    && die "no law is broken in $schedules schedules: mended?"
  grep -q "^$law .* is broken" <<<"$said" && break
done
grep -q "^$law .* is broken" <<<"$said" || die "another law is broken, or none: $said"
token=$(sed -n 's/^replay with: poolproof replay //p' <<<"$said")
[[ -n "$token" ]] || die "no token"

replay() { "$poolproof" replay "$token"; }
first=$(replay)
grep -q "$law" <<<"$first" || die "the replay does not show it: $first"
for ((i = 1; i < replays; ++i)); do
  [[ "$(replay)" == "$first" ]] || die "replay $i of $replays differs from the first"
done
echo "$subject, $scenario: $law is broken, $replays of $replays replays alike"
echo "poolproof replay $token"
