# Tempo's own part of the entrypoint. RULER means nothing here.
[ "$TASK_COUNT" = 1 ] || fail "TASK_COUNT is $TASK_COUNT; Tempo's ring is in the memory of one task, two would each find half of the newest traces"
export S3_ENDPOINT="${S3_ENDPOINT:-s3.$REGION.amazonaws.com}"
# an empty prefix is one too: only an unset one gets the default
export S3_PREFIX="${S3_PREFIX-tempo}"
TEMPO_COMPACTOR_OFF=false
[ "$COMPACTOR" = on ] || TEMPO_COMPACTOR_OFF=true
export TEMPO_COMPACTOR_OFF
