/// A thread of the system. It must be joined or detached once.
package struct SystemThread: @unchecked Sendable {
  private let handle: pthread_t

  private final class Work {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts it; nil where the system gives no more threads.
  package init?(_ run: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(run))
    #if canImport(Glibc)
      var started = pthread_t()
    #else
      var started: pthread_t?
    #endif
    let failure = pthread_create(
      &started, nil,
      { argument in
        let work: UnsafeMutableRawPointer? = argument
        Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().run()
        return nil
      }, work.toOpaque())
    let handle: pthread_t? = started
    guard failure == 0, let handle else {
      work.release()
      return nil
    }
    self.handle = handle
  }

  /// Waits until it has done its work.
  package func join() { pthread_join(handle, nil) }

  /// Lets it end by itself.
  package func detach() { pthread_detach(handle) }
}
