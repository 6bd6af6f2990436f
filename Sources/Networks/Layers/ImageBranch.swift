package import Engine

/// Layers that read the image at the front of an input; the numbers behind it, such as further columns of
/// a table, are put beside their result.
///
/// y = [layers(image), others]: [batch, height · width · channels + others] becomes [batch, units + others].
package struct ImageBranch: StoredLayer {
  package static let kind = "image_branch"
  package static var usual: Self { Self([1, 1, 1], []) }
  package static var settings: [Setting<Self>] {
    [.shape(of: kind, \.shape), .required("layers", \.list)]
  }

  /// Of the image: height, width, channels.
  package var shape: TensorShape
  /// In the order they are called; what the last gives is flattened.
  package var layers: [any Layer]

  /// The count of numbers is checked when the network is built.
  package init(_ shape: TensorShape, _ layers: [any Layer]) {
    self.shape = shape
    self.layers = layers
  }

  package var innerLayers: [any Layer] { layers }
  package var detail: String { "\(shape)" }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }

  package func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank == 2, input.shape[1] > shape.count else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected:
          "the \(shape.count) numbers of an image of shape \(shape), and others behind them",
        found: "shape \(input.shape)", fix: "leave it out where there are no others")
    }
    let (batch, width) = (input.shape[0], input.shape[1])
    let front = try input.sliced(
      from: [0, 0], shape: TensorShape(checking: [batch, shape.count]))
    let image = try front.reshaped(to: TensorShape(checking: [batch] + shape.extents))
    let seen = try Flatten()(Sequential(layers)(image))
    let others = try input.sliced(
      from: [0, shape.count], shape: TensorShape(checking: [batch, width - shape.count]))
    return try seen.concatenated(with: others, axis: 1)
  }
}
