#!/usr/bin/env bash
#
# One attempt of one task, inside its pod: generate, label, upload.
#
#   run.sh --model demo --prompt TEXT [--size 832x480] [--frames 49] [--steps 20] [--seed -1] [--pace 0.3] …
#
# Every argument goes unchanged to the generator: $MAAS_GENERATOR, or else generate.py, which needs `--model`. run.sh
# itself reads only `--steps`, `--num_clip` and `--frames`, where they are whole numbers. It adds `--save_file`, and
# `--image` when there is a picture.
#
# Environment, set by the job template:
#   MAAS_WORK_DIR       directory shared with the init container `reporter fetch` (default /work):
#                       input/image comes from there, output/ is written here
#   MAAS_INPUT_URL      presigned GET of the picture; empty when the task has none
#   MAAS_OUTPUT_URL     presigned PUT of the video
#   MAAS_OUTPUT_KEY     object key behind it, as the last event names it
#   MAAS_OUTPUT_CHECK_URL
#                       presigned HEAD of the video: success is reported once the store has all of it
#   MAAS_THUMBNAIL_URL  MAAS_SPRITESHEET_URL  MAAS_PREVIEW_URL
#                       presigned PUTs of pictures of the video, which are optional
#   MAAS_LOG_URL        presigned PUT of the programs' output, for the task's user
#   TRACEPARENT  OTEL_EXPORTER_OTLP_ENDPOINT
#                       the attempt's span and where spans go, where traces are recorded
#   MAAS_TASK_ID  MAAS_ATTEMPT  MAAS_EVENT_TOKEN  MAAS_EVENTS_URL  MAAS_EVENTS_STREAM
#                       the attempt's identity, and where `reporter` sends its events
# and optionally:
#   MAAS_GENERATOR      a program to run in place of generate.py, see docs/templates.md
#   MAAS_REPORTER       the reporter (default: the one that `reporter install` has put beside this directory, or
#                       /opt/maas/bin/reporter)
#   MAAS_PYTHON         the interpreter of the programs beside run.sh (default python3)
#   MAAS_GRACE          seconds from a signal to end until the generator is killed, or the upload given up (default 20);
#                       the pod's own grace period is ten seconds longer
#   MAAS_FONT           font of caption and watermark; must have Chinese characters
#   MAAS_AIGC_PRODUCER  producer named in the AIGC metadata (default MaaS)
#   PET_NODE_RANK       set by the training operator; nodes other than 0 only compute: they
#                       report nothing but why they failed, and upload nothing
#
# Exit status: 0 when the video is stored; otherwise that of the step that failed (see maas_worker/failure.py; 128+n for
# signal n). The reason is in the last event of the attempt and in /dev/termination-log.

set -Eeuo pipefail

child=
stopped_by=
interrupted=

