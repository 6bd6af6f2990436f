/// What a container, or any other control group of Linux, allows this process: often much less than
/// the machine has. Asking for more memory ends the program without a word; more threads than
/// processors wait for each other.
package struct ContainerLimits: Sendable, Equatable {
  /// In bytes; nil for no limit.
  package var memory: Int?
  /// Processors' worth of time, such as 1.5; nil for no limit.
  package var processors: Double?

  /// Reads the limits of the first and the second version of control groups. A limit of a group
  /// holds for all below it, so the least on the way up is the one.
  ///
  /// - Parameters:
  ///   - root: where the groups are mounted.
  ///   - membership: the file that names this process's groups.
  package init(root: String = "/sys/fs/cgroup", membership: String = "/proc/self/cgroup") {
    // Inside a container the named group often is not there: what is mounted is the container's own.
    for line in SystemCall.text(of: membership).split(separator: "\n") {
      // `0::/user.slice/run`, or `4:cpu,cpuacct:/run` of the first version.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      if controllers.isEmpty {
        for folder in Self.ways(up: parts[2], from: root) {
          take(memory: Self.words("\(folder)/memory.max").first)
          let time = Self.words("\(folder)/cpu.max")
          take(time: time.first, of: time.last)
        }
      }
      for folder in Self.ways(up: parts[2], from: "\(root)/memory")
      where controllers.contains("memory") {
        take(memory: Self.words("\(folder)/memory.limit_in_bytes").first)
      }
      for folder in Self.ways(up: parts[2], from: "\(root)/\(parts[1])")
      where controllers.contains("cpu") {
        take(
          time: Self.words("\(folder)/cpu.cfs_quota_us").first,
          of: Self.words("\(folder)/cpu.cfs_period_us").first)
      }
    }
  }

  private mutating func take(memory word: String?) {
    // `max`, and in the first version a number beyond all memory, say no limit.
    guard let bytes = word.flatMap(Int.init), bytes > 0, bytes < 1 << 60 else { return }
    memory = min(memory ?? bytes, bytes)
  }

  private mutating func take(time quota: String?, of period: String?) {
    guard let quota = quota.flatMap(Double.init), let period = period.flatMap(Double.init),
      quota > 0, period > 0
    else { return }
    processors = min(processors ?? .infinity, quota / period)
  }

  /// The folder of a group, then those above it, the root last.
  private static func ways(up group: Substring, from root: String) -> [String] {
    let names = group.split(separator: "/")
    return (0...names.count).reversed().map { count in
      ([root] + names.prefix(count).map(String.init)).joined(separator: "/")
    }
  }

  private static func words(_ path: String) -> [String] {
    SystemCall.text(of: path).split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
