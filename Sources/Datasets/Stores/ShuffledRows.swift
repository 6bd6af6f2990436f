import Engine

/// The rows of an epoch in its order, where they lie in a file in another.
///
/// Read one by one they would cost a block of the disk each. So they are dealt out: all are read once, as they
/// lie, and each is written to the lot of its neighbours in the order; a lot fits into memory, and its rows come to
/// their places there when it is its turn. Each row is read twice and written once, always in long stretches.
/// A. Aggarwal, J. S. Vitter, *The input/output complexity of sorting and related problems*, CACM 31 (1988).
package final class ShuffledRows {
  private let inputs, targets: Examples
  /// Rows of a lot.
  private let size: Int
  /// Bytes of a row in a lot: its place in it, its inputs, its targets.
  private let stride: Int
  private let dealt: StoredLots
  /// What is not yet dealt out.
  private var order: [Int32]?
  /// The lot that is in memory, in order; −1 for none.
  private var present = -1
  private var lotInputs: [Float]
  private var lotTargets: [Float]

  /// Nil for rows that lie in memory.
  /// - Throws: `Problem` where the disk has no room.
  package convenience init?(_ data: Dataset) throws {
    guard let folder = data.folder else { return nil }
    try self.init(data, folder)
  }

  init(_ data: Dataset, _ folder: StoreFolder) throws {
    (inputs, targets) = (data.inputs, data.targets)
    let width = data.inputs.shape.count + data.targets.shape.count
    stride = 4 * (width + 1)
    size = max(1, min(data.count, folder.share / (4 * width)))
    dealt = StoredLots(
      try folder.file(for: "shuffled rows"), count: (data.count + size - 1) / size,
      memory: folder.share / 2)
    lotInputs = [Float](repeating: 0, count: size * data.inputs.shape.count)
    lotTargets = [Float](repeating: 0, count: size * data.targets.shape.count)
  }

  /// Begins an epoch. The rows are dealt out when the first of them is asked for.
  package func start(_ order: [Int32]) { (self.order, present) = (order, -1) }

  /// Copies rows by their places in the order.
  /// - Throws: `Problem` where they cannot be read or written.
  package func copy(
    _ places: Range<Int>, inputs: UnsafeMutablePointer<Float>?,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    if let order {
      self.order = nil
      try deal(order)
    }
    let (width, answers) = (self.inputs.shape.count, self.targets.shape.count)
    var place = places.lowerBound
    while place < places.upperBound {
      let lot = place / size
      if lot != present { try take(lot) }
      let (own, end) = (place - lot * size, min(places.upperBound, (lot + 1) * size) - lot * size)
      let done = place - places.lowerBound
      func copy(_ from: [Float], _ width: Int, _ destination: UnsafeMutablePointer<Float>?) {
        from.withUnsafeBufferPointer {
          destination?.advanced(by: done * width).update(
            from: $0.baseAddress! + own * width, count: (end - own) * width)
        }
      }
      copy(lotInputs, width, inputs)
      copy(lotTargets, answers, targets)
      place += end - own
    }
  }

  private func deal(_ order: [Int32]) throws {
    let (width, answers) = (inputs.shape.count, targets.shape.count)
    dealt.restart()
    var placeOf = [Int32](repeating: 0, count: order.count)
    for (place, row) in order.enumerated() { placeOf[Int(row)] = Int32(place) }
    let step = max(1, min(order.count, (1 << 20) / stride))
    var room = (
      [Float](repeating: 0, count: step * width), [Float](repeating: 0, count: step * answers)
    )
    for first in Swift.stride(from: 0, to: order.count, by: step) {
      let rows = first..<min(first + step, order.count)
      room.0.withUnsafeMutableBufferPointer { inputs.copy(rows, into: $0.baseAddress!) }
      room.1.withUnsafeMutableBufferPointer { targets.copy(rows, into: $0.baseAddress!) }
      room.0.withUnsafeBytes { inputs in
        room.1.withUnsafeBytes { targets in
          for row in rows {
            let (lot, place) = Int(placeOf[row]).quotientAndRemainder(dividingBy: size)
            dealt.append(to: lot, stride) { destination in
              destination.storeBytes(of: UInt32(place), as: UInt32.self)
              (destination + 4).copyMemory(
                from: inputs.baseAddress! + 4 * width * (row - first), byteCount: 4 * width)
              (destination + 4 + 4 * width).copyMemory(
                from: targets.baseAddress! + 4 * answers * (row - first), byteCount: 4 * answers)
            }
          }
        }
      }
    }
    try dealt.finish()
    try inputs.check()
  }

  private func take(_ lot: Int) throws {
    let (width, answers) = (inputs.shape.count, targets.shape.count)
    try lotInputs.withUnsafeMutableBytes { inputs in
      try lotTargets.withUnsafeMutableBytes { targets in
        try dealt.forEach(of: lot, stride) { row in
          let place = Int(row.load(as: UInt32.self)) % size
          (inputs.baseAddress! + 4 * width * place).copyMemory(from: row + 4, byteCount: 4 * width)
          (targets.baseAddress! + 4 * answers * place).copyMemory(
            from: row + 4 + 4 * width, byteCount: 4 * answers)
        }
      }
    }
    present = lot
  }
}
