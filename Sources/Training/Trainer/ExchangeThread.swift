import Engine
import Platform

/// A thread that does one piece of work after the other, while who began them computes.
final class ExchangeThread: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let news = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  // Under the lock:
  private var waiting: [() throws -> Void] = []
  private var isBusy = false
  private var isClosed = false
  private var failure: (any Error)?

  init?() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(news, nil)
    guard let thread = SystemThread({ while self.doNext() {} }) else { return nil }
    // It keeps this object until it is closed.
    thread.detach()
  }

  deinit {
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(news)
    lock.deallocate()
    news.deallocate()
  }

  /// Puts work behind what waits; after a failure nothing more is done until somebody knows of it.
  func begin(_ work: @escaping () throws -> Void) {
    locked {
      if failure == nil { waiting.append(work) }
      pthread_cond_broadcast(news)
    }
  }

  /// Waits until everything that was begun is done.
  /// - Throws: the first thing that went wrong.
  func finish() throws {
    let found = locked {
      while isBusy || !waiting.isEmpty { pthread_cond_wait(news, lock) }
      defer { failure = nil }
      return failure
    }
    if let found { throw found }
  }

  /// Lets the thread end.
  func close() {
    locked {
      isClosed = true
      pthread_cond_broadcast(news)
    }
  }

  /// - Returns: false in the end.
  private func doNext() -> Bool {
    let work = locked { () -> (() throws -> Void)? in
      while waiting.isEmpty, !isClosed { pthread_cond_wait(news, lock) }
      guard !waiting.isEmpty else { return nil }
      isBusy = true
      return waiting.removeFirst()
    }
    guard let work else { return false }
    let result = Result { try work() }
    locked {
      if case .failure(let error) = result { (failure, waiting) = (error, []) }
      isBusy = false
      pthread_cond_broadcast(news)
    }
    return true
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}
