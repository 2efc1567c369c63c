# Takes members whose task is gone out of Mimir's ingester ring, and only those. docs/data.md says why it is needed
# and why it lives beside each Mimir. Started behind the entrypoint, which gives TASK_IP and REPLICATION_FACTOR:
#   /busybox sh /entrypoint.sh /busybox sh /ring-keeper.sh
# No applet without its path: the image has no PATH to look in.
#
# The ring's page, as grafana/dskit's ring/http.go has it and Mimir serves it (pkg/api/api.go, GET and POST):
# - with "Accept: application/json" {"shards":[{id, state, address, timestamp, ...tokens}],"now"}, tokens always in
#   it; no members is "shards":null. UNHEALTHY stands in place of any state without a heartbeat in time (a minute).
# - POST with the form "forget=<id>" answers 302 and "Location: #", which is no address for busybox's wget. For an id
#   that another keeper has forgotten meanwhile it tries for 10 s and answers 500, "no change detected"
#   (kv/memberlist/memberlist_client.go). So the answer says little, and the ring itself is asked.
# - a member that lives though it was forgotten adds itself again with its next heartbeat, with the tokens it had
#   (ring/lifecycler.go, updateConsul).
set -uf

fail() {
  echo "ring-keeper: $*" >&2
  exit 64
}

# One line of JSON: an event, then names and values. No value holds a quote: they are own words or cleaned below.
say() {
  line="{\"component\":\"ring-keeper\",\"event\":\"$1\""
  shift
  while [ $# -gt 1 ]; do
    line="$line,\"$1\":\"$2\""
    shift 2
  done
  echo "$line}"
}

for variable in DOMAIN TASK_IP REPLICATION_FACTOR; do
  eval "value=\${$variable:-}"
  [ -n "$value" ] || fail "$variable is not set; start this script behind /entrypoint.sh"
done
: "${KEEPER_INTERVAL:=30}" "${KEEPER_LOOKS:=2}"
case "$KEEPER_INTERVAL" in 0 | .* | *. | *.*.* | *[!0-9.]*) fail "KEEPER_INTERVAL is \"$KEEPER_INTERVAL\"; it must be seconds between two looks, more than 0" ;; esac
case "$KEEPER_LOOKS" in 0 | *[!0-9]*) fail "KEEPER_LOOKS is \"$KEEPER_LOOKS\"; it must be how often a member is seen gone before it is forgotten, 1 or more" ;; esac

RING=http://127.0.0.1:9009/ingester/ring
NAME=mimir.$DOMAIN
# a MULTIVALUE name answers with up to eight addresses: eight may be all there are, or not
MOST_ADDRESSES=8
QUORUM=$((REPLICATION_FACTOR / 2 + 1))
TAB=$(printf '\t')
NEWLINE='
'

# A request to the Mimir of this task. -Y off: a proxy that the environment names is not for it.
ask() {
  /busybox timeout 5 /busybox wget -q -Y off -O - "$@" 2>/dev/null
}

# The ring's page → a line "id state address heartbeat" for each member, between tabs; fails on what is no ring.
# The address is without its port. A missing value is "-", a character that has no business in one is "?".
members() {
  page=$(ask --header 'Accept: application/json' "$RING?tokens=false") || return 1
  printf '%s\n' "$page" | /busybox grep -oE '"([^"\\]|\\.)*"|[][{}:,]|[^][{}:,"[:space:]]+|"' | /busybox awk '
    function refuse() { refused = 1; exit }
    function taken() { want = depth ? "," : "end" }
    function clean(value) { gsub(/[^A-Za-z0-9._:+-]/, "?", value); return value == "" ? "-" : value }
    BEGIN { want = "value" }
    $0 == "{" || $0 == "[" {
      if (want != "value" && want != "]") refuse()
      kind[++depth] = $0
      want = $0 == "{" ? "}" : "]"
      if (depth == 2 && $0 == "[" && kind[1] == "{" && name[1] == "shards") inside = found = 1
      if (depth == 3) split("", member)
      next
    }
    $0 == "}" || $0 == "]" {
      if (!depth || kind[depth] != ($0 == "}" ? "{" : "[") || (want != $0 && want != ",")) refuse()
      if (inside && depth == 3 && $0 == "}") {
        sub(/:[0-9]+$/, "", member["address"])
        print clean(member["id"]) "\t" clean(member["state"]) "\t" clean(member["address"]) "\t" clean(member["timestamp"])
      }
      if (depth == 2) inside = 0
      depth--
      taken()
      next
    }
    $0 == ":" { if (want != ":") refuse(); want = "value"; next }
    $0 == "," { if (want != ",") refuse(); want = kind[depth] == "{" ? "name" : "value"; next }
    /^".*"$/ && (want == "name" || want == "}") { name[depth] = substr($0, 2, length($0) - 2); want = ":"; next }
    /^".*"$/ || /^-?[0-9][0-9.eE+-]*$/ || /^(true|false|null)$/ {
      if (want != "value" && want != "]") refuse()
      if (depth == 1 && name[1] == "shards" && $0 == "null") found = 1
      if (inside && /^"/) member[name[3]] = substr($0, 2, length($0) - 2)
      taken()
      next
    }
    { refuse() }
    END { exit refused || want != "end" || !found }'
}

# The addresses behind the name, each between spaces; fails where the resolver does.
addresses() {
  answer=$(/busybox nslookup -type=a "$NAME" 2>/dev/null) || return 1
  # the addresses above the first Name: are those of the resolver
  printf '%s\n' "$answer" | /busybox awk -v name="$NAME" '
    $1 == "Name:" { ours = tolower($2) == tolower(name) }
    ours && $1 == "Address:" { printf " %s", $2 }
    END { print " " }'
}

# how often in a row a suspect was seen before
looks_at() {
  for suspect in $suspects; do
    case "$suspect" in "$1="*) echo "${suspect##*=}"; return ;; esac
  done
  echo 0
}