# A shell waits for its foreground child before it runs a trap, and as PID 1 it has no default action for a signal.
# So each step runs in the background and signals are forwarded to it; the reporter forwards them to the generator. This
# comes first: until then, PID 1 ignores the signal to stop.
forward() {
    stopped_by=$1
    interrupted=yes
    [[ -z $child ]] || kill -s "$1" "$child" 2>/dev/null || true
}
trap 'forward TERM' TERM
trap 'forward INT' INT
trap 'forward HUP' HUP

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly work=${MAAS_WORK_DIR:-/work}
reporter=${MAAS_REPORTER:-${here%/*}/reporter}
[[ -n ${MAAS_REPORTER:-} || -x $reporter ]] || reporter=/opt/maas/bin/reporter
readonly reporter
readonly python=${MAAS_PYTHON:-python3}
readonly grace=${MAAS_GRACE:-20}
readonly input=$work/input/image
readonly picture=$work/output/picture.png
readonly raw=$work/output/raw.mp4
readonly video=$work/output/video.mp4
readonly facts=$work/output/video.json
readonly thumbnail=$work/output/thumbnail.jpg
readonly spritesheet=$work/output/spritesheet.jpg

export MAAS_WORK_DIR=$work PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

# Runs one step to its end and returns its exit status.
step() {
    [[ -z $stopped_by ]] || return 143
    "$@" &
    child=$!
    [[ -z $stopped_by ]] || kill -s "$stopped_by" "$child" 2>/dev/null || true
    local status=0 again
    interrupted=
    wait "$child" || status=$?
    while [[ -n $interrupted ]]; do
        # The status was that of the interrupted wait; 127 means that the child's own had already been returned.
        interrupted=
        again=0
        wait "$child" 2>/dev/null || again=$?
        ((again == 127)) || status=$again
    done
    child=
    return "$status"
}

# Ends the attempt. If the reporter has already reported a failure, that one stands.
give_up() {
    local code=$1 message=$2 status=$3 retryable=
    if [[ -n $stopped_by ]]; then
        code=TERMINATED message='The pod was told to stop.' retryable=--retryable
    fi
    # Without the code, which may not be the one that stands: the reporter logs that.
    printf 'run.sh: %s (exit status %d)\n' "${message%.}" "$status" >&2
    [[ -z $quiet ]] || exit "$status"
    "$reporter" fail --code "$code" --message "$message" --exit-code "$status" ${retryable:+"$retryable"} || true
    exit "$status"
}

# The number in `--name N` or `--name=N` among the generator's arguments; empty when it is not there, or not a whole
# number from 1: another program may mean something else by the name. What the user wrote is never looked into.
number() {
    local name=$1 value=
    shift
    while (($#)); do
        case $1 in
            --prompt | --negative_prompt) (($# == 1)) || shift ;;
            "$name") value=${2-} ;;
            "$name="*) value=${1#*=} ;;
        esac
        shift
    done
    [[ ! $value =~ ^[1-9][0-9]{0,5}$ ]] || printf '%s' "$value"
}

mkdir -p -- "$work/output"
rm -f -- "$raw" "$video" "$facts" "$picture" "$thumbnail" "$spritesheet"

# Nodes other than the first report only failures.
quiet=
[[ ${PET_NODE_RANK:-0} == 0 ]] || quiet=--quiet

generate=("$python" "$here/generate.py")
[[ -z ${MAAS_GENERATOR:-} ]] || generate=("$MAAS_GENERATOR")
generate+=(--save_file "$raw")
if [[ -n ${MAAS_INPUT_URL:-} ]]; then
    [[ -f $input ]] || give_up INPUT_MISSING "The picture was not fetched to input/image." 66
    step "$reporter" run --stage downloading_inputs $quiet -- \
        "$python" "$here/prepare.py" --input "$input" --output "$picture" ||
        give_up INPUT_INVALID "The picture cannot be used." $?
    generate+=(--image "$picture")
fi
generate+=("$@")  # last: what follows a `--` in them is for the model's own program

# What the image lacks shows before the generation, not after it.
[[ -n $quiet ]] || step "$reporter" run --stage loading_model -- "$python" "$here/rehearse.py" "$work/output" ||
    give_up IMAGE_INCOMPLETE "The image cannot label a video." $?

steps=$(number --steps "$@")
clips=$(number --num_clip "$@")  # Wan2.2 S2V: as many bars, one after the other
step "$reporter" run $quiet --grace "$grace" ${steps:+--expect-steps "$steps"} \
    ${clips:+--expect-clips "$clips"} -- "${generate[@]}" ||
    give_up GENERATOR_FAILED "The generator failed." $?
[[ -z $quiet ]] || exit 0

frames=$(number --frames "$@")

step "$reporter" run --stage postprocessing -- "$python" "$here/postprocess.py" \
    --input "$raw" --output "$video" --facts "$facts" ${frames:+--frames "$frames"} \
    --thumbnail "$thumbnail" --spritesheet "$spritesheet" \
    --content-id "${MAAS_TASK_ID:-local}-${MAAS_ATTEMPT:-1}" ||
    give_up POSTPROCESS_FAILED "The post-processing failed." $?

pictures=()
[[ ! -f $thumbnail ]] || pictures+=(--thumbnail "$thumbnail")
[[ ! -f $spritesheet ]] || pictures+=(--spritesheet "$spritesheet")

step "$reporter" upload --grace "$grace" --facts "$facts" "${pictures[@]}" "$video" ||
    give_up UPLOAD_FAILED "The upload failed." $?
