#!/bin/sh
# Stands in for lgtm-migrate on the agent: answers as it does, writes down in LOG what it is asked and with whose
# keys, and fails where $FAILS says so.
echo "$BUILD_NUMBER ${AWS_ACCESS_KEY_ID:-nobody}: $*" >> LOG
case "$*" in
  validate*--json) echo "{\"name\":\"lgtm-prd\",\"images\":{\"baseRegistry\":\"${REGISTRY:-docker.io}\"}}" ;;
  render*) for folder; do :; done; mkdir "$folder"; echo '{"family":"lgtm-mimir"}' > "$folder/mimir.json" ;;
  *--dry-run*) echo 'mimir image a → b' ;;
  'deploy -f'*) echo '{"name":"lgtm-prd","workflowId":"w","runId":"run-1"}' ;;
  'deploy wait'*) echo "{\"goal\":\"$7\"}" ;;
esac
[ -n "$FAILS" ] || exit 0
case "$*" in
  *"$FAILS"*) echo "lgtm-migrate: $FAILS failed; try again" >&2; exit 3 ;;
esac
