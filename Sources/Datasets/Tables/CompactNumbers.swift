/// The cells of a column of numbers, each the `Double` nearest to what is written, in 4 bytes while few
/// of them need more.
///
/// A cell is kept as a whole number with the decimals that all cells have in common: 1.25 beside 3.0625
/// is 12500 of four decimals. Whole numbers below 2⁵³ and powers of ten up to 10²² are exact as `Double`,
/// so their quotient, rounded once, is the nearest one, as ``DecimalNumber`` reads it. Cells that do not
/// fit stand beside, 8 bytes each; where they become half of a column, all of it is kept so.
///
/// Nothing expands all columns of a table at once. Minus zero is kept as zero.
package struct CompactNumbers: CellPiece {
  /// Whole numbers of ``decimals``, and below −``limit`` what has none: ``missing``, or behind it the place
  /// in ``others``.
  private var wholes: [Int32] = []
  private var decimals = 0
  /// 10 to the power of the decimals.
  private var power = 1.0
  /// More were tried and found to be too many for the largest cell.
  private var mostDecimals = Self.digits
  /// What does not fit; every cell, missing ones as not-a-number, where ``isWide``.
  private var others: [Double] = []
  private var isWide = false

  /// Whole numbers that fit are smaller.
  private static let limit: Int32 = 1 << 30
  /// So many digits always fit.
  private static let digits = 9
  private static let missing = Int32.min

  @inline(__always)
  private static func fits(_ whole: Int64) -> Bool {
    whole > -Int64(limit) && whole < Int64(limit)
  }

  /// No cells.
  package init() {}

  package var startIndex: Int { 0 }
  package var endIndex: Int { isWide ? others.count : wholes.count }

  /// A cell's number; not-a-number when missing.
  @inline(__always)
  package subscript(row: Int) -> Double {
    if isWide { return others[row] }
    let whole = wholes[row]
    return whole > -Self.limit ? Double(whole) / power : special(whole)
  }

  private func special(_ whole: Int32) -> Double {
    whole == Self.missing ? .nan : others[Int(whole - Self.missing) - 1]
  }

  /// How many cells have no value.
  var missingCount: Int {
    isWide ? others.count { $0.isNaN } : wholes.count { $0 == Self.missing }
  }

  /// The least and the greatest number; nil where there is none.
  var bounds: (least: Double, greatest: Double)? {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for number in others {
      if number < least { least = number }
      if number > greatest { greatest = number }
    }
    // Of whole numbers with one divisor none has to be divided.
    var (first, last) = (Self.limit, -Self.limit)
    for whole in wholes where whole > -Self.limit {
      if whole < first { first = whole }
      if whole > last { last = whole }
    }
    if first <= last {
      least = Swift.min(least, Double(first) / power)
      greatest = Swift.max(greatest, Double(last) / power)
    }
    return least <= greatest ? (least, greatest) : nil
  }

  /// What the cells take.
  var byteCount: Int { 4 * wholes.count + 8 * others.count }

  /// Some of the cells.
  package func keeping(_ rows: [Int]) -> CompactNumbers {
    var kept = self
    kept.wholes = []
    kept.others = []
    if isWide {
      kept.others = rows.map { others[$0] }
    } else if others.isEmpty {
      kept.wholes = rows.map { wholes[$0] }
    } else {
      for row in rows { kept.append(self[row]) }
    }
    return kept
  }

  /// Makes room for so many cells in all.
  package mutating func reserveCapacity(_ count: Int) {
    if isWide { others.reserveCapacity(count) } else { wholes.reserveCapacity(count) }
  }

  /// A cell without a value.
  mutating func appendMissing() {
    if isWide { others.append(.nan) } else { wholes.append(Self.missing) }
  }

  /// A number as it is written.
  @inline(__always)
  mutating func append(_ number: DecimalNumber.Plain) {
    if number.decimals == decimals, !isWide, Self.fits(number.whole) {
      wholes.append(Int32(truncatingIfNeeded: number.whole))
    } else {
      appendScaled(number)
    }
  }

  /// Not-a-number for a missing one.
  package mutating func append(_ number: Double) {
    guard !number.isNaN else { return appendMissing() }
    guard !isWide else { return others.append(number + 0) }
    for decimals in decimals...Swift.max(decimals, mostDecimals) {
      let power = DecimalNumber.powers[decimals]
      let whole: Double = (number * power).rounded()
      guard whole.magnitude < Double(Self.limit) else { break }
      if whole / power == number {
        return append(DecimalNumber.Plain(whole: Int64(whole), decimals: decimals))
      }
    }
    appendOther(number)
  }

  @inline(never)
  private mutating func appendScaled(_ number: DecimalNumber.Plain) {
    if isWide { return others.append(number.value) }
    var number = number
    raise(to: number.decimals)
    if number.decimals > decimals {
      number.dropZeros(to: decimals)
      raise(to: number.decimals)
    }
    guard number.decimals <= decimals,
      let whole = Self.scaled(number.whole, by: decimals - number.decimals)
    else { return appendOther(number.value) }
    wholes.append(whole)
  }

  /// Nil for what does not fit.
  private static func scaled(_ whole: Int64, by decimals: Int) -> Int32? {
    // Zero has any number of decimals.
    guard whole != 0 else { return 0 }
    guard decimals <= digits, fits(whole) else { return nil }
    let product = whole * Int64(DecimalNumber.powers[decimals])
    return fits(product) ? Int32(product) : nil
  }

  /// Gives all cells more decimals, if the largest has room for them.
  private mutating func raise(to decimals: Int) {
    guard decimals > self.decimals, decimals <= mostDecimals else { return }
    let largest = wholes.reduce(0) { $1 > -Self.limit ? Swift.max($0, $1.magnitude) : $0 }
    guard Self.scaled(Int64(largest), by: decimals - self.decimals) != nil else {
      mostDecimals = decimals - 1
      return
    }
    let factor = Int32(DecimalNumber.powers[decimals - self.decimals])
    if largest > 0 {
      for row in wholes.indices where wholes[row] > -Self.limit { wholes[row] *= factor }
    }
    self.decimals = decimals
    power = DecimalNumber.powers[decimals]
  }

  /// A number that does not fit.
  private mutating func appendOther(_ number: Double) {
    others.append(number + 0)
    wholes.append(Self.missing + Int32(others.count))
    guard others.count > Self.fewestOthers, others.count > wholes.count / 2 else { return }
    let all = Array(self)
    (others, wholes, isWide) = (all, [], true)
  }

  private static let fewestOthers = 16
}

