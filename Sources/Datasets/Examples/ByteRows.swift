import Engine
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

/// What the level of a pixel stands for: `level · scale + offset`, for each channel, the last axis, its
/// own.
package struct LevelScaling: Codable, Sendable, Equatable {
  /// One for all channels, or one for each.
  package let scales: [Float]
  /// As many.
  package let offsets: [Float]
  /// The lowest and the highest level of 16 bits in the training part, which count as black and white;
  /// nil for bytes, 0 to 255.
  package let deepRange: [UInt16]?

  /// The same for all channels.
  package init(scale: Float, offset: Float, deepRange: [UInt16]? = nil) {
    self.init(scales: [scale], offsets: [offset], deepRange: deepRange)
  }

  /// One for each channel.
  package init(scales: [Float], offsets: [Float], deepRange: [UInt16]? = nil) {
    precondition(!scales.isEmpty && scales.count == offsets.count)
    (self.scales, self.offsets, self.deepRange) = (scales, offsets, deepRange)
  }

  /// Whether levels have 16 bits instead of 8.
  package var isDeep: Bool { deepRange != nil }

  /// The levels of black and white.
  package var levels: (black: Float, white: Float) {
    deepRange.map { (Float($0[0]), Float($0[1])) } ?? (0, 255)
  }

  /// Where a number lies between black, 0, and white, 1: number · scale + offset.
  package func share(channel: Int) -> (scale: Double, offset: Double) {
    let place = scales.count == 1 ? 0 : channel
    let (black, white) = (Double(levels.black), Double(levels.white))
    let scale = 1 / (Double(scales[place]) * (white - black))
    return (scale, -Double(offsets[place]) * scale - black / (white - black))
  }

  /// The numbers of black and white in a channel.
  func range(_ channel: Int) -> ClosedRange<Float> {
    let place = scales.count == 1 ? 0 : channel
    let (a, b) = (
      levels.black * scales[place] + offsets[place], levels.white * scales[place] + offsets[place]
    )
    return min(a, b)...max(a, b)
  }

  /// - Throws: `Problem` for numbers that no training gives.
  func validate(channels: Int) throws {
    let isGood =
      [1, channels].contains(scales.count) && scales.count == offsets.count
      && (scales + offsets).allSatisfy(\.isFinite) && scales.allSatisfy { $0 != 0 }
      && deepRange.map { $0.count == 2 && $0[0] < $0[1] } ?? true
    guard isGood else {
      throw Problem.data(
        "preprocessing of images", expected: "finite numbers for 1 or \(channels) channels",
        found: "\(scales), \(offsets), \(deepRange ?? [])",
        fix: "the model file is damaged; train again")
    }
  }
}
