import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that all run the same work once.
package final class Threads: Sendable {
  private let handles = Mutex<[UInt]>([])

  /// How many were started; the system may give fewer than were asked for.
  package let count: Int

  private final class Work {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts them.
  package init(_ count: Int, _ run: @escaping @Sendable () -> Void) {
    var started: [UInt] = []
    for _ in 0..<count {
      let work = Unmanaged.passRetained(Work(run))
      #if canImport(Darwin)
        var handle: pthread_t?
      #else
        var handle = pthread_t()
      #endif
      let failure = pthread_create(
        &handle, nil,
        { argument in
          #if canImport(Darwin)
            let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
          #else
            let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
          #endif
          work.run()
          return nil
        }, work.toOpaque())
      guard failure == 0 else {
        work.release()
        break
      }
      #if canImport(Darwin)
        started.append(UInt(bitPattern: handle!))
      #else
        started.append(UInt(handle))
      #endif
    }
    self.count = started.count
    handles.withLock { $0 = started }
  }

  /// Waits until all have done their work.
  package func join() {
    let all = handles.withLock { handles in
      defer { handles = [] }
      return handles
    }
    for handle in all {
      #if canImport(Darwin)
        pthread_join(pthread_t(bitPattern: handle)!, nil)
      #else
        pthread_join(pthread_t(handle), nil)
      #endif
    }
  }

  /// Lets them end by themselves.
  package func detach() {
    let all = handles.withLock { handles in
      defer { handles = [] }
      return handles
    }
    for handle in all {
      #if canImport(Darwin)
        pthread_detach(pthread_t(bitPattern: handle)!)
      #else
        pthread_detach(pthread_t(handle))
      #endif
    }
  }

  /// Runs a body for each index, the caller helping, and returns when all are done.
  package static func forEach(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void
  ) {
    let counter = Counter()
    let work: @Sendable () -> Void = {
      while let index = counter.next(below: count) { body(index) }
    }
    let helpers = Threads(max(0, min(threads, count) - 1), work)
    work()
    helpers.join()
  }

  private final class Counter: Sendable {
    private let taken = Atomic<Int>(0)
    func next(below count: Int) -> Int? {
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }
  }
}
