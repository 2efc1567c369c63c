# Refuses what would lose data or stand open, then becomes Grafana: /run.sh execs the server, SIGTERM reaches it.
set -eu

fail() {
  echo "entrypoint: $*" >&2
  exit 64
}

[ -n "${DOMAIN:-}" ] || fail "DOMAIN is not set; set it in the environment of the task definition"
[ -n "${GF_DATABASE_TYPE:-}${GF_DATABASE_URL:-}" ] || fail "GF_DATABASE_TYPE is not set and the default, SQLite on the task's disk, is lost with the task; name a database (GF_DATABASE_TYPE, GF_DATABASE_HOST and so on), or say sqlite3 where /var/lib/grafana is on EFS"
case "${ALERTING:=on}" in
  on) GF_UNIFIED_ALERTING_EXECUTE_ALERTS=true ;;
  # rules and their history stay visible, nothing is evaluated and nobody is notified
  off) GF_UNIFIED_ALERTING_EXECUTE_ALERTS=false ;;
  *) fail "ALERTING is \"$ALERTING\"; it must be on or off" ;;
esac
export GF_UNIFIED_ALERTING_EXECUTE_ALERTS

# a new database is made with this password, an existing one keeps its own; Grafana's default is admin
if [ -z "${GF_SECURITY_ADMIN_PASSWORD:-}${GF_SECURITY_ADMIN_PASSWORD__FILE:-}" ]; then
  GF_SECURITY_ADMIN_PASSWORD=$(head -c 24 /dev/urandom | base64)
  export GF_SECURITY_ADMIN_PASSWORD
  echo "entrypoint: GF_SECURITY_ADMIN_PASSWORD is not set; a new database gets a random one, to be changed with grafana cli admin reset-admin-password" >&2
fi
exec "$@"
