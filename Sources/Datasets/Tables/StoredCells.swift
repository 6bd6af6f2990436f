import Synchronization

/// A stretch of the cells of a column as it lies in memory and in a file.
package protocol CellPiece: RandomAccessCollection, Sendable where Index == Int, Element: Sendable {
  init()
  mutating func append(_ cell: Element)
  mutating func reserveCapacity(_ count: Int)
  func keeping(_ rows: [Int]) -> Self
  /// Gives the bytes that a file has of it, piece by piece.
  func write(_ sink: (UnsafeRawBufferPointer) -> Void)
  /// What ``write(_:)`` gave; nil for other bytes.
  init?(reading bytes: UnsafeRawBufferPointer)
  /// What stands for a cell that cannot be read.
  static var unread: Element { get }
}

/// Where the columns of a table go that does not fit into memory.
package struct CellStore: Sendable {
  let file: StoreFile
  /// Rows of a stretch.
  let length: Int

  /// - Parameters:
  ///   - columns: how many there are.
  ///   - memory: bytes that the stretches of all of them may take.
  init(_ file: StoreFile, columns: Int, memory: Int) {
    self.file = file
    length = Self.length(columns: columns, memory: memory)
  }

  /// A cell takes 4 bytes, seldom 8, in memory and once more while it is read.
  static func length(columns: Int, memory: Int) -> Int {
    Swift.min(1 << 16, Swift.max(1 << 9, memory / (16 * Swift.max(1, columns))))
  }

  /// As it was when the cells were written.
  init(_ file: StoreFile, length: Int) { (self.file, self.length) = (file, length) }
}

/// Where a stretch of cells lies in its file.
struct StoredPlace: Codable, Sendable {
  var offset: Int
  var bytes: Int
  var sum: UInt64

  /// Nil for bytes that are not those that were written.
  func piece<Piece: CellPiece>(in file: StoreFile) -> Piece? {
    guard bytes >= 0, offset >= 0, bytes <= file.end, offset <= file.end - bytes else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 8) { room in
      guard file.read(into: room, at: offset), Checksum.of(UnsafeRawBufferPointer(room)) == sum
      else { return nil }
      return Piece(reading: UnsafeRawBufferPointer(room))
    }
  }
}

extension CellPiece {
  /// Writes it behind all that a file has.
  func put(in file: StoreFile) -> StoredPlace {
    var bytes: [UInt8] = []
    write { bytes.append(contentsOf: $0) }
    return bytes.withUnsafeBytes { bytes in
      StoredPlace(offset: file.append(bytes), bytes: bytes.count, sum: Checksum.of(bytes))
    }
  }
}

