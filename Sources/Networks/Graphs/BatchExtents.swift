package import Engine

/// The extents of a shape whose first part may grow with the batch: each is so many for each example, and so many
/// besides.
package struct BatchExtents: SettingValue, Hashable {
  package static let words = "extents, `batch` for the one that is"

  struct Extent: Hashable {
    var perExample: Int
    var fixed: Int
  }
  private(set) var extents: [Extent]

  /// From the same shape at two batches; nil where they have not the same number of axes.
  init?(_ first: TensorShape, batch: Int, _ second: TensorShape, batch other: Int) {
    guard first.rank == second.rank, batch != other else { return nil }
    extents = zip(first.extents, second.extents).map { a, b in
      let perExample = (b - a) / (other - batch)
      return Extent(perExample: perExample, fixed: a - perExample * batch)
    }
  }

  /// The shape at a batch.
  /// - Throws: `Problem` for extents below 0 or too large.
  package func shape(batch: Int) throws -> TensorShape {
    try TensorShape(
      checking: extents.map { extent in
        let (product, overflow) = extent.perExample.multipliedReportingOverflow(by: batch)
        let (sum, overflowOfSum) = product.addingReportingOverflow(extent.fixed)
        return overflow || overflowOfSum ? -1 : sum
      })
  }

  /// Those that are no multiple of the batch; nil for the others.
  package var known: [Int?] { extents.map { $0.perExample == 0 ? $0.fixed : nil } }
  /// How often the batch is in each.
  package var multiples: [Int] { extents.map(\.perExample) }
  /// Whether an extent is a multiple of the batch and no more.
  package func isMultiple(_ axis: Int) -> Bool {
    extents[axis].perExample != 0 && extents[axis].fixed == 0
  }

  /// Numbers, and texts such as `batch`, `4 batch` or `4 batch + 1`.
  package init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    extents = []
    while !list.isAtEnd, extents.count <= TensorShape.maximumRank {
      if let fixed = try? list.decode(Int.self) {
        extents.append(Extent(perExample: 0, fixed: fixed))
      } else {
        let text = try list.decode(String.self)
        guard let extent = Extent(text) else {
          throw Problem.data(
            decoder.codingPath.place, expected: "a number, `batch` or such as `4 batch + 1`",
            found: "`\(text)`")
        }
        extents.append(extent)
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for extent in extents {
      if extent.perExample == 0 {
        try list.encode(extent.fixed)
      } else {
        try list.encode(extent.text)
      }
    }
  }
}

extension BatchExtents.Extent {
  var text: String {
    let batch = perExample == 1 ? "batch" : "\(perExample) batch"
    return fixed == 0 ? batch : "\(batch) + \(fixed)"
  }

  init?(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(of: "batch"), place <= 1 else { return nil }
    let factor = place == 0 ? 1 : Int(words[0])
    let rest = Array(words[(place + 1)...])
    let fixed = rest.isEmpty ? 0 : rest.count == 2 && rest[0] == "+" ? Int(rest[1]) : nil
    guard let factor, factor != 0, let fixed else { return nil }
    (perExample, self.fixed) = (factor, fixed)
  }
}
