#!/bin/sh
# Installs the Debian packages of the server and browser tests where that is allowed; says plainly where it is not.
# Never fails: a test that lacks its server is skipped with the reason.
missing=""
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
[ -x /usr/bin/influxd ] || missing="$missing influxdb"
[ -x /usr/sbin/rabbitmq-server ] || missing="$missing rabbitmq-server"
[ -x /usr/sbin/nats-server ] || missing="$missing nats-server"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null || missing="$missing chromium"
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "no apt-get here: tests that need$missing are skipped"; exit 0
fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else
  echo "not root and no password-less sudo: tests that need$missing are skipped (install them with apt-get)"; exit 0
fi
log=$(mktemp)
# Tests start servers of their own, on free ports and in folders of their own: those that Debian would start beside them
# while it installs are not wanted. 101 means "not allowed", and a policy that somebody made here stays as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod 755 "$policy"
  trap '$sudo rm -f "$policy"; rm -f "$log"' EXIT
else
  trap 'rm -f "$log"' EXIT
fi
trap 'exit 1' INT TERM
install() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1
}
$sudo apt-get update >"$log" 2>&1 || { echo "apt-get update failed; its last words:"; tail -n 3 "$log"; }
if ! install $missing; then
  # One package that cannot be had must not cost the others.
  for package in $missing; do
    install "$package" || { echo "apt-get could not install $package; its tests are skipped:"; tail -n 2 "$log"; }
  done
fi
exit 0
