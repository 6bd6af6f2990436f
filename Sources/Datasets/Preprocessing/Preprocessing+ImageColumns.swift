import Engine

/// Columns of a table beside the one that names images.
extension Preprocessing {
  /// Images with the inputs of further columns behind each, row by row.
  package func joining(_ images: Examples, _ others: [Float]) throws -> Examples {
    let width = columnWidth
    guard width > 0 else { return images }
    return try Examples(images, with: Examples(shape: [width], floats: others))
  }

  /// Images of which nothing else is known: further columns count as missing.
  package func joining(_ images: Examples) throws -> Examples {
    var others = [Float](repeating: 0, count: columnWidth)
    others.withUnsafeMutableBufferPointer { others in
      guard var destination = others.baseAddress else { return }
      for column in columns {
        column.encodeMissing(into: destination)
        destination += column.width
      }
    }
    return try joining(images, (0..<images.count).flatMap { _ in others })
  }

  /// What a reader should know of images that come without the columns beside them; nil where the model
  /// has none.
  /// - Parameters:
  ///   - strict: whether that is a problem.
  ///   - location: how messages call the images.
  package func noteOnImagesAlone(strict: Bool, at location: String) throws -> String? {
    let names = columns.filter { $0.width > 0 }.map(\.name)
    guard imageShape != nil, !names.isEmpty else { return nil }
    guard !strict else {
      throw Problem.data(
        location, expected: "a table that names images, with " + Self.list(names),
        found: "images alone",
        fix: "give such a table, or leave `strict` out to have these columns taken as missing")
    }
    return "\(location): images alone, so the columns beside them are taken as missing: "
      + Self.list(names)
  }
}
