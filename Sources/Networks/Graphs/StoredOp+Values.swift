package import Engine

// What settings of ops are made of, as files have it.

extension Window: SettingValue {
  package static let words = "rows and columns, each of size, stride, dilation, before and after"
  package static var range: ClosedRange<Double> { NetworkLimits.padding }
  package var numbers: [Double] {
    [rows, columns].flatMap { axis in
      [axis.size, axis.stride, axis.dilation, axis.before, axis.after].map(Double.init)
    }
  }

  /// A window of one cell.
  static let usual = Window(rows: WindowAxis(size: 1), columns: WindowAxis(size: 1))

  private enum Key: String, CodingKey { case rows, columns }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      rows: try fields.decode(WindowAxis.self, forKey: .rows),
      columns: try fields.decode(WindowAxis.self, forKey: .columns))
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(rows, forKey: .rows)
    try fields.encode(columns, forKey: .columns)
  }
}

extension WindowAxis: Codable {
  private enum Key: String, CodingKey { case size, stride, dilation, before, after }

  /// What is as usual may be left out.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key, usual: Int) throws -> Int {
      try fields.decodeIfPresent(Int.self, forKey: key) ?? usual
    }
    self.init(
      size: try fields.decode(Int.self, forKey: .size), stride: try number(.stride, usual: 1),
      dilation: try number(.dilation, usual: 1), before: try number(.before, usual: 0),
      after: try number(.after, usual: 0))
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(size, forKey: .size)
    if stride != 1 { try fields.encode(stride, forKey: .stride) }
    if dilation != 1 { try fields.encode(dilation, forKey: .dilation) }
    if before != 0 { try fields.encode(before, forKey: .before) }
    if after != 0 { try fields.encode(after, forKey: .after) }
  }
}

/// Axes beside each other, as a list.
struct NeighbouringAxes: SettingValue {
  static let words = "list of axes beside each other"
  let axes: Range<Int>

  init(_ axes: Range<Int>) { self.axes = axes }

  init(from decoder: any Decoder) throws {
    let list = try [Int](from: decoder)
    let first = list.first ?? 0
    guard list.count <= TensorShape.maximumRank, (0..<TensorShape.maximumRank).contains(first),
      list == Array(first..<first + list.count)
    else {
      throw Problem.data(
        decoder.codingPath.place, expected: Self.words, found: "\(list.prefix(9))")
    }
    axes = first..<first + list.count
  }

  func encode(to encoder: any Encoder) throws { try Array(axes).encode(to: encoder) }
}

/// The settings of a recurrent scan.
struct ScanSettings: Sendable {
  /// The cell, by the name of its kind.
  enum Cell: String, Sendable, NamedChoice, SettingValue { case simple, lstm, gru }

  var cell: Cell
  var activation, gateActivation: ActivationFunction
  var hasBias, isMasked, isReversed: Bool

  static var settings: [Setting<Self>] {
    [
      .required("cell", \.cell), .required("activation", \.activation),
      .required("recurrent_activation", \.gateActivation), .usual("bias", \.hasBias),
      .usual("masked", \.isMasked), .usual("reversed", \.isReversed),
    ]
  }
}

extension Ops.RecurrentScan {
  /// A function of the user's own is written by its name, and must be known where it is read.
  var stored: ScanSettings {
    get {
      func function(_ op: any ElementwiseOp) -> ActivationFunction {
        (op as? any ActivationOp).map(ActivationFunction.init) ?? .linear
      }
      return ScanSettings(
        cell: ScanSettings.Cell(rawValue: cell.kind.rawValue)!,
        activation: function(cell.activation), gateActivation: function(cell.gateActivation),
        hasBias: cell.hasBias, isMasked: cell.isMasked, isReversed: isReversed)
    }
    set {
      func op(_ function: ActivationFunction) -> any ElementwiseOp {
        (function.op as? any ElementwiseOp) ?? Ops.Linear()
      }
      self = Self(
        RecurrentCell(
          RecurrentCell.Kind(rawValue: newValue.cell.rawValue)!,
          activation: op(newValue.activation), gateActivation: op(newValue.gateActivation),
          hasBias: newValue.hasBias, isMasked: newValue.isMasked),
        isReversed: newValue.isReversed)
    }
  }
}
