#!/stand-in/busybox sh
# Stands in for a component's program: records how it was started, answers on its port with the files of
# /record/www, and records the signal that ended it. Its busybox is out of sight: the bases have no shell.
busybox=/stand-in/busybox

# loki -health
if [ "${1:-}" = -health ]; then
  exec "$busybox" timeout 4 "$busybox" wget -q -Y off -O /dev/null "http://127.0.0.1:$STAND_IN_PORT/ready"
fi

end() {
  echo "$1" >/record/signal
  kill "$server"
  exit 0
}

for argument in "$0" "$@"; do echo "$argument"; done >/record/arguments
"$busybox" env >/record/environment
echo "$("$busybox" id -u):$("$busybox" id -g)" >/record/user
"$busybox" cat "/proc/$PPID/comm" >/record/parent
"$busybox" httpd -f -p "127.0.0.1:$STAND_IN_PORT" -h /record/www &
server=$!
for signal in HUP INT QUIT TERM; do trap "end $signal" "$signal"; done
echo $$ >/record/pid.part && "$busybox" mv /record/pid.part /record/pid
while :; do wait "$server"; done
