/// What the cells of a column look like, collected while they are read: what decides for what the column
/// is taken.
struct ColumnEvidence {
  /// A text that is no number as programs write them, and how often it stands there.
  struct Text {
    var text: String
    var count = 1
  }

  /// Cells with a value.
  var present: Int { numbers + textCount }
  /// Cells that are numbers as programs write them.
  private(set) var numbers = 0
  /// Of these, those that begin with a zero before another digit, such as `01454`.
  private(set) var leadingZeros = 0
  /// Of these, whole numbers that a `Double` does not hold exactly.
  private(set) var inexact = 0
  /// Of these, those with a point or an exponent.
  private(set) var fractions = 0
  /// Whether every point of a number has three digits behind it and at most three before, none of them a
  /// leading zero, so that it might stand between thousands.
  private(set) var pointsMayGroup = true

  /// Two texts of one number, in a column of labels with few different whole numbers.
  var respelled: (String, String)? { spellings?.pair }
  /// Followed in columns of labels.
  private var spellings: Spellings?

  /// The first different texts.
  private(set) var texts: [Text] = []
  private var placeOf: [String: Int] = [:]
  /// Cells with other texts beyond ``mostTexts``.
  private(set) var others = 0

  /// Cells that are no number as programs write them.
  var textCount: Int { texts.reduce(others) { $0 + $1.count } }

  /// Different texts that are looked at; a column with more is judged by these.
  static let mostTexts = 10_000

  /// - Parameter areLabels: whether the column's texts may be names of classes.
  init(areLabels: Bool = false) {
    if areLabels { spellings = Spellings() }
  }

  /// A number as programs write them, with few digits and nothing around it.
  @inline(__always)
  mutating func add(number field: UnsafeBufferPointer<UInt8>, _ number: DecimalNumber.Plain) {
    numbers += 1
    // A number of one digit says nothing more.
    if field.count > 1 {
      let digits = addDigits(field)
      if number.decimals > 0 || field[field.count - 1] == UInt8(ascii: ".") {
        fractions += 1
        // Of a column of fractions every cell comes here, so nothing more is asked than must be known.
        if pointsMayGroup { pointsMayGroup = Self.mayGroup(digits) }
      }
    }
    spellings?.add(field, number.value)
  }

  /// A number as programs write them.
  mutating func add(number field: UnsafeBufferPointer<UInt8>, _ value: Double) {
    numbers += 1
    if field.count > 1 { addForm(addDigits(field), value) }
    spellings?.add(field, value)
  }

  /// Looks for a zero before another digit; all that stands behind a sign.
  @inline(__always)
  private mutating func addDigits(
    _ field: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let start =
      field[0] == WrittenNumber.Byte.minus || field[0] == WrittenNumber.Byte.plus ? 1 : 0
    if field[start] == UInt8(ascii: "0"), start + 1 < field.count,
      WrittenNumber.Byte.isDigit(field[start + 1])
    {
      leadingZeros += 1
    }
    return UnsafeBufferPointer(rebasing: field[start...])
  }

  /// A number beyond all that a `Double` holds, spelled out or not.
  mutating func addInfinity() { numbers += 1 }

  private static func isWhole(_ value: Double) -> Bool {
    value.magnitude >= 0x1p53 || Double(Int64(value)) == value
  }

  /// - Parameter digits: without the sign.
  private mutating func addForm(_ digits: UnsafeBufferPointer<UInt8>, _ value: Double) {
    if Self.isWhole(value), digits.allSatisfy(WrittenNumber.Byte.isDigit) {
      if value.magnitude >= 0x1p53 { inexact += 1 }
      return
    }
    // `2.5`, `3.0`, `1e5`
    fractions += 1
    if pointsMayGroup, value.magnitude < 0x1p53 { pointsMayGroup = Self.mayGroup(digits) }
  }

  private static func mayGroup(_ digits: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let point = digits.firstIndex(of: UInt8(ascii: ".")),
      digits.allSatisfy({ WrittenNumber.Byte.isDigit($0) || $0 == UInt8(ascii: ".") })
    else { return false }
    return digits.count - point == 4 && (1...3).contains(point)
      && digits.first != UInt8(ascii: "0")
  }

  /// How few different whole numbers are written.
  private struct Spellings {
    private var textOf: [Double: String] = [:]
    private var other: (String, String)?
    private var isFew = true

    /// Two texts of one number; nil where the numbers are no names of classes.
    var pair: (String, String)? { isFew ? other : nil }

    mutating func add(_ field: UnsafeBufferPointer<UInt8>, _ value: Double) {
      guard isFew else { return }
      let text = String(decoding: CSVRow.trim(field), as: UTF8.self)
      if let first = textOf[value] {
        if first != text, other == nil { other = (first, text) }
        return
      }
      textOf[value] = text
      isFew = value == value.rounded() && textOf.count <= LearningTask.Choice.classLimit
    }
  }

  /// Any other text.
  mutating func add(text: String, count: Int = 1) {
    if let place = placeOf[text] {
      texts[place].count += count
    } else if texts.count < Self.mostTexts {
      placeOf[text] = texts.count
      texts.append(Text(text: text, count: count))
    } else {
      others += count
    }
  }
}
