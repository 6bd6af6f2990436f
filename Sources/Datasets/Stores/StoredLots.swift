/// What is dealt out to lots in a file: each is written in long pieces, and read in the order in which it was
/// written. One thread deals; when that is over, several may read.
final class StoredLots: @unchecked Sendable {
  let file: StoreFile
  /// Bytes of each lot in the buffers.
  private let piece: Int
  private let buffers: UnsafeMutableRawBufferPointer
  /// Of each lot what waits in its buffer, and where its pieces lie.
  private var waiting: [Int]
  private var pieces: [[Range<Int>]]

  /// - Parameter memory: for the buffers.
  init(_ file: StoreFile, count: Int, memory: Int) {
    self.file = file
    piece = max(1 << 12, min(1 << 20, memory / max(1, count)))
    buffers = .allocate(byteCount: max(1, count) * piece, alignment: 16)
    waiting = [Int](repeating: 0, count: count)
    pieces = [[Range<Int>]](repeating: [], count: count)
  }

  deinit { buffers.deallocate() }

  /// How many lots there are.
  var count: Int { pieces.count }

  /// Begins anew, in the room that was used before.
  func restart() {
    file.reuse()
    for lot in waiting.indices { (waiting[lot], pieces[lot]) = (0, []) }
  }

  /// Adds so many bytes, which the body writes.
  @inline(__always)
  func append(to lot: Int, _ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    guard count <= piece else { return appendLong(to: lot, count, body) }
    if waiting[lot] + count > piece { put(lot) }
    body(buffers.baseAddress! + lot * piece + waiting[lot])
    waiting[lot] += count
  }

  /// What is longer than the buffer goes to the file at once.
  private func appendLong(to lot: Int, _ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { room in
      body(room.baseAddress!)
      let place = file.append(UnsafeRawBufferPointer(room))
      pieces[lot].append(place..<place + count)
    }
  }

  private func put(_ lot: Int) {
    let start = lot * piece
    let place = file.append(
      UnsafeRawBufferPointer(rebasing: buffers[start..<start + waiting[lot]]))
    pieces[lot].append(place..<place + waiting[lot])
    waiting[lot] = 0
  }

  /// Writes what waits.
  /// - Throws: `Problem` where the file could not be written.
  func finish() throws {
    for lot in waiting.indices where waiting[lot] > 0 { put(lot) }
    try file.check()
  }

  /// Gives all that a lot has, so many bytes at a time. What cannot be read waits in the file as a problem.
  func forEach(of lot: Int, _ count: Int, _ body: (UnsafeRawPointer) -> Void) {
    let longest = pieces[lot].reduce(0) { max($0, $1.count) }
    withUnsafeTemporaryAllocation(byteCount: longest, alignment: 16) { room in
      for place in pieces[lot] {
        let part = UnsafeMutableRawBufferPointer(rebasing: room[..<place.count])
        guard file.read(into: part, at: place.lowerBound) else { return }
        for start in stride(from: 0, to: place.count, by: count) { body(part.baseAddress! + start) }
      }
    }
  }
}
