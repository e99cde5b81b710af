#!/usr/bin/env bash
# Opens a report page in a browser without a window and uses it: report_in_browser.sh POOLPROOF BROWSER
set -euo pipefail
poolproof=$1
browser=$2
checks=$(dirname "$0")/report_in_browser.js
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

status=0
"$poolproof" check lossy --scenario timeout-races-hand-off --report "$folder" >"$folder/check.txt" || status=$?
((status == 1)) || { echo "check lossy ended with $status, not 1"; cat "$folder/check.txt"; exit 1; }
grep -q 'https\?://' "$folder/report.html" && { echo "the page names an address"; exit 1; }

{ cat "$folder/report.html"; echo "<script>"; cat "$checks"; echo "</script>"; } >"$folder/checked.html"
for size in 1400,1000 820,1000 400,800; do
  for scheme in light dark; do
    flags=(--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --window-size=$size --user-data-dir="$folder/profile")
    [[ $scheme == dark ]] && flags+=(--blink-settings=preferredColorScheme=0)
    HOME=$folder "$browser" "${flags[@]}" --dump-dom "file://$folder/checked.html" >"$folder/dom.html" 2>"$folder/browser.txt"
    if ! grep -q '<title>all checks passed</title>' "$folder/dom.html"; then
      echo "at $size, $scheme, the page says: $(grep -o '<title>.*</title>' "$folder/dom.html")"
      tail -5 "$folder/browser.txt"
      exit 1
    fi
  done
done
echo "all checks passed"
