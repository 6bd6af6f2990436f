#!/usr/bin/env bash
# Feeds mutated files to the readers with libFuzzer, all readers at once on all processors.
#   Scripts/fuzz.sh SECONDS             every reader, SECONDS in all
#   Scripts/fuzz.sh SECONDS READER...   some of them: model, csv, png, …
#   Scripts/fuzz.sh SECONDS -- FILE...  nothing new: each FILE once, by the reader of its folder's name
#   Scripts/fuzz.sh kit FOLDER          the program with all that it needs for a Linux machine that has
#                                       nothing of it: FOLDER/run.sh SECONDS RESULTS
# Whoever is free takes a turn with the reader that has had the fewest inputs, so slow readers get more
# processors; a reader is done at GLASSBOX_RUNS inputs (ten million). Fuzzing/.results holds the counts
# (counts.tsv), what brought a reader down or took over a second (faults) and the inputs that reach
# different code (corpus), from which the next call goes on. Inputs that brought a reader down are also
# kept in Fuzzing/Regressions/READER, which the tests replay; it exits with 1 then.
#   GLASSBOX_RESULTS       another folder for results
#   GLASSBOX_WORKERS       how many work at once; the processors
#   GLASSBOX_FUZZ_PROGRAM  the program, built already
set -euo pipefail
from=$PWD
absolute() { case $1 in /*) echo "$1" ;; *) echo "$from/$1" ;; esac; }
cd "$(dirname "$0")/../Fuzzing"

seconds=${1:?seconds in all}
shift
kit=""
if [ "$seconds" = kit ]; then kit=$(absolute "${1:?a folder for the kit}"); fi
results=$(absolute "${GLASSBOX_RESULTS:-$PWD/.results}")
workers=${GLASSBOX_WORKERS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu)}
goal=${GLASSBOX_RUNS:-10000000}
program=${GLASSBOX_FUZZ_PROGRAM:-}
if [ -z "$program" ]; then
  build=(-c release --scratch-path .build-fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
    -Xcc -fsanitize=fuzzer-no-link --product fuzz)
  [ "$(uname)" != Linux ] || build+=(--static-swift-stdlib)
  swift build "${build[@]}"
  program=$(swift build "${build[@]}" --show-bin-path)/fuzz
fi
if [ -n "$kit" ]; then
  mkdir -p "$kit/Scripts" "$kit/Fuzzing" "$kit/libraries"
  cp -R Seeds Regressions "$kit/Fuzzing"
  cp ../Scripts/fuzz.sh "$kit/Scripts"
  strip -o "$kit/program" "$program"
  gzip -9f "$kit/program"
  # With the C library and its loader, so that the machine may have an older one.
  ldd "$program" | grep -o '/[^ ]*' | while read -r library; do cp -L "$library" "$kit/libraries"; done
  cat >"$kit/run.sh" <<'RUN'
#!/usr/bin/env bash
# run.sh SECONDS RESULTS: fuzzes every reader for so long and leaves counts, faults and corpus in RESULTS.
set -euo pipefail
kit=$(cd "$(dirname "$0")" && pwd)
[ -x "$kit/program" ] || { gunzip -k "$kit/program.gz" && chmod +x "$kit/program"; }
export GLASSBOX_RESULTS=$2 GLASSBOX_FUZZ_PROGRAM=$kit/fuzz
exec bash "$kit/Scripts/fuzz.sh" "$1"
RUN
  cat >"$kit/fuzz" <<'RUN'
#!/usr/bin/env bash
# The program by the libraries beside it. Merging, it starts itself again by the name given here.
kit=$(cd "$(dirname "$0")" && pwd)
exec "$kit"/libraries/ld-linux* --argv0 "$kit/fuzz" --library-path "$kit/libraries" "$kit/program" "$@"
RUN
  chmod +x "$kit/fuzz" "$kit/libraries"/ld-linux*
  chmod +x "$kit/run.sh"
  exit
fi

# Swift's own report of a trap can take longer than finding it.
export SWIFT_BACKTRACE=enable=no
# In memory where the system offers that: readers of files wait for no disk.
state=$(mktemp -d /dev/shm/fuzz.XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$state"' EXIT

if [ "${1:-}" = -- ]; then
  shift
  for file in "$@"; do
    GLASSBOX_FOLDER=$state GLASSBOX_READER=$(basename "$(dirname "$file")") \
      "$program" "$(cd .. && realpath "$file")"
  done
  exit
fi

readers=("$@")
[ $# -gt 0 ] || readers=($(ls Seeds))
for reader in "${readers[@]}"; do
  mkdir -p "$results/corpus/$reader" "$results/faults/$reader"
  # Inputs, inputs that turns now running will add, turns running, inputs of the last turn, seconds,
  # memory (MB) and time (s) of the dearest input, faults.
  echo "0 0 0 0 0 0 0 0" >"$state/$reader"
done
started=$(date +%s)
# A fifth is kept for the merging of what was found.
end=$((started + seconds - (seconds / 5 < 60 ? seconds / 5 : 60)))
turn=$((seconds * workers / ${#readers[@]} / 4))
turn=$((turn < 2 ? 2 : turn > 60 ? 60 : turn))

locked() {
  until mkdir "$state/.lock" 2>/dev/null; do sleep 0.02; done
  "$@"
  rmdir "$state/.lock"
}

# The reader with the fewest inputs that is not done; several faults need mending, not more inputs.
take() {
  local reader best="" least=0 count planned active last rest faults
  for reader in "${readers[@]}"; do
    read -r count planned active last _ _ _ faults <"$state/$reader"
    [ $((count + planned)) -lt "$goal" ] && [ "$faults" -lt 5 ] || continue
    # Before the first turn nobody knows how many it makes.
    if [ -z "$best" ] || [ $(((count + planned) * 64 + active)) -lt "$least" ]; then
      best=$reader
      least=$(((count + planned) * 64 + active))
    fi
  done
  [ -n "$best" ] || return 0
  read -r count planned active last rest <"$state/$best"
  echo "$count $((planned + last)) $((active + 1)) $last $rest" >"$state/$best"
  echo "$best $((goal - count - planned)) $last"
}

# What a turn made: reader, what was planned, inputs, seconds, memory, time, faults.
give() {
  local count planned active last time memory slowest faults
  read -r count planned active last time memory slowest faults <"$state/$1"
  echo "$((count + $3)) $((planned - $2)) $((active - 1)) $3 $((time + $4))" \
    "$(($5 > memory ? $5 : memory)) $(($6 > slowest ? $6 : slowest)) $((faults + $7))" \
    >"$state/$1"
  {
    printf 'reader\tinputs\tseconds\tper second\tmemory MB\tslowest s\tfaults\n'
    local reader
    for reader in "${readers[@]}"; do
      read -r count _ _ _ time memory slowest faults <"$state/$reader"
      printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$reader" "$count" "$time" \
        $((time > 0 ? count / time : 0)) "$memory" "$slowest" "$faults"
    done
  } >"$results/counts.tsv"
}

work() {
  local folder=$state/worker.$1 log=$state/worker.$1/log reader rest planned left began
  mkdir -p "$folder"
  # The last number that the program printed so.
  number() { sed -n "s/^$1.*/\\1/p" "$log" | tail -1 | grep . || echo 0; }
  while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
    read -r reader rest planned < <(locked take) || return 0
    [ -n "$reader" ] || return 0
    local inputs=("$results/corpus/$reader" "Seeds/$reader")
    [ ! -d "Regressions/$reader" ] || inputs+=("Regressions/$reader")
    local known faults=0 made
    known=$(find "${inputs[@]}" -type f | wc -l)
    began=$(date +%s)
    GLASSBOX_READER=$reader GLASSBOX_FOLDER=$folder "$program" "${inputs[@]}" \
      -max_total_time=$((left < turn ? left : turn)) -runs=$((rest + known + 8)) \
      -timeout=10 -report_slow_units=1 -rss_limit_mb=2048 -max_len=16384 \
      -artifact_prefix="$results/faults/$reader/" -print_final_stats=1 >"$log" 2>&1 || faults=1
    [ $faults = 0 ] || cp "$log" "$results/faults/$reader/log"
    # Files that were known already are no new inputs.
    made=$(($(number 'stat::number_of_executed_units: *\([0-9]*\)') - $(number '#\([0-9]*\)[[:space:]]*INITED')))
    locked give "$reader" "$planned" $((made > 0 ? made : 0)) $(($(date +%s) - began)) \
      "$(number 'stat::peak_rss_mb: *\([0-9]*\)')" \
      "$(number 'stat::slowest_unit_time_sec: *\([0-9]*\)')" $faults
  done
}

