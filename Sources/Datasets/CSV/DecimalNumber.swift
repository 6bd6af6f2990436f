/// Decimal text to the nearest `Double`, from bytes and without making a string.
package enum DecimalNumber {
  /// What a field's text says.
  package enum Reading: Equatable {
    case finite(Double)
    /// Infinity, spelled out or by overflow.
    case infinite
    case notANumber
  }

  /// A number that is written with few digits, taken apart without rounding.
  struct Plain {
    /// All digits, those behind the point too; below 2⁵³.
    var whole: Int64
    /// How many of the digits stand behind the point, at most 18.
    var decimals: Int

    /// The nearest `Double`: both are exact, and the quotient is rounded once. Minus zero is zero.
    @inline(__always)
    var value: Double { decimals == 0 ? Double(whole) : Double(whole) / powers[decimals] }

    /// Leaves out zeros behind the point while there are more decimals.
    mutating func dropZeros(to least: Int) {
      while decimals > least, whole % 10 == 0 {
        whole /= 10
        decimals -= 1
      }
    }
  }

  /// Reads `[+-]digits[.digits]` of at most 18 digits and nothing around; nil for all else, which
  /// ``read(_:)`` takes.
  @inline(__always)
  static func plain(_ field: UnsafeBufferPointer<UInt8>) -> Plain? {
    // The sign, the point and the digits.
    guard field.count <= 20, var next = field.baseAddress else { return nil }
    let end = next + field.count
    let found = scan(&next, end)
    guard next == end, found.digits > 0, found.digits <= 18, found.significand < 1 << 53 else {
      return nil
    }
    let whole = Int64(truncatingIfNeeded: found.significand)
    return Plain(whole: found.isNegative ? -whole : whole, decimals: found.decimals)
  }

  /// Passes over a sign, digits, a point and digits, each where it is there. Beyond 19 digits the
  /// significand has wrapped.
  @inline(__always)
  private static func scan(
    _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (isNegative: Bool, significand: UInt64, digits: Int, decimals: Int) {
    var isNegative = false
    if next < end, next.pointee == UInt8(ascii: "-") || next.pointee == UInt8(ascii: "+") {
      isNegative = next.pointee == UInt8(ascii: "-")
      next += 1
    }
    var significand: UInt64 = 0
    let firstDigit = next
    while next < end, let digit = digitValue(next.pointee) {
      significand = significand &* 10 &+ digit
      next += 1
    }
    let digits = next - firstDigit
    guard next < end, next.pointee == UInt8(ascii: ".") else {
      return (isNegative, significand, digits, 0)
    }
    next += 1
    let firstDecimal = next
    while next < end, let digit = digitValue(next.pointee) {
      significand = significand &* 10 &+ digit
      next += 1
    }
    let decimals = next - firstDecimal
    return (isNegative, significand, digits + decimals, decimals)
  }

  /// Reads `[+-]digits[.digits][e[+-]digits]`, spaces around it allowed, to the nearest `Double`.
  ///
  /// With a significand below 2⁵³ and a power of ten up to 22 both are exact as `Double`, so one
  /// division or product, rounded once, is the nearest number (Clinger, *How to read floating point
  /// numbers accurately*, PLDI 1990). Up to 19 digits and as many decimals are divided as whole
  /// numbers. Everything else goes the slow way.
  package static func read(_ field: UnsafeBufferPointer<UInt8>) -> Reading {
    guard var next = field.baseAddress else { return .notANumber }
    var end = next + field.count
    while next < end, isSpace(next.pointee) { next += 1 }
    while next < end, isSpace(end[-1]) { end -= 1 }
    guard next < end else { return .notANumber }
    let start = next

    let (negative, significand, digitCount, decimals) = scan(&next, end)
    var digits = digitCount
    var exponent = -decimals
    guard digits > 0 else { return namedInfinity(start, end) }

    if next < end, next.pointee | 0x20 == UInt8(ascii: "e") {
      next += 1
      guard let power = readExponent(&next, end) else { return .notANumber }
      exponent += power
    }
    guard next == end else { return .notANumber }

    if digits > 19 { digits -= leadingZeros(start, end) }
    // Up to 19 digits the significand cannot have wrapped.
    if digits <= 19, significand < 1 << 53, exponent.magnitude <= 22 {
      let exact = Double(significand)
      let value = exponent < 0 ? exact / powers[-exponent] : exact * powers[exponent]
      return .finite(negative ? -value : value)
    }
    if digits <= 19, significand > 0, exponent <= 0, exponent >= -19 {
      let value = quotient(significand, decimals: -exponent)
      return .finite(negative ? -value : value)
    }
    let text = String(
      decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    guard let value = Double(text) else { return .notANumber }
    return value.isFinite ? .finite(value) : .infinite
  }

  /// significand / 10^decimals to the nearest `Double`, for up to 19 decimals.
  ///
  /// Both are shifted to fill 64 bits, so the whole quotient has at least 63 of them. Its lowest bit
  /// is set when there is a remainder; that decides ties and nothing else, and the one rounding is
  /// that of the conversion.
  private static func quotient(_ significand: UInt64, decimals: Int) -> Double {
    let divisor = wholePowers[decimals]
    let shifted = divisor << UInt64(divisor.leadingZeroBitCount)
    let dividend = significand << UInt64(significand.leadingZeroBitCount)
    // Halved, the dividend is below the divisor, and the quotient fits in 64 bits.
    let (whole, rest) = shifted.dividingFullWidth((dividend >> 1, dividend << 63))
    let exponent = divisor.leadingZeroBitCount - significand.leadingZeroBitCount - 63
    return Double(whole | (rest == 0 ? 0 : 1))
      * Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// Zeros before the first other digit, on both sides of the point, behind a sign.
  private static func leadingZeros(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int {
    var next = start
    if next.pointee == UInt8(ascii: "-") || next.pointee == UInt8(ascii: "+") { next += 1 }
    var zeros = 0
    while next < end, next.pointee == UInt8(ascii: "0") || next.pointee == UInt8(ascii: ".") {
      if next.pointee == UInt8(ascii: "0") { zeros += 1 }
      next += 1
    }
    return zeros
  }

  /// The digits after `e`, held within what keeps every sum of exponents from overflowing.
  private static func readExponent(
    _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int? {
    var negative = false
    if next < end, next.pointee == UInt8(ascii: "-") || next.pointee == UInt8(ascii: "+") {
      negative = next.pointee == UInt8(ascii: "-")
      next += 1
    }
    guard next < end else { return nil }
    var power = 0
    while next < end, let digit = digitValue(next.pointee) {
      power = min(power * 10 + Int(digit), 1_000_000)
      next += 1
    }
    return negative ? -power : power
  }

  private static func namedInfinity(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Reading {
    var name = UnsafeBufferPointer(start: start, count: end - start)[...]
    if let sign = name.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      name = name.dropFirst()
    }
    guard name.count == 3 || name.count == 8 else { return .notANumber }
    let lower = name.lazy.map { $0 | 0x20 }
    return lower.elementsEqual("inf".utf8) || lower.elementsEqual("infinity".utf8)
      ? .infinite : .notANumber
  }

  @inline(__always)
  private static func digitValue(_ byte: UInt8) -> UInt64? {
    let value = byte &- UInt8(ascii: "0")
    return value < 10 ? UInt64(value) : nil
  }

  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// 10⁰…10¹⁹.
  private static let wholePowers: [UInt64] = (0...19).map { power in
    (0..<power).reduce(1) { product, _ in product * 10 }
  }

  /// 10⁰…10²², each exact.
  static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
