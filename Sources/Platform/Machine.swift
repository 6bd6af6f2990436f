/// What this process may use of the machine it runs on: in a container, what the container allows.
package enum Machine {
  /// The memory in bytes that this process may use; 64 GiB where the system does not say.
  package static let memory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let all = pages > 0 && size > 0 ? Int(pages) * Int(size) : 1 << 36
    return min(all, container.memory ?? all, addressSpace ?? all)
  }()

  /// How many processors this process may use, at least 1; a part of one counts whole.
  package static let processors: Int = {
    let own = min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), affinity ?? .max)
    return max(1, min(own, container.processors.map { Int($0.rounded(.up)) } ?? own))
  }()

  /// The file of the program that runs, as the system knows it; what it was called as where it does not say.
  package static let program: String = {
    #if os(Linux)
      if let path = realpath("/proc/self/exe", nil) {
        defer { free(path) }
        return String(cString: path)
      }
    #endif
    return CommandLine.arguments.first ?? ""
  }()

  /// What it is called in its network.
  package static let name: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  private static let container = ContainerLimits()

  /// What `ulimit -v` allows, in bytes; nil for no limit.
  private static var addressSpace: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = Int32(RLIMIT_AS)
    #endif
    guard getrlimit(resource, &limit) == 0 else { return nil }
    // No limit is the largest number there is.
    return Int(exactly: limit.rlim_cur).flatMap { $0 < 1 << 60 ? $0 : nil }
  }

  /// How many processors the scheduler lets it run on; nil where the system does not say.
  private static var affinity: Int? {
    // A call of glibc that Swift does not see says the same: `Cpus_allowed:	ff,ffffffff`.
    let status = SystemCall.text(of: "/proc/self/status").split(separator: "\n")
    guard let line = status.first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
    let mask = line.dropFirst("Cpus_allowed:".count)
    return mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
  }
}

/// What this process has used of it.
package enum Usage {
  #if canImport(Glibc)
    private static let thisProcess = Int32(RUSAGE_SELF.rawValue)
  #else
    private static let thisProcess = RUSAGE_SELF
  #endif

  /// The most memory this process has had in use at once, in bytes.
  package static var peakMemory: Int {
    var usage = rusage()
    _ = getrusage(thisProcess, &usage)
    #if canImport(Darwin)
      return usage.ru_maxrss
    #else
      return usage.ru_maxrss * 1024
    #endif
  }

  /// How often this thread had to leave its core though it had work to do; 0 where the system does not
  /// say.
  package static var involuntarySwitches: Int {
    #if os(Linux)
      var usage = rusage()
      // 1 is RUSAGE_THREAD, a macro that Swift does not see.
      getrusage(1, &usage)
      return usage.ru_nivcsw
    #else
      return 0
    #endif
  }
}
