import Engine
import Networks

/// What layers compute that were proposed once: networks have the same ones again and again.
final class BuiltLayers {
  private var graphs: [String: SearchedGraph?] = [:]
  /// How many may still be built: a network of ops that are like nothing known is not searched for ever.
  private(set) var left = 1 << 14

  /// What layers one after the other compute of an example of a shape; nil for what cannot be built.
  func graph(of layers: [any Layer], _ input: TensorShape) -> SearchedGraph? {
    guard let text = try? JSONText.encode(LayerList(layers)) else { return nil }
    let key = "\(text) \(input)"
    if let known = graphs[key] { return known }
    guard left > 0 else { return nil }
    left -= 1
    let recording = try? GraphRecording(of: input) { node in
      try layers.reduce(node) { try $1($0) }
    }
    let graph = recording.flatMap { try? SearchedGraph($0) }
    graphs[key] = .some(graph)
    return graph
  }
}
