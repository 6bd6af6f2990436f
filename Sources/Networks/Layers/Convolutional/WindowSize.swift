package import Engine

/// How far a window reaches, or moves: over the steps of a sequence, or over the rows and columns of an
/// image. What layers of both have in common is written once over this.
package protocol WindowSize: SettingValue, ExpressibleByIntegerLiteral {
  /// One number for each axis.
  var extents: [Int] { get }
  /// Windows over an input.
  /// - Parameter place: of the layer, for errors.
  /// - Throws: `Problem` for inputs of another rank, and for a padding that does not suit them.
  static func window(
    _ padding: Padding, size: Self, strides: Self, dilation: Self, over input: Node,
    at place: String
  ) throws -> Window
  /// The input as images, by which the engine's ops are written.
  static func images(of input: Node) throws -> Node
  /// The images that an op made, in the shape of the input's kind.
  static func output(of images: Node) throws -> Node
}

extension Extents: WindowSize {
  package var extents: [Int] { [height, width] }

  package static func window(
    _ padding: Padding, size: Self, strides: Self, dilation: Self, over input: Node,
    at place: String
  ) throws -> Window {
    guard input.shape.rank == 4, padding != .causal else {
      throw Problem.shape(
        place,
        expected: "images of shape [batch, height, width, channels], padding valid or same",
        found: "shape \(input.shape), padding \(padding.rawValue)",
        fix: "give grey images a channel axis of extent 1")
    }
    return Window(
      rows: padding.axis(
        size: size.height, stride: strides.height, dilation: dilation.height,
        over: input.shape[1]),
      columns: padding.axis(
        size: size.width, stride: strides.width, dilation: dilation.width, over: input.shape[2]))
  }

  package static func images(of input: Node) -> Node { input }
  package static func output(of images: Node) -> Node { images }
}

/// A number of steps of a sequence.
package struct Steps: WindowSize, ExpressibleByIntegerLiteral {
  package static let words = Int.words
  package var numbers: [Double] { [Double(count)] }
  package let count: Int

  package init(_ count: Int) { self.count = count }
  package init(integerLiteral count: Int) { self.count = count }

  package var extents: [Int] { [count] }

  /// Steps are images 1 high.
  package static func window(
    _ padding: Padding, size: Self, strides: Self, dilation: Self, over input: Node,
    at place: String
  ) throws -> Window {
    guard input.shape.rank == 3 else {
      throw Problem.shape(
        place, expected: "sequences of shape [batch, steps, channels]",
        found: "shape \(input.shape)",
        fix: input.shape.rank == 4 ? "use the layer for images, whose name ends in 2d" : "")
    }
    return Window(
      rows: WindowAxis(size: 1),
      columns: padding.axis(
        size: size.count, stride: strides.count, dilation: dilation.count, over: input.shape[1]))
  }

  package static func images(of input: Node) throws -> Node {
    let shape = input.shape
    return try input.reshaped(to: TensorShape(checking: [shape[0], 1, shape[1], shape[2]]))
  }

  package static func output(of images: Node) throws -> Node {
    let shape = images.shape
    return try images.reshaped(to: TensorShape(checking: [shape[0], shape[2], shape[3]]))
  }

  /// One number.
  /// - Throws: `Problem` for a pair, which belongs to images.
  package init(from decoder: any Decoder) throws {
    if let pair = try? [Int](from: decoder) {
      throw Problem.data(
        decoder.codingPath.place,
        expected: "one number of steps, since sequences have no height", found: "\(pair)",
        fix: "give one number, or use the layer for images, whose name ends in 2d")
    }
    self.init(try Int(from: decoder))
  }

  package func encode(to encoder: any Encoder) throws { try count.encode(to: encoder) }
}
