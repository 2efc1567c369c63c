# Pyroscope's own part of the entrypoint. RULER means nothing here.
export S3_ENDPOINT="${S3_ENDPOINT:-s3.$REGION.amazonaws.com}"
# an empty prefix is one too: only an unset one gets the default
export S3_PREFIX="${S3_PREFIX-pyroscope}"
if [ -z "${PYROSCOPE_TARGET:-}" ]; then
  PYROSCOPE_TARGET=all
  [ "$COMPACTOR" = on ] || PYROSCOPE_TARGET=distributor,ingester,querier,query-frontend,query-scheduler,store-gateway,ad-hoc-profiles,admin,tenant-settings
fi
export PYROSCOPE_TARGET