# Nothing can be told in this look, so looks are no longer in a row.
blind() {
  suspects=
  say blind reason "$1"
}

# Asks for one member to be forgotten, and the ring whether it is. 2 s is what the real ring took at most.
forget() {
  ask --post-data "forget=$1" "$RING" >/dev/null
  for second in 1 2 3 4 5; do
    if left=$(members); then
      case "$NEWLINE$left" in *"$NEWLINE$1${TAB}UNHEALTHY$TAB"*) ;; *) say forgotten id "$1" address "$2"; return ;; esac
    fi
    /busybox sleep 1
  done
  say failed id "$1" address "$2" reason "the ring still has it $second s after it was asked to forget it"
}

look() {
  found=$(members) || { blind "$RING gave no ring"; return; }
  named=$(addresses) || { blind "$NAME does not resolve"; return; }
  case "$named" in *" $TASK_IP "*) ;; *) blind "$NAME does not name this task, $TASK_IP: others that it leaves out may run too"; return ;; esac
  count=$(set -- $named && echo $#)
  [ "$count" -lt "$MOST_ADDRESSES" ] || { blind "$NAME names $count tasks, as many as an answer holds: others may run too"; return; }

  seen='' gone='' active=0
  while IFS=$TAB read -r id state address heartbeat; do
    case "$named" in *" $address "*) runs=yes ;; *) runs=no ;; esac
    [ "$state $runs" != 'ACTIVE yes' ] || active=$((active + 1))
    [ "$state" = UNHEALTHY ] || continue
    reason=
    case "$id" in - | *'?'*) reason='its id is none that a task has' ;; esac
    case "$address" in *[!0-9.]*) reason='it has no IPv4 address to look for' ;; esac
    [ "$runs" = no ] || reason="$NAME still names its address"
    if [ -n "$reason" ]; then
      say kept id "$id" address "$address" reason "$reason"
      continue
    fi
    # a heartbeat between two looks makes it another suspect
    suspect=$id/$address/$heartbeat
    looks=$(($(looks_at "$suspect") + 1))
    seen="$seen $suspect=$looks"
    if [ "$looks" -lt "$KEEPER_LOOKS" ]; then say suspected id "$id" address "$address" heartbeat "$heartbeat"; else gone="$gone $id/$address"; fi
  done <<MEMBERS
$found
MEMBERS
  suspects=$seen

  [ -n "$gone" ] || return
  # below it no write succeeds, forgotten or not; and who sees so few may be the one that is cut off
  if [ "$active" -lt "$QUORUM" ]; then
    say waiting reason "$active of the tasks that $NAME names are ACTIVE, fewer than the quorum of $QUORUM"
    return
  fi
  for member in $gone; do forget "${member%/*}" "${member#*/}"; done
}

keep() {
  suspects=
  while :; do
    look
    /busybox sleep "$KEEPER_INTERVAL"
  done
}

# process 1 ignores what it has no handler for, and a handler waits for the command in front: so none is in front
keeper=
trap '[ -z "$keeper" ] || kill "$keeper" 2>/dev/null; exit 0' TERM INT
say started name "$NAME" task "$TASK_IP" interval "$KEEPER_INTERVAL" looks "$KEEPER_LOOKS" quorum "$QUORUM"
keep &
keeper=$!
wait "$keeper"
