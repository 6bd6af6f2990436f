import Platform
import TestSupport
import Testing

/// Limits of control groups, read from folders that look like the system's.
@Suite struct ContainerLimitsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func limits(_ membership: String, _ files: [String: String]) throws -> ContainerLimits {
    try folder.write(membership, to: "membership")
    for (name, text) in files { try folder.write(text, to: "cgroup/\(name)") }
    return ContainerLimits(root: folder.path("cgroup"), membership: folder.path("membership"))
  }

  @Test func aContainerOfTheSecondVersionSeesItsOwnGroupAsTheRoot() throws {
    let limits = try limits(
      "0::/\n", ["memory.max": "536870912\n", "cpu.max": "150000 100000\n"])
    #expect(limits.memory == 1 << 29 && limits.processors == 1.5)
  }

  @Test func theLeastLimitOnTheWayUpHolds() throws {
    let limits = try limits(
      "0::/slice/run\n",
      [
        "slice/run/memory.max": "max\n", "slice/memory.max": "1000000\n",
        "memory.max": "2000000\n", "slice/run/cpu.max": "max 100000\n",
        "slice/cpu.max": "400000 100000\n",
      ])
    #expect(limits.memory == 1_000_000 && limits.processors == 4)
  }

  @Test func theFirstVersionIsReadToo() throws {
    // The folder that the membership names is not there, as inside a container.
    let limits = try limits(
      "7:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/\n",
      [
        "memory/memory.limit_in_bytes": "268435456\n",
        "cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      ])
    #expect(limits.memory == 1 << 28 && limits.processors == 0.5)
  }

  @Test func noLimitIsNone() throws {
    let free = try limits(
      "7:memory:/\n4:cpu:/\n0::/\n",
      [
        "memory/memory.limit_in_bytes": "9223372036854771712\n", "cpu/cpu.cfs_quota_us": "-1\n",
        "cpu/cpu.cfs_period_us": "100000\n", "memory.max": "max\n", "cpu.max": "nonsense\n",
      ])
    #expect(free.memory == nil && free.processors == nil)
    let absent = ContainerLimits(root: "/nowhere", membership: "/nowhere")
    #expect(absent.memory == nil && absent.processors == nil)
  }

  @Test func whatThisProcessMayUseIsPositive() {
    #expect(Machine.memory > 1 << 20 && (1...4096).contains(Machine.processors))
  }
}
