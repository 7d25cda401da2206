#!/bin/sh
# Makes an authority of one's own and a certificate of the broker.
#
#   sh certificates.sh FOLDER NAME...     NAME: every name and address by which clients reach the broker
#
# FOLDER gets ca.pem (for every client), server.pem and server.key (for the broker) and ca.key (to be kept elsewhere).
# Run again it keeps the authority and makes a new certificate: clients need nothing new. OWNER=mosquitto, a user or a
# number, gets the broker's key. Days are those that browsers and gateways accept: 10 years and 825 days.
set -eu

if [ $# -lt 2 ]; then
  echo "usage: sh certificates.sh FOLDER NAME...   e.g. /etc/mosquitto/certs broker.plant.example 192.168.1.5" >&2
  exit 2
fi
folder=$1
shift

names=""
for name in "$@"; do
  case $name in
    *[!0-9.]*) case $name in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
  esac
  names="$names${names:+,}$kind:$name"
done

umask 077
mkdir -p "$folder"
cd "$folder"

if [ ! -e ca.pem ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days 3650 -subj "/O=Taihu/CN=Taihu authority" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.pem 2>openssl.log ||
    { cat openssl.log >&2; exit 1; }
fi

# RSA: gateways that know no elliptic curves are still about.
openssl req -newkey rsa:2048 -nodes -sha256 -subj "/O=Taihu/CN=$1" -keyout server.key -out server.csr 2>openssl.log ||
  { cat openssl.log >&2; exit 1; }
cat >server.ext <<EXT
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=$names
EXT
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 825 -extfile server.ext \
  -out server.pem 2>openssl.log || { cat openssl.log >&2; exit 1; }
rm -f server.csr server.ext openssl.log

# The folder may be entered and the certificates read by everybody, the keys by their owners alone.
chmod 755 .
chmod 644 ca.pem server.pem
if [ -n "${OWNER:-}" ]; then chown "$OWNER" server.key; fi
echo "$folder: certificate of $names, valid for 825 days"
