# Chooses the doors' configuration, then becomes Alloy: SIGTERM reaches it.
set -eu

fail() {
  echo "entrypoint: $*" >&2
  exit 64
}

[ -n "${DOMAIN:-}" ] || fail "DOMAIN is not set; set it in the environment of the task definition"
case "${DUAL_WRITE:=off}" in
  off) doors=/etc/alloy/single ;;
  on)
    doors=/etc/alloy/dual
    if [ -n "${OLD_HOST:-}" ]; then
      : "${OLD_MIMIR_URL:=http://$OLD_HOST:9009}" "${OLD_LOKI_URL:=http://$OLD_HOST:3100}"
      : "${OLD_TEMPO_OTLP_URL:=http://$OLD_HOST:4318}" "${OLD_PYROSCOPE_URL:=http://$OLD_HOST:4040}"
    fi
    for name in OLD_MIMIR_URL OLD_LOKI_URL OLD_TEMPO_OTLP_URL OLD_PYROSCOPE_URL; do
      eval "value=\${$name:-}"
      [ -n "$value" ] || fail "DUAL_WRITE is on and neither OLD_HOST nor $name is set; name the old host, or set DUAL_WRITE to off"
    done
    export OLD_MIMIR_URL OLD_LOKI_URL OLD_TEMPO_OTLP_URL OLD_PYROSCOPE_URL
    ;;
  *) fail "DUAL_WRITE is \"$DUAL_WRITE\"; it must be on or off" ;;
esac
exec "$@" "$doors"