/// The cells of a column: in memory, or stretch by stretch in a file, but for the last of them.
///
/// Whoever walks along the rows reads each stretch once. Single cells of a file come out of the stretch that was
/// looked at last.
package struct StoredCells<Piece: CellPiece>: RandomAccessCollection, Sendable {
  /// All of them, or those behind the ones in the file.
  private var last = Piece()
  private let store: CellStore?
  private var places: [StoredPlace] = []
  private let window: Window?

  /// The stretch that was looked at last.
  private final class Window: Sendable {
    let seen = Mutex<(number: Int, piece: Piece)?>(nil)
  }

  /// No cells; they go to memory alone if no other place is given.
  package init(in store: CellStore? = nil) {
    self.store = store
    window = store.map { _ in Window() }
  }

  /// These, in memory.
  package init(_ cells: some Sequence<Piece.Element>) {
    self.init()
    for cell in cells { last.append(cell) }
  }

  /// Those that a file has.
  init(_ places: [StoredPlace], last: Piece, in store: CellStore) {
    self.init(in: store)
    (self.places, self.last) = (places, last)
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { stored + last.count }
  /// How many lie in the file.
  private var stored: Int { store.map { places.count * $0.length } ?? 0 }

  @inline(__always)
  package subscript(row: Int) -> Piece.Element {
    let stored = stored
    guard row < stored, let store, let window else { return last[row - stored] }
    let number = row / store.length
    return window.seen.withLock { seen in
      if seen?.number != number { seen = (number, read(number, store)) }
      return seen!.piece[row - number * store.length]
    }
  }

  /// The stretch that has a row, and the row that it begins with.
  @inline(__always)
  private func piece(of row: Int) -> (piece: Piece, first: Int) {
    let stored = stored
    guard row < stored, let store else { return (last, stored) }
    let number = row / store.length
    return (seen(number, store), number * store.length)
  }

  /// A stretch, which is kept until another is looked at.
  private func seen(_ number: Int, _ store: CellStore) -> Piece {
    window!.seen.withLock { seen in
      if seen?.number != number { seen = (number, read(number, store)) }
      return seen!.piece
    }
  }

  private func read(_ number: Int, _ store: CellStore) -> Piece {
    if let piece: Piece = places[number].piece(in: store.file), piece.count == store.length {
      return piece
    }
    store.file.refuse("the cells that were written", "others")
    var none = Piece()
    for _ in 0..<store.length { none.append(Piece.unread) }
    return none
  }

  /// Along all rows.
  package struct Iterator: IteratorProtocol {
    private let cells: StoredCells
    private var piece = Piece()
    private var first = 0
    private var row = 0
    private let end: Int

    fileprivate init(_ cells: StoredCells) {
      self.cells = cells
      end = cells.count
    }

    @inline(__always)
    package mutating func next() -> Piece.Element? {
      guard row < end else { return nil }
      if row >= first + piece.count { (piece, first) = cells.piece(of: row) }
      defer { row += 1 }
      return piece[row - first]
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }

  /// The cells of some rows, which usually ascend.
  package struct OfRows: Sequence {
    fileprivate let cells: StoredCells
    fileprivate let rows: RowNumbers

    package struct Iterator: IteratorProtocol {
      fileprivate let cells: StoredCells
      fileprivate let rows: RowNumbers
      private var place = 0
      private var piece = Piece()
      private var first = 0

      fileprivate init(_ cells: StoredCells, _ rows: RowNumbers) {
        (self.cells, self.rows) = (cells, rows)
      }

      @inline(__always)
      package mutating func next() -> Piece.Element? {
        guard place < rows.endIndex else { return nil }
        let row = rows[place]
        if row < first || row >= first + piece.count { (piece, first) = cells.piece(of: row) }
        place += 1
        return piece[row - first]
      }
    }

    package func makeIterator() -> Iterator { Iterator(cells, rows) }
    package var underestimatedCount: Int { rows.count }
  }

  /// The cells of some rows.
  package func of(_ rows: RowNumbers) -> OfRows { OfRows(cells: self, rows: rows) }

  /// Some of the cells, in memory.
  func keeping(_ rows: [Int]) -> StoredCells {
    guard store != nil else {
      var kept = StoredCells()
      kept.last = last.keeping(rows)
      return kept
    }
    return StoredCells(of(RowNumbers(rows)))
  }

  /// Makes room in memory for so many cells in all.
  mutating func reserveCapacity(_ count: Int) {
    last.reserveCapacity(Swift.min(count, store?.length ?? count))
  }

  /// One more.
  package mutating func append(_ cell: Piece.Element) { append { $0.append(cell) } }

  /// Adds one in the piece's own way.
  @inline(__always)
  mutating func append(_ add: (inout Piece) -> Void) {
    add(&last)
    if let store, last.count == store.length { put(in: store) }
  }

  @inline(never)
  private mutating func put(in store: CellStore) {
    places.append(last.put(in: store.file))
    last = Piece()
    last.reserveCapacity(store.length)
  }

  /// Adds up what each stretch says.
  func summing<Sum>(_ start: Sum, _ add: (inout Sum, Piece) -> Void) -> Sum {
    var sum = start
    for first in stride(from: 0, to: stored, by: store?.length ?? 1) {
      add(&sum, piece(of: first).piece)
    }
    add(&sum, last)
    return sum
  }

  /// What a file has of them, and what it has not.
  var parts: (places: [StoredPlace], last: Piece) { (places, last) }
}

extension StoredCells: Equatable where Piece.Element: Equatable {
  /// Whether the cells are equal, however they are kept.
  package static func == (left: StoredCells, right: StoredCells) -> Bool {
    left.elementsEqual(right)
  }
}

extension StoredCells: ExpressibleByArrayLiteral {
  package init(arrayLiteral cells: Piece.Element...) { self.init(cells) }
}

/// The cells of a column of numbers; not-a-number for a missing one.
package typealias NumberCells = StoredCells<CompactNumbers>

extension NumberCells {
  /// A cell without a value.
  mutating func appendMissing() { append { $0.appendMissing() } }

  /// A number as it is written.
  @inline(__always)
  mutating func append(_ number: DecimalNumber.Plain) { append { $0.append(number) } }

  /// Whether a cell has no value.
  func isMissing(_ row: Int) -> Bool { self[row].isNaN }

  /// How many cells have no value.
  var missingCount: Int { summing(0) { $0 += $1.missingCount } }

  /// The least and the greatest number; nil where there is none.
  var bounds: (least: Double, greatest: Double)? {
    let ends = summing((Double.infinity, -Double.infinity)) { ends, piece in
      guard let own = piece.bounds else { return }
      ends = (Swift.min(ends.0, own.least), Swift.max(ends.1, own.greatest))
    }
    return ends.0 <= ends.1 ? (ends.0, ends.1) : nil
  }

  /// What the cells take in memory.
  var byteCount: Int { parts.last.byteCount }
}

extension CompactNumbers {
  package static var unread: Double { .nan }
}

/// The cells of a column of texts: each the place of a text in a vocabulary; −1 for a missing one.
package typealias CategoryCells = StoredCells<[Int32]>

extension [Int32]: CellPiece {
  package static var unread: Int32 { -1 }

  package func keeping(_ rows: [Int]) -> [Int32] { rows.map { self[$0] } }

  package func write(_ sink: (UnsafeRawBufferPointer) -> Void) { withUnsafeBytes(sink) }

  package init?(reading bytes: UnsafeRawBufferPointer) {
    guard bytes.count % 4 == 0 else { return nil }
    self.init(unsafeUninitializedCapacity: bytes.count / 4) { buffer, made in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      made = bytes.count / 4
    }
  }
}
