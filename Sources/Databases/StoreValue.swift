/// What a cell of a store holds, whichever database it is.
package enum StoreValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])
}

/// What can be put into a cell, and be read from one.
package protocol StoreConvertible {
  var storeValue: StoreValue { get }
  /// - Returns: nil for a cell of another kind.
  init?(storeValue: StoreValue)
}

extension Int64: StoreConvertible {
  package var storeValue: StoreValue { .integer(self) }
  package init?(storeValue: StoreValue) {
    guard case .integer(let value) = storeValue else { return nil }
    self = value
  }
}

extension Int: StoreConvertible {
  package var storeValue: StoreValue { .integer(Int64(self)) }
  package init?(storeValue: StoreValue) {
    guard case .integer(let value) = storeValue else { return nil }
    self.init(exactly: value)
  }
}

extension Bool: StoreConvertible {
  package var storeValue: StoreValue { .integer(self ? 1 : 0) }
  package init?(storeValue: StoreValue) {
    guard case .integer(let value) = storeValue else { return nil }
    self = value != 0
  }
}

extension Double: StoreConvertible {
  /// SQLite has no number that is none, so no store has.
  package var storeValue: StoreValue { isNaN ? .null : .real(self) }
  package init?(storeValue: StoreValue) {
    switch storeValue {
    case .real(let value): self = value
    case .integer(let value): self = Double(value)
    default: return nil
    }
  }
}

extension String: StoreConvertible {
  package var storeValue: StoreValue { .text(self) }
  package init?(storeValue: StoreValue) {
    guard case .text(let value) = storeValue else { return nil }
    self = value
  }
}

extension [UInt8]: StoreConvertible {
  package var storeValue: StoreValue { .bytes(self) }
  package init?(storeValue: StoreValue) {
    guard case .bytes(let value) = storeValue else { return nil }
    self = value
  }
}

extension Optional: StoreConvertible where Wrapped: StoreConvertible {
  package var storeValue: StoreValue { self?.storeValue ?? .null }
  package init?(storeValue: StoreValue) {
    if storeValue == .null {
      self = Optional.none
      return
    }
    guard let value = Wrapped(storeValue: storeValue) else { return nil }
    self = value
  }
}
