# Mimir's own part of the entrypoint: prefixes, retention, and which modules run.
export S3_ENDPOINT="${S3_ENDPOINT:-s3.$REGION.amazonaws.com}"
# an empty prefix is one too: only an unset one gets the default
export S3_PREFIX="${S3_PREFIX-mimirblocks}" RULER_PREFIX="${RULER_PREFIX-mimirruler}"

# "all" less what another stack still does
if [ -z "${MIMIR_TARGET:-}" ]; then
  if [ "$COMPACTOR$RULER" = onon ]; then
    MIMIR_TARGET=all
  else
    MIMIR_TARGET=distributor,ingester,querier,query-frontend,query-scheduler,store-gateway
    [ "$COMPACTOR" = off ] || MIMIR_TARGET=$MIMIR_TARGET,compactor
    [ "$RULER" = off ] || MIMIR_TARGET=$MIMIR_TARGET,ruler
  fi
fi
export MIMIR_TARGET
