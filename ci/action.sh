#!/usr/bin/env bash
# The shell part of action.yml: `action.sh install`, then `action.sh scan`.
#
# In: environment variables only. Names of branches and refs are an attacker's
# to choose, so none of them is ever part of a script's text. Out: annotations
# on stdout, `exit-code` and `sarif` in $GITHUB_OUTPUT, hubsweep's exit code.
# tests/ci runs it for every kind of event.
set -euo pipefail

# A program of its own folder, so that nothing of the job's Python is touched.
install() {
  local version=${INPUT_VERSION:-}
  if [[ $version == installed ]]; then
    hubsweep --version
    return
  fi
  if [[ -z $version ]]; then
    # This action's own version: its files are those of the release.
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
  fi
  local python folder=${RUNNER_TEMP:?}/hubsweep-venv
  python=$(command -v python3 || command -v python) || stop 2 "no Python on this runner: add actions/setup-python before this action"
  "$python" -m venv "$folder"
  local bin=$folder/bin
  [[ -d $bin ]] || bin=$folder/Scripts
  "$bin/python" -m pip install --quiet --disable-pip-version-check "hubsweep==$version"
  echo "$bin" >>"$GITHUB_PATH"
}

# stop CODE TEXT: end with an annotation.
stop() {
  printf '::error title=hubsweep::%s\n' "$2"
  output exit-code "$1"
  exit "$1"
}

output() {
  [[ -z ${GITHUB_OUTPUT:-} ]] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

is_id() {
  [[ $1 =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ && ! $1 =~ ^0+$ ]]
}

# Is it a commit of this clone?
is_here() {
  git -C "$root" cat-file -e "$1^{commit}" 2>/dev/null
}

is_shallow() {
  [[ $(git -C "$root" rev-parse --is-shallow-repository 2>/dev/null) == true ]]
}

readonly DEEPEN="give actions/checkout 'fetch-depth: 0', so that the commits are here to be read"

# Sets `what`: the arguments that say what to sweep.
choose() {
  local range=${INPUT_RANGE:-auto}
  case $range in
    tree) what=() ; return ;;
    history) what=(--history) ; return ;;
    auto) ;;
    *..*) what=("--range=$range") ; return ;;
    *) stop 2 "the input range is none of auto, tree, history, A..B" ;;
  esac
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target | merge_group) choose_base ;;
    push) choose_push ;;
    # On a schedule or by hand: everything.
    *) what=(--history) ;;
  esac
}

# A request to merge: what it adds to its base. Nothing else will do in place
# of the base: its configuration is the one that holds.
choose_base() {
  local base=${EVENT_BASE:-} head=${EVENT_HEAD:-}
  if ! is_id "$base" || ! is_id "$head"; then
    stop 2 "this event names no base and head commit"
  fi
  is_here "$base" || stop 3 "the base commit $base is not in this clone: $DEEPEN"
  is_here "$head" || stop 3 "the head commit $head is not in this clone: $DEEPEN, and 'ref: refs/pull/N/merge' for pull_request_target"
  what=("--range=$base..$head")
}

# A push: from the commit before to the one after.
choose_push() {
  local before=${EVENT_BEFORE:-} after=${EVENT_AFTER:-}
  if [[ $after =~ ^0+$ ]]; then
    echo "hubsweep: a ref was deleted, nothing to sweep"
    output exit-code 0
    exit 0
  fi
  if ! is_id "$after" || ! is_here "$after"; then
    stop 3 "the pushed commit is not in this clone: $DEEPEN"
  fi
  if is_id "$before" && is_here "$before"; then
    what=("--range=$before..$after")
    return
  fi
  # A new branch or tag, or a push by force whose old commit is gone. In a
  # shallow clone it may as well be the one that is missing.
  if is_shallow; then
    stop 3 "the commit before this push is not in this clone: $DEEPEN"
  fi
  local main=refs/remotes/origin/${EVENT_DEFAULT_BRANCH:-}
  if [[ -n ${EVENT_DEFAULT_BRANCH:-} && ${GITHUB_REF:-} != "refs/heads/$EVENT_DEFAULT_BRANCH" ]] && is_here "$main"; then
    main=$(git -C "$root" rev-parse --verify "$main^{commit}")
    what=("--range=$main..$after")
  else
    what=(--history)
  fi
}

scan() {
  root=${INPUT_PATH:-.}
  what=()
  choose
  local sarif=${RUNNER_TEMP:?}/hubsweep.sarif summary=$RUNNER_TEMP/hubsweep.md
  rm -f "$sarif" "$summary"
  local command=(hubsweep scan ${what[@]+"${what[@]}"} --report github "--report=sarif=$sarif" "--report=markdown=$summary")
  [[ -z ${INPUT_FAIL_ON:-} ]] || command+=("--fail-on=$INPUT_FAIL_ON")
  [[ -z ${INPUT_POLICY:-} ]] || command+=("--policy=$INPUT_POLICY")
  local extra=()
  # Split at white space; nothing is expanded.
  read -r -d '' -a extra <<<"${INPUT_ARGS:-}" || true
  command+=(${extra[@]+"${extra[@]}"})
  [[ $root == . ]] || command+=("$root")
  is_shallow && printf '::warning title=hubsweep::this clone is shallow: %s\n' "$DEEPEN"
  local code=0
  "${command[@]}" || code=$?
  output exit-code "$code"
  [[ ! -s $sarif ]] || output sarif "$sarif"
  # GitHub takes 1 MiB of a summary.
  if [[ -s $summary && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    head -c 900000 "$summary" >>"$GITHUB_STEP_SUMMARY"
  fi
  if [[ $code == 3 ]]; then
    printf '::error title=hubsweep::not everything could be read (exit code 3); the job summary says what\n'
  fi
  exit "$code"
}

case ${1:-} in
  install | scan) "$1" ;;
  *) echo "usage: action.sh install|scan" >&2 ; exit 2 ;;
esac
