# Gives the configuration what only the running task knows, then becomes the program: SIGTERM reaches it.
# One file in mimir, loki, tempo and pyroscope; what differs between them is in switches.sh.
# No applet without its path: the images have no PATH to look in.
set -eu

fail() {
  echo "entrypoint: $*" >&2
  exit 64
}

needed() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || fail "$1 is not set; set it in the environment of the task definition"
}

on_or_off() {
  eval "value=\$$1"
  case "$value" in on | off) ;; *) fail "$1 is \"$value\"; it must be on or off" ;; esac
}

# What the VPC knows the task by; eth0 of a Fargate task is link-local. The endpoint may know no address yet.
address_of_task() {
  [ -n "${ECS_CONTAINER_METADATA_URI_V4:-}" ] || fail "neither TASK_IP nor ECS_CONTAINER_METADATA_URI_V4 is set; outside ECS set TASK_IP to an address that the other tasks reach"
  looks=0
  while [ "$looks" -lt 30 ]; do
    TASK_IP=$(/busybox timeout 2 /busybox wget -q -Y off -O - "$ECS_CONTAINER_METADATA_URI_V4" | /busybox tr -d ' \n\t' | /busybox sed -n 's/.*"IPv4Addresses":\["\([0-9.]*\)".*/\1/p') || true
    [ -z "$TASK_IP" ] || return 0
    looks=$((looks + 1))
    /busybox sleep 1
  done
  fail "$ECS_CONTAINER_METADATA_URI_V4 names no IPv4 address after $looks looks; is the task in awsvpc mode?"
}

# until the exec this shell is process 1, which ignores what it has no handler for
trap 'exit 143' TERM

: "${TASK_COUNT:=1}" "${COMPACTOR:=on}" "${RULER:=on}"
needed REGION
needed S3_BUCKET
needed DOMAIN
on_or_off COMPACTOR
on_or_off RULER
case "$TASK_COUNT" in '' | 0 | *[!0-9]*) fail "TASK_COUNT is \"$TASK_COUNT\"; it must be the number of tasks, 1 or more" ;; esac
if [ -n "${AWS_ACCESS_KEY_ID:-}" ]; then
  echo "entrypoint: AWS_ACCESS_KEY_ID is set and is taken instead of the task role; leave it out of the task definition" >&2
fi
[ -n "${TASK_IP:-}" ] || address_of_task

# three copies outlive one task; two need both for every write, so below three tasks there is one
if [ -z "${REPLICATION_FACTOR:-}" ]; then
  REPLICATION_FACTOR=1
  [ "$TASK_COUNT" -lt 3 ] || REPLICATION_FACTOR=3
fi
export TASK_IP REPLICATION_FACTOR

. /switches.sh
trap - TERM
exec "$@"
