import Engine
import Platform

/// The rows of an epoch in its order, where they lie in a file in another.
///
/// Read one by one they would cost a block of the disk each. So they are dealt out: all are read once, as they
/// lie, and each is written to the lot of its neighbours in the order; two lots fit into memory, and while one is
/// used a thread puts the next one into order. Each row is read twice and written once, always in long stretches.
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
  /// The lot that is used, and the one that comes next.
  private var present: Lot
  private var next: Lot
  /// Puts the next one into order.
  private var thread: SystemThread?

  /// Nil for rows that lie in memory.
  /// - Throws: `Problem` where the disk has no room.
  package convenience init?(_ data: Dataset) throws {
    guard let folder = data.folder else { return nil }
    try self.init(data, folder)
  }

  init(_ data: Dataset, _ folder: StoreFolder) throws {
    (inputs, targets) = (data.inputs, data.targets)
    let (width, answers) = (data.inputs.shape.count, data.targets.shape.count)
    stride = 4 * (width + answers + 1)
    size = max(1, min(data.count, folder.share / (8 * (width + answers))))
    dealt = StoredLots(
      try folder.file(for: "shuffled rows"), count: (data.count + size - 1) / size,
      memory: folder.share / 2)
    present = Lot(size, width, answers)
    next = Lot(size, width, answers)
  }

  deinit { thread?.join() }

  /// Begins an epoch. The rows are dealt out when the first of them is asked for.
  package func start(_ order: [Int32]) {
    wait()
    self.order = order
    (present.number, next.number) = (-1, -1)
  }

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
    var place = places.lowerBound
    while place < places.upperBound {
      let lot = place / size
      if lot != present.number { try take(lot) }
      let own = place - lot * size..<min(places.upperBound - lot * size, size)
      let done = place - places.lowerBound
      present.inputs.copy(own, to: inputs, at: done)
      present.targets.copy(own, to: targets, at: done)
      place += own.count
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
      try dealt.file.check()
    }
    try dealt.finish()
    try inputs.check()
  }

  /// Brings a lot into memory, and has the one behind it made ready.
  private func take(_ lot: Int) throws {
    wait()
    if next.number == lot {
      swap(&present, &next)
    } else {
      present.fill(lot, dealt, stride)
    }
    try dealt.file.check()
    guard lot + 1 < dealt.count else { return }
    let (next, dealt, stride) = (next, dealt, stride)
    thread = SystemThread { next.fill(lot + 1, dealt, stride) }
  }

  private func wait() {
    thread?.join()
    thread = nil
  }
}

/// Neighbours in the order of an epoch. One thread at a time has it.
private final class Lot: @unchecked Sendable {
  var number = -1
  let inputs, targets: OrderedRows

  init(_ size: Int, _ width: Int, _ answers: Int) {
    (inputs, targets) = (OrderedRows(size, width), OrderedRows(size, answers))
  }

  /// A problem waits in the file.
  func fill(_ number: Int, _ dealt: StoredLots, _ stride: Int) {
    dealt.forEach(of: number, stride) { row in
      let place = Int(row.load(as: UInt32.self))
      inputs.set(place, from: row + 4)
      targets.set(place, from: row + 4 + 4 * inputs.width)
    }
    self.number = number
  }
}

/// Room for rows of floats.
private final class OrderedRows {
  let width: Int
  private let count: Int
  private let numbers: UnsafeMutablePointer<Float>

  init(_ count: Int, _ width: Int) {
    (self.count, self.width) = (count, width)
    numbers = .allocate(capacity: max(1, count * width))
    numbers.initialize(repeating: 0, count: max(1, count * width))
  }

  deinit { numbers.deallocate() }

  func set(_ place: Int, from row: UnsafeRawPointer) {
    // Read from a file, so any number.
    guard place < count else { return }
    UnsafeMutableRawPointer(numbers + place * width).copyMemory(from: row, byteCount: 4 * width)
  }

  func copy(_ rows: Range<Int>, to destination: UnsafeMutablePointer<Float>?, at place: Int) {
    destination?.advanced(by: place * width).update(
      from: numbers + rows.lowerBound * width, count: rows.count * width)
  }
}
