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
export DEBIAN_FRONTEND=noninteractive
# policy-rc.d is not touched: a test starts its own server on a free port whether or not Debian's is running.
if ! { $sudo apt-get update && $sudo apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  echo "apt-get could not install$missing; their tests are skipped. Its last words:"; tail -n 3 "$log"
fi
rm -f "$log"
exit 0
