#!/usr/bin/env bash
# Opens the benchmark report of recorded runs in a browser without a window and uses it: report_in_browser.sh BROWSER
set -euo pipefail
browser=$1
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$here/../../script/bench" --from "$here/recorded/four_runs.json" --output "$folder" >/dev/null
{ cat "$folder/index.html"; echo "<script>"; cat "$here/report_in_browser.js"; echo "</script>"; } >"$folder/checked.html"
check() {
  local size=$1 scheme=$2 page=$3
  flags=(--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --window-size="$size" --user-data-dir="$folder/profile")
  [[ $scheme == dark ]] && flags+=(--blink-settings=preferredColorScheme=0)
  HOME=$folder "$browser" "${flags[@]}" --dump-dom "file://$folder/$page" >"$folder/dom.html" 2>"$folder/browser.txt"
  if ! grep -q 'all checks passed' "$folder/dom.html"; then
    echo "at $size, $scheme, the page says: $(grep -o '<title>.*</title>' "$folder/dom.html")"
    tail -5 "$folder/browser.txt"
    exit 1
  fi
}
check 1400,1000 light checked.html
check 820,1000 dark checked.html
check 400,800 light checked.html
echo "all checks passed"
