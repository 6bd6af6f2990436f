import Synchronization

/// A value that is made when it is first asked for, and then shared by all copies and tasks.
final class Once<Value: Sendable>: Sendable {
  private let value: Mutex<Value?>

  init(_ value: Value? = nil) { self.value = Mutex(value) }

  /// - Throws: what making it throws; the next call tries again.
  func callAsFunction<Failure>(_ make: () throws(Failure) -> Value) throws(Failure) -> Value {
    try value.withLock { value throws(Failure) in
      if let value { return value }
      let made = try make()
      value = made
      return made
    }
  }
}