for ((worker = 0; worker < workers; worker++)); do work $worker & done
wait
column -t -s $'\t' "$results/counts.tsv" 2>/dev/null || cat "$results/counts.tsv"

# Of inputs that reach the same code one stays.
merge() {
  local place reader merged
  for ((place = $1; place < ${#readers[@]}; place += workers)); do
    reader=${readers[place]}
    merged=$state/merged.$reader
    mkdir -p "$merged" "$merged.folder"
    if GLASSBOX_READER=$reader GLASSBOX_FOLDER=$merged.folder "$program" -merge=1 \
      -rss_limit_mb=2048 "$merged" "$results/corpus/$reader" >"$merged.log" 2>&1; then
      rm -rf "$results/corpus/$reader"
      mv "$merged" "$results/corpus/$reader"
    fi
  done
}
for ((worker = 0; worker < workers; worker++)); do merge $worker & done
wait
tar -czf "$results/corpus.tar.gz" -C "$results" corpus

failed=0
for reader in "${readers[@]}"; do
  for fault in "$results/faults/$reader"/{crash,oom,timeout,leak}-*; do
    [ -f "$fault" ] || continue
    mkdir -p "Regressions/$reader"
    cp "$fault" "Regressions/$reader/"
    echo "$reader: $fault"
    failed=1
  done
  rmdir "$results/faults/$reader" 2>/dev/null || true
done
exit $failed
