import Datasets
import Engine
import Training

/// The two inputs that pictures lie over, in the unit of the data.
struct Axes: Sendable {
  /// One of them.
  struct Axis: Sendable {
    var name: String
    var low: Double
    var high: Double
    /// Where its number stands in an input of the network.
    fileprivate let place: Int
    fileprivate let scaling: NumberScaling

    func input(_ raw: Double) -> Float { Float((raw - scaling.offset) / scaling.scale) }
  }

  let x: Axis
  let y: Axis
  /// What all other inputs stay at: their mean over the training rows.
  private let mean: [Float]

  /// - Returns: nil for a table without two numeric inputs.
  /// - Throws: `Problem` for columns that are none.
  init?(_ data: PreparedData, _ given: PlaygroundData, _ table: DataTable) throws {
    let preprocessing = data.preprocessing
    let numbers = (0..<preprocessing.columnWidth).compactMap { place in
      preprocessing.scaling(ofInput: place).map { (place, $0) }
    }
    let names = numbers.map(\.1.name)
    if names.count < 2, given.columns == nil { return nil }
    let wanted = given.columns ?? Array(names.prefix(2))
    guard wanted.count == 2, wanted[0] != wanted[1], wanted.allSatisfy(names.contains) else {
      throw Problem.data(
        "columns",
        expected: "two different numeric inputs, to be the axes of pictures"
          + (names.isEmpty ? "" : ", of " + Preprocessing.list(names)),
        found: wanted.isEmpty ? "none" : Preprocessing.list(wanted),
        fix: names.count < 2 ? "leave `columns` out" : "name two")
    }
    let axes = try wanted.map { name in
      let (place, scaling) = numbers[names.firstIndex(of: name)!]
      let column = try table.column(name)
      let values = column.numbers.filter(\.isFinite)
      var (low, high) = (values.min() ?? 0, values.max() ?? 0)
      if given.isPlane {
        (low, high) = (min(-6, low), max(6, high))
      } else {
        let margin = low < high ? 0.05 * (high - low) : 1
        (low, high) = (low - margin, high + margin)
      }
      return Axis(name: name, low: low, high: high, place: place, scaling: scaling)
    }
    (x, y) = (axes[0], axes[1])
    let width = preprocessing.columnWidth
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<data.train.count {
      for (place, value) in data.train.inputs[row].enumerated() { sums[place] += Double(value) }
    }
    mean = sums.map { Float($0 / Double(data.train.count)) }
  }

  /// The inputs of a square of cells, at the middle of each: the top row first, each from left to right.
  func inputs(side: Int) -> [Float] {
    var inputs: [Float] = []
    inputs.reserveCapacity(side * side * mean.count)
    func middle(_ cell: Int, _ axis: Axis) -> Double {
      axis.low + (Double(cell) + 0.5) / Double(side) * (axis.high - axis.low)
    }
    var input = mean
    for row in 0..<side {
      input[y.place] = y.input(middle(side - 1 - row, y))
      for column in 0..<side {
        input[x.place] = x.input(middle(column, x))
        inputs += input
      }
    }
    return inputs
  }
}

extension Column {
  /// Its numbers, not-a-number where a cell is missing; none of a column of another kind.
  var numbers: [Double] {
    guard case .numbers(let numbers) = cells else { return [] }
    return (0..<count).map { numbers[$0] }
  }
}
