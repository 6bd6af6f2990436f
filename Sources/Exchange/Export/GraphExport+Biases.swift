import Engine
import Networks

extension GraphExport {
  /// A product or a convolution together with the weights that are added to what it makes, one for each unit or
  /// channel, as one node; nil for any other sum.
  mutating func withBias(_ call: ExportedCall) throws -> (String, Layout)? {
    let (product, bias) = (call.inputs[0], call.inputs[1])
    guard isReadOnce(product), let node = graph.nodes.last, node.inputs.count == 2,
      let (source, axes) = repeated(bias), axes == [call.extents.known.count - 1],
      let variable = variable(of: source), let tensor = tensor(of: source)
    else { return nil }
    let layout: Layout = node.operation == "Conv" ? .channelsFirst : .ours
    guard node.outputs == [try name(of: product, layout)] else { return nil }
    switch node.operation {
    case "Conv":
      graph.nodes[graph.nodes.count - 1].inputs.append(weight(variable, tensor))
      return (node.outputs[0], layout)
    case "MatMul" where call.extents.known.count == 2:
      // What stands there is another operator now, by another name.
      graph.nodes.removeLast()
      graph.values.removeAll { $0.name == node.outputs[0] }
      return (add("Gemm", node.inputs + [weight(variable, tensor)]), layout)
    default: return nil
    }
  }
}
