import Synchronization

/// Examples as bytes, wherever they lie: in memory, on disk, or in files that must be decoded first.
protocol ByteRows: Sendable {
  /// Copies one example; several threads may ask at the same time.
  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws
}

/// The bytes of examples, and the first problem that reading them met.
///
/// Who copies examples into batches cannot throw, so a problem waits here until somebody asks.
final class RowReader: Sendable {
  /// Bytes of one example.
  let length: Int
  private let rows: any ByteRows
  private let failure = Mutex<(any Error)?>(nil)

  init(_ rows: any ByteRows, length: Int) {
    self.rows = rows
    self.length = length
  }

  /// Copies one example; zeros where that is not possible.
  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) {
    do {
      try rows.copy(row, into: destination)
    } catch {
      destination.update(repeating: 0, count: length)
      failure.withLock { if $0 == nil { $0 = error } }
    }
  }

  func check() throws {
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// What a byte stands for: `byte · scale + offset`, for each channel, the last axis, its own.
package struct ByteScaling: Codable, Sendable, Equatable {
  /// One for all channels, or one for each.
  package let scales: [Float]
  /// As many.
  package let offsets: [Float]

  /// The same for all channels.
  package init(scale: Float, offset: Float) { (scales, offsets) = ([scale], [offset]) }

  /// One for each channel.
  package init(scales: [Float], offsets: [Float]) {
    precondition(!scales.isEmpty && scales.count == offsets.count)
    (self.scales, self.offsets) = (scales, offsets)
  }

  /// The numbers of black and white in a channel.
  func range(_ channel: Int) -> ClosedRange<Float> {
    let place = scales.count == 1 ? 0 : channel
    let (a, b) = (offsets[place], 255 * scales[place] + offsets[place])
    return min(a, b)...max(a, b)
  }

  /// The byte that a number stands for.
  func byte(_ number: Float, channel: Int) -> UInt8 {
    let place = scales.count == 1 ? 0 : channel
    let byte = ((number - offsets[place]) / scales[place]).rounded()
    return byte > 0 ? UInt8(min(255, byte)) : 0
  }
}
