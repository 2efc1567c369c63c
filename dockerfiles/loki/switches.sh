# Loki's own part of the entrypoint. The target stays "all": without the compactor in it every query times out.
# an empty prefix is one too: only an unset one gets the default
export S3_PREFIX="${S3_PREFIX-loki}"

LOKI_COMPACT_EVERY=${LOKI_COMPACT_EVERY:-10m}
LOKI_RETENTION_ON=false
case "${RETENTION:-0s}" in 0s) ;; *) LOKI_RETENTION_ON=true ;; esac
if [ "$COMPACTOR" = off ]; then
  # the first run waits one interval
  LOKI_COMPACT_EVERY=87600h
  LOKI_RETENTION_ON=false
fi
LOKI_RULER_TENANTS=
# no tenant has this name: nobody's rules are evaluated
[ "$RULER" = on ] || LOKI_RULER_TENANTS=ruler-is-off
export LOKI_COMPACT_EVERY LOKI_RETENTION_ON LOKI_RULER_TENANTS

# JSON is YAML: the periods that an old stack has written come first in this list, as they were
default='[{"from":"2024-01-01","store":"tsdb","object_store":"s3","schema":"v13","index":{"prefix":"loki_index_","period":"24h"}}]'
export LOKI_SCHEMA="${LOKI_SCHEMA:-$default}"
