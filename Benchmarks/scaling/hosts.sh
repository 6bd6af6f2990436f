#!/usr/bin/env bash
# Hosts on one machine: network namespaces at one switch, each with a cable of limited rate. Linux, as root.
#   hosts.sh up COUNT [RATE]          such as 2 1gbit; host I is 10.77.0.I
#   hosts.sh on I COMMAND…            runs a command there
#   hosts.sh cut I | join I           its cable
#   hosts.sh sent I                   bytes that it has sent
#   hosts.sh launch COUNT COMMAND…    one process on each host, by mpirun
#   hosts.sh down COUNT
# HOSTS is the beginning of their names, so that several sets can be there at once.
set -euo pipefail
names=${HOSTS:-glassbox}
here=$(realpath "$0")
what=$1
shift
case $what in
up)
  ip netns add "$names-switch"
  ip -n "$names-switch" link add bridge type bridge
  ip -n "$names-switch" link set bridge up
  for host in $(seq "$1"); do
    ip netns add "$names-$host"
    ip -n "$names-$host" link set lo up
    ip -n "$names-$host" link add cable type veth peer name "port$host" netns "$names-switch"
    ip -n "$names-$host" addr add "10.77.0.$host/24" dev cable
    ip -n "$names-$host" link set cable up
    ip -n "$names-switch" link set "port$host" master bridge
    ip -n "$names-switch" link set "port$host" up
    if [ -n "${2:-}" ]; then
      ip netns exec "$names-$host" tc qdisc add dev cable root tbf rate "$2" burst 256kb latency 20ms
      ip netns exec "$names-switch" tc qdisc add dev "port$host" root tbf rate "$2" burst 256kb latency 20ms
    fi
  done ;;
down)
  for host in $(seq "$1"); do ip netns del "$names-$host"; done
  ip netns del "$names-switch" ;;
on)
  host=$1
  shift
  # Each has a name of its own, by which Open MPI tells machines apart.
  exec ip netns exec "$names-$host" unshare --uts sh -c 'hostname "$0"; exec "$@"' "host$host" "$@" ;;
cut) ip -n "$names-$1" link set cable down ;;
join) ip -n "$names-$1" link set cable up ;;
sent) ip netns exec "$names-$1" cat /sys/class/net/cable/statistics/tx_bytes ;;
agent)
  # In place of ssh: options, a host and a command.
  while [[ $1 == -* ]]; do shift; done
  host=${1##*.}
  shift
  exec "$here" on "$host" sh -c "$*" ;;
launch)
  count=$1
  shift
  list=$(seq -s, -f '10.77.0.%g:1' "$count")
  exec "$here" on 1 env HOSTS="$names" mpirun --allow-run-as-root --mca plm_rsh_agent "$here agent" --host "$list" \
    -n "$count" --bind-to none --mca pml ob1 --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 \
    --mca oob_tcp_if_include 10.77.0.0/24 --mca oob_tcp_keepalive_time 5 --mca oob_tcp_keepalive_intvl 2 \
    --mca oob_tcp_keepalive_probes 3 --mca mpi_yield_when_idle 1 "$@" ;;
*)
  echo "hosts.sh: expected up, down, on, cut, join, sent or launch, found $what" >&2
  exit 64 ;;
esac