extension CompactNumbers {
  /// Decimals, or what says that every cell stands for itself; how many cells of each kind follow.
  private typealias Head = (decimals: Int32, wholes: Int32, others: Int32, room: Int32)
  private static let wide: Int32 = -1

  package func write(_ sink: (UnsafeRawBufferPointer) -> Void) {
    var head: Head = (
      isWide ? Self.wide : Int32(decimals), Int32(wholes.count), Int32(others.count), 0
    )
    withUnsafeBytes(of: &head) { sink($0) }
    wholes.withUnsafeBytes { sink($0) }
    others.withUnsafeBytes { sink($0) }
  }

  package init?(reading bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<Head>.size else { return nil }
    let head = bytes.loadUnaligned(as: Head.self)
    let isWide = head.decimals == Self.wide
    guard isWide || (0..<Int32(DecimalNumber.powers.count)).contains(head.decimals),
      head.wholes >= 0, head.others >= 0, !isWide || head.wholes == 0,
      bytes.count
        == MemoryLayout<Head>.size + 4 * Int(head.wholes) + 8 * Int(head.others)
    else { return nil }
    let start = MemoryLayout<Head>.size
    self.isWide = isWide
    decimals = isWide ? 0 : Int(head.decimals)
    power = DecimalNumber.powers[decimals]
    wholes = Self.numbers(bytes, start, Int(head.wholes))
    others = Self.numbers(bytes, start + 4 * wholes.count, Int(head.others))
    let last = Self.missing + head.others
    guard wholes.allSatisfy({ $0 > -Self.limit || $0 <= last }) else { return nil }
  }

  private static func numbers<Number: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int
  ) -> [Number] {
    [Number](unsafeUninitializedCapacity: count) { buffer, made in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(
          rebasing: bytes[start..<start + count * MemoryLayout<Number>.stride]))
      made = count
    }
  }
}
