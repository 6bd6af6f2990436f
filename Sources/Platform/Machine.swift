/// The machine the program runs on.
package enum Machine {
  /// Its memory in bytes; 64 GiB where the system does not say.
  package static let memory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : 1 << 36
  }()

  /// How many of its processors are switched on, at least 1.
  package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
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
