import Datasets
import Engine
import Explaining
import Networks
import Training

/// A number of a layer of one row, and the numbers that it is computed from: of a convolution or a pool the
/// window. As in a prediction: nothing is dropped, and batch normalisation uses what it has kept.
package struct PlaygroundWindow: Encodable, Sendable {
  package var value: Float
  /// The layers that reads count, the input first.
  package var layers: [String]
  package var reads: [PictureCell.Read]
  package var readsLeftOut: Int

  private enum CodingKeys: String, CodingKey {
    case value, layers, reads
    case readsLeftOut = "reads_left_out"
  }
}

extension Playground {
  /// - Parameters:
  ///   - number: the row, counted from 1.
  ///   - name: of a layer that computes something.
  ///   - cell: in what it hands on, row by row, counted from 0.
  /// - Throws: `Problem` for a row, a layer or a place that there is not.
  package func window(row number: Int, layer name: String, cell: Int) throws -> PlaygroundWindow {
    let example = try source.example(number).example
    let pass = try TracedPass(experiment.tracer(of: training), kernels: experiment.kernels)
    try pass.run(example.input)
    let names = pass.layers.map(\.name)
    guard let place = pass.layers.firstIndex(where: { $0.kind == .layer && $0.name == name }) else {
      throw Problem.unknown("layer", name, among: names)
    }
    let traced = try pass.cell(layer: place, cell)
    return PlaygroundWindow(
      value: try pass.values(ofLayer: place)[cell], layers: names, reads: try pass.reads(traced),
      readsLeftOut: max(0, traced.reads.count - TracedPass.mostReads))
  }
}
