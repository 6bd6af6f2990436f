#!/usr/bin/env bash
# Tries a release where nothing else is, in two Debians made by debootstrap:
# - in a bare one, without Swift or any library that not every Debian has: trains, predicts, serves;
# - in one with systemd, nginx and Prometheus: boots it, runs every command of Docs/deploying.md as it stands,
#   kills the service, and looks whether it comes back.
# Takes minutes, root, the network, 700 MB, and the packages debootstrap and systemd-container.
#   Scripts/release-check.sh [RELEASE [FOLDER]]    RELEASE is release/ if left out; the Debians stay in FOLDER
#                                                  and are used again, .build-debian if left out
set -euo pipefail
cd "$(dirname "$0")/.."
# What is mounted goes with the script.
[ -n "${OWN_MOUNTS:-}" ] || OWN_MOUNTS=1 exec unshare --mount bash Scripts/release-check.sh "$@"
release=$(realpath "${1:-release}")
folder=${2:-.build-debian}
mkdir -p "$folder"
folder=$(realpath "$folder")
archive=$(ls "$release"/glassbox-*.tar.gz)

debian() {
  local root=$folder/$1
  shift
  [ -e "$root.whole" ] || { rm -rf "$root"; debootstrap --variant=minbase "$@" bookworm "$root" >"$root.log"; }
  touch "$root.whole"
}

echo "== A bare Debian"
debian bare
bare=$folder/bare
(cd "$release" && sha256sum --check SHA256SUMS)
mount -t proc proc "$bare/proc"
rm -rf "$bare"/usr/local/{bin,share}/* "$bare/root"/*
tar -xzf "$archive" -C "$bare/usr/local" --strip-components 1
cp Examples/Data/digits.csv "$bare/root"
inside() { chroot "$bare" /usr/bin/env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin sh -c "cd && $1"; }
ls -l "$archive" "$bare/usr/local/bin/glassbox"
inside 'ldd /usr/local/bin/glassbox'
inside 'glassbox train digits.csv --target digit --epochs 5 --quiet --output run >/dev/null'
inside 'glassbox predict run digits.csv --json' >"$folder/answers"
grep -q '"label"' "$folder/answers"
inside 'glassbox explain run digits.csv --row 1 >/dev/null'
python3 - "$bare" <<'PYTHON'
import json, subprocess, sys, time, urllib.request
within = ["chroot", sys.argv[1], "/usr/local/bin/glassbox"]
def start(*words):
    begin = time.perf_counter()
    subprocess.run([*within, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
print(f"--version: {min(start('--version') for _ in range(20)) * 1000:.1f} ms, best of 20")
pixels = [f"p{row}{column}" for row in range(8) for column in range(8)]
def first_answer():
    begin = time.perf_counter()
    server = subprocess.Popen(
        [*within, "serve", "/root/run", "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().split()[-1]
    request = urllib.request.Request(
        url + "/predict", json.dumps({"instances": [dict.fromkeys(pixels, 0)]}).encode(), {"Content-Type": "application/json"})
    answer = json.load(urllib.request.urlopen(request))
    taken = time.perf_counter() - begin
    assert answer["predictions"][0]["label"], answer
    server.terminate()
    assert server.wait() == 0
    return taken
print(f"first answer over HTTP: {min(first_answer() for _ in range(5)) * 1000:.0f} ms after the start, best of 5")
PYTHON

echo "== A Debian that boots"
debian machine --include=systemd,systemd-sysv,dbus,sudo,curl,openssl,nginx,prometheus
machine=$folder/machine
# What an earlier check left there.
rm -rf "$machine"/{root/*,srv/*,etc/glassbox,var/lib/private/glassbox,var/lib/glassbox} \
  "$machine"/usr/local/{bin,share}/* "$machine"/etc/{nginx/sites-enabled/glassbox,prometheus/glassbox-token} \
  "$machine"/etc/systemd/system/{glassbox.service,*/glassbox.service} "$machine"/var/lib/prometheus/metrics2/*
printf 'silent\nshow-error\n' >"$machine/root/.curlrc"
printf '127.0.0.1 localhost machine\n' >"$machine/etc/hosts"
echo machine >"$machine/etc/hostname"
work=$machine/root/glassbox
mkdir -p "$work/Scripts"
cp -r Examples "$release" "$work"
[ "$(basename "$release")" = release ] || mv "$work/$(basename "$release")" "$work/release"
echo 'echo "The release is made already."' >"$work/Scripts/release.sh"
{
  awk -f Tests/CommandsTests/Deploying/commands.awk Docs/deploying.md
  cat <<'MORE'
echo "== It is killed, and comes back"
systemctl kill --signal KILL glassbox
restarts() { systemctl show glassbox --property NRestarts --value; }
for _ in $(seq 60); do
  [ "$(restarts)" = 1 ] && curl --fail http://localhost:8080/readyz && break
  sleep 1
done
test "$(restarts)" = 1
echo "== Prometheus has asked it"
for _ in $(seq 60); do
  curl --silent 'http://localhost:9090/api/v1/query?query=up' | grep -q '"1"' && break
  sleep 1
done
curl --silent --fail 'http://localhost:9090/api/v1/query?query=up' | grep '"1"'
echo "== It ends when asked"
systemctl stop glassbox
systemctl show glassbox --property Result,ExecMainStatus,NRestarts
test "$(systemctl show glassbox --property Result --value)" = success
systemd-analyze security glassbox --no-pager | tail -n 1
MORE
} >"$machine/root/commands"
cat >"$machine/etc/systemd/system/page.service" <<'UNIT'
[Unit]
After=nginx.service prometheus.service
[Service]
Type=oneshot
WorkingDirectory=/root/glassbox
Environment=HOME=/root
ExecStart=/bin/bash /root/commands
ExecStopPost=/bin/sh -c 'echo $EXIT_STATUS >/root/status; systemctl poweroff --no-block'
StandardOutput=file:/root/output
StandardError=inherit
UNIT
mkdir -p "$machine/etc/systemd/system/multi-user.target.wants"
ln -sf ../page.service "$machine/etc/systemd/system/multi-user.target.wants/page.service"
alone=()
[ -d /run/systemd/system ] || alone=(--keep-unit)
systemd-nspawn --quiet --register=no ${alone[@]+"${alone[@]}"} --private-network --boot \
  --hostname machine --directory "$machine" </dev/null >"$folder/boot.log" 2>&1 || { tail "$folder/boot.log"; exit 1; }
cat "$machine/root/output"
[ "$(cat "$machine/root/status")" = 0 ] || { echo "The page does not run there." >&2; exit 1; }
echo "== The release works."
