#!/usr/bin/env bash
# Runs every command of Docs/deploying.md in a folder that takes the place of the machine: its /etc, /srv,
# /usr/local and /var are below the folder, its ports are free ones, and systemctl starts what the files say.
# nginx, Prometheus, openssl and the program are the real ones. What it starts goes on; `processes` lists it.
#   page.sh FOLDER PROGRAM TOOLS      TOOLS is where nginx and Prometheus are unpacked
set -euo pipefail
repository=$(cd "$(dirname "$0")/../../.." && pwd)
folder=$1 program=$2 tools=$3
machine=$folder/machine
mkdir -p "$folder/bin" "$machine"/{srv,usr/local,var/lib/glassbox,etc/systemd/system,etc/prometheus} \
  "$machine"/etc/nginx/sites-{available,enabled}
cd "$folder"
ln -s "$repository/Examples" "$program" "$tools/usr/bin/promtool" .
ln -s "$folder/glassbox" "$folder/promtool" bin/
read -r own tls prometheus < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(each.getsockname()[1] for each in sockets))')
echo "$own $tls $prometheus" >ports

# What a file or the page says of a machine, said of this one.
moved() {
  sed -E "s#/(etc|srv|usr/local|var/lib)/#$machine&#g
    s#:8080#:$own#g; s#:443:#:$tls:#g; s#https://models.example.org#&:$tls#g; s#:9090#:$prometheus#g
    s#listen 443#listen 127.0.0.1:$tls#; /listen \[::\]/d; s#-C /usr/local#-C $machine/usr/local#
    s#glassbox serve#& --port $own#; s#scrape_interval: 15s#scrape_interval: 1s#; s#bash Scripts/release.sh#& $folder/release#" "$@"
}

command_named() { { echo '#!/bin/bash'; cat; } >"bin/$1" && chmod +x "bin/$1"; }
{ declare -p machine own tls prometheus folder; declare -f moved; } >moved
# What the release brings says where things are.
command_named sudo <<<"\"\$@\" || exit; source '$folder/moved'
[ \"\$1\" != tar ] || moved -i '$machine'/usr/local/share/glassbox/*"
command_named apt-get <<<'echo "$@"'
command_named chown <<<'echo "$@"'
command_named bash <<<"[ \"\$1\" != Scripts/release.sh ] || cd '$repository'
GLASSBOX_PROGRAM='$program' exec /bin/bash \"\$@\""
cat >"$machine/etc/nginx/nginx.conf" <<NGINX
$([ "$(id -u)" != 0 ] || echo "user root;")
pid $folder/nginx.pid;
events {}
http {
  access_log off;
$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "  ${kind}_temp_path $folder/nginx-$kind;"; done)
  include $machine/etc/nginx/sites-enabled/*;
}
NGINX
command_named nginx <<<"exec '$tools/usr/sbin/nginx' -e '$folder/nginx.log' -c '$machine/etc/nginx/nginx.conf' \"\$@\""
command_named systemctl <<SYSTEMCTL
# Who started this waits until nobody has what it gave to its children.
for file in /proc/\$\$/fd/*; do
  number=\${file##*/}
  [ "\$number" -lt 3 ] || [ "\$number" = 255 ] || eval "exec \$number>&-"
done
case "\$*" in
daemon-reload) exit ;;
"status glassbox --no-pager") kill -0 \$(head -n 1 processes) && echo active; exit ;;
"enable --now glassbox")
  unit=$machine/etc/systemd/system/glassbox.service
  mkdir credentials
  IFS=: read -r name file < <(sed -n 's/^LoadCredential=//p' \$unit)
  /bin/cp "\$file" "credentials/\$name"
  line=\$(sed -n "s/^ExecStart=//p" \$unit | sed "s#%d#$folder/credentials#; s#%S#$machine/var/lib#")
  ;;
# It comes back when it listens.
"reload nginx") nginx; cat nginx.pid >>processes; exit ;;
"restart prometheus")
  line="$tools/usr/bin/prometheus --config.file=$machine/etc/prometheus/prometheus.yml
    --storage.tsdb.path=$folder/series --web.listen-address=127.0.0.1:$prometheus" ;;
*) echo "nobody told how to systemctl \$*" >&2; exit 1 ;;
esac
exec \$line >>"$folder/services.log" 2>&1 &
echo \$! >>"$folder/processes"
SYSTEMCTL
printf 'silent\nshow-error\n' >.curlrc
awk -f "$repository/Tests/CommandsTests/Deploying/commands.awk" "$repository/Docs/deploying.md" | moved >commands
CURL_HOME=$folder PATH=$folder/bin:$PATH exec /bin/bash commands
