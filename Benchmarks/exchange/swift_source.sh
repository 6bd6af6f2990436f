#!/usr/bin/env bash
# How long a network as Swift source takes for one example, and how long it takes to build.
#   Benchmarks/exchange/swift_source.sh GLASSBOX MODEL 'EXAMPLE'
# EXAMPLE is what `predict` is called with, such as 'columns: [Double](repeating: 3, count: 61)' or
# 'image: [UInt8](repeating: 99, count: 150_528)'.
set -euo pipefail
glassbox=${1:?Benchmarks/exchange/swift_source.sh GLASSBOX MODEL EXAMPLE}
model=${2:?a model file, or the folder of a run}
example=${3:?what predict is called with}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$glassbox" export "$model" "$work/Network" --swift
mkdir -p "$work/User/Sources/User"
cat >"$work/User/Package.swift" <<'SWIFT'
// swift-tools-version: 6.1
import PackageDescription
let package = Package(
  name: "User", dependencies: [.package(path: "../Network")],
  targets: [.executableTarget(name: "User", dependencies: ["Network"])])
SWIFT
cat >"$work/User/Sources/User/main.swift" <<SWIFT
import Network
let network = Network()
let clock = ContinuousClock()
var best = Duration.seconds(1000)
for _ in 0..<20 {
  let time = clock.measure { _ = network.predict($example) }
  if time < best { best = time }
}
print("one example: \(best)")
SWIFT
time swift build -c release --package-path "$work/User"
"$work/User/.build/release/User"
