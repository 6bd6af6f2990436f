import Engine

extension IDX {
  /// The examples along the first axis. Images without a channel axis get one of extent 1, so that
  /// they are height × width × channels. Bytes stay bytes and stand for `byte · scale + offset`.
  /// - Throws: `Problem` for elements that are not finite.
  public func samples(scale: Float = 1 / 255, offset: Float = 0) throws -> Examples {
    var extents = Array(shape.extents.dropFirst())
    if extents.count == 2 { extents.append(1) }
    let example = try TensorShape(checking: extents, at: name)
    if element == .unsignedByte {
      return try Examples(shape: example, bytes: content, scale: scale, offset: offset)
    }
    let floats = (0..<shape.count).map { Float(number($0)) }
    if let bad = floats.firstIndex(where: { !$0.isFinite }) {
      throw Problem.data(
        "\(name): element \(bad)", expected: "a finite number that fits in 32 bits",
        found: "\(number(bad))")
    }
    return try Examples(shape: example, floats: floats)
  }

  /// The examples as images.
  /// - Throws: `Problem` unless they are bytes, height × width with 1 or 3 channels or none.
  func images() throws -> [DecodedImage] {
    let extents = Array(shape.extents.dropFirst())
    guard element == .unsignedByte, (2...3).contains(extents.count) else {
      throw Problem.data(
        name, expected: "images of bytes, height × width × channels",
        found: "\(element) of shape \(shape)")
    }
    let length = extents.reduce(1, *)
    return try (0..<shape[0]).map { place in
      try DecodedImage(
        height: extents[0], width: extents[1], channels: extents.count == 3 ? extents[2] : 1,
        bytes: Array(content[place * length..<(place + 1) * length]))
    }
  }

  /// A whole number for each example.
  /// - Throws: `Problem` when the file has more than one axis or other numbers.
  public func labels() throws -> [Int] {
    guard shape.rank == 1 else {
      throw Problem.data(
        name, expected: "one label for each example: one axis", found: "shape \(shape)",
        fix: "check that images and labels are not exchanged")
    }
    return try (0..<shape.count).map { index in
      guard let label = Int(exactly: number(index)) else {
        throw Problem.data(
          "\(name): element \(index)", expected: "a whole number as label",
          found: "\(number(index))")
      }
      return label
    }
  }
}
