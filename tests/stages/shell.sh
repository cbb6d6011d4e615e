# Shared by the stages of tests/run; sourced, from the checkout root. A stage prints one line for each thing that it tried:
#   ok - NAME | not ok - NAME | skip - NAME: REASON | tally - P passed, F failed, S skipped - NAME
# and may print anything else between; tests/run counts these lines and nothing else.

jobs=$(nproc)
mkdir -p build/log

ok() { echo "ok - $*"; }
not_ok() { echo "not ok - $*"; }
skip() { echo "skip - $*"; }

# quietly LOG COMMAND...: the output goes to the log and is shown only when the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 </dev/null && return 0
  tail -n 80 "$log"
  return 1
}

# build_preset PRESET [TARGET...]: configures and builds; all targets when none is named.
build_preset() {
  local preset=$1
  shift
  quietly "build/log/$preset-configure.log" cmake --preset "$preset" &&
    quietly "build/log/$preset-build.log" cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}

# The development build is what most stages look at; the first of them pays for it.
need_dev_build() {
  [ -z "${DEV_BUILD_FAILED:-}" ] && build_preset dev && return 0
  not_ok "$1: the dev preset does not build"
  exit 0
}

# sanitized_build [TARGET...]: address, undefined behaviour and the fuzzer's coverage in one tree, so that asan and fuzz share its minutes.
sanitized_build() {
  quietly build/log/asan-configure.log cmake --preset asan -DSALLYPORT_FUZZ=ON &&
    quietly build/log/asan-build.log cmake --build build/asan -j "$jobs" ${1:+--target "$@"}
}

# threads_build: the tests that run threads, with ThreadSanitizer; cmake/unit_test.cmake knows which they are.
threads_build() {
  quietly build/log/tsan-configure.log cmake --preset tsan || return 1
  local tests
  tests=$(ctest --test-dir build/tsan -N 2>/dev/null | sed -n 's/^ *Test *#[0-9]*: \(.*\)/\1_test/p')
  # shellcheck disable=SC2086  # a list of words
  quietly build/log/tsan-build.log cmake --build build/tsan -j "$jobs" --target $tests
}

# copy_checkout FOLDER: what is tracked, or about to be, as it stands, into a fresh folder.
copy_checkout() {
  rm -rf "$1"
  mkdir -p "$1"
  git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read | tar -x -C "$1"
}

# Reports of the sanitizers name functions and lines; binutils' addr2line does where llvm-symbolizer is not installed.
name_the_frames() {
  local program
  program=$(command -v llvm-symbolizer-19 || command -v addr2line) || return 0
  export ASAN_SYMBOLIZER_PATH=$program TSAN_SYMBOLIZER_PATH=$program UBSAN_SYMBOLIZER_PATH=$program
}

# run_programs PROGRAM...: end-to-end programs, with the gateway in SALLYPORT; of each only its verdicts, unless it fails. `PREFIX` stands before
# the names of their verdicts and logs.
run_programs() {
  local program name log code
  for program; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    name=$(basename "$program")
    name=${PREFIX:+${PREFIX% }_}$name
    [ -x "$SALLYPORT" ] || { not_ok "$name: $SALLYPORT does not exist"; continue; }
    export SCRATCH=$PWD/build/e2e/$name
    rm -rf "$SCRATCH"
    mkdir -p "$SCRATCH"
    log=build/log/$name.log code=0
    timeout -k 10 "${E2E_SECONDS:-300}" "$program" </dev/null >"$log" 2>&1 || code=$?
    sed -i -E "s/^(ok|not ok|skip) - /&${PREFIX:-}/" "$log"
    if [ $code != 0 ]; then cat "$log"; else grep -E '^(ok|not ok|skip) - ' "$log" || true; fi
    if [ $code != 0 ] && ! grep -q '^not ok - ' "$log"; then not_ok "$name ended with exit code $code"; fi
    grep -qE '^(ok|not ok|skip) - ' "$log" || [ $code != 0 ] || not_ok "$name tried nothing"
  done
}

# Sanitizers look for races and bad memory, not for rare luck, and are some twenty times slower: the long runs are the development build's.
shorten_the_long_runs() {
  export SALLYPORT_STORM_REQUESTS=1000 SALLYPORT_SEEDS=1000 SALLYPORT_LEASE_SEEDS=2000 SALLYPORT_OUTAGE_SEEDS=1 SALLYPORT_GUARD_CASES=500
}

# run_ctest FOLDER [CTEST ARGUMENTS...]: every registered test, counted in doctest's own test cases.
run_ctest() {
  local folder=$1
  shift
  ctest --test-dir "$folder" -V -j "$jobs" "$@" </dev/null 2>&1 | awk -f tests/stages/tally.awk || true
}
