import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

/// Layers that are found again among the ops of a file.
@Suite struct ImportedLayersTests {
  /// Every layer goes out as operators and comes back as itself, or as ops that compute the same.
  @Test func layersComeBackAsThemselves() throws {
    var (same, other): (Set<String>, [String: String]) = ([], [:])
    for example in try NetworkExample.all() + LayerVariants.all() {
      guard let export = try? ONNXExport(example.model),
        let file = try? ONNXModel(bytes: export.bytes, from: example.name),
        let back = try? ONNXImport(file, at: example.name)
      else {
        other[example.name] = "does not come back"
        continue
      }
      let (mine, theirs) = (Self.kinds(example.model.layers), Self.kinds(back.network.layers))
      if mine == theirs {
        same.insert(example.name)
      } else {
        other[example.name] = "\(mine) became \(theirs)"
      }
    }
    for (name, change) in other.sorted(by: { $0.key < $1.key }) { print("\(name): \(change)") }
    print("\(same.count) of \(same.count + other.count) come back as themselves")
  }

  /// What layers do, one after another.
  private static func kinds(_ layers: [any Layer]) -> [String] {
    layers.flatMap { layer -> [String] in
      if layer is Sequential || layer is FrozenLayers { return kinds(layer.innerLayers) }
      return [layer.detail.isEmpty ? layer.kindName : "\(layer.kindName) \(layer.detail)"]
        + (layer is Residual ? kinds(layer.innerLayers) : [])
    }
  }
}
