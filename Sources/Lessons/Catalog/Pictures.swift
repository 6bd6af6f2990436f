import Charts
import Datasets
import Engine
import Explaining
import Formatting
import Networks
import Training

extension SmallNetwork {
  /// The network with its numbers for one example: weights on the connections and outputs in the neurons,
  /// or gradients on both.
  ///
  /// - Parameters:
  ///   - inputNames: what the inputs are called; none for x₁, x₂, …
  ///   - labels: what the outputs of a classifier are called.
  func picture(
    _ input: [Double], target: [Double], _ numbers: Drawing.Numbers = .forward,
    inputNames: [String] = [], labels: [String] = []
  ) throws -> Figure {
    var tracer = Tracer(try model(), plan: TrainingPlan(loss: loss, optimizer: .sgd()))
    tracer.inputNames = inputNames
    tracer.labels = labels
    let drawing = try tracer.trace(
      inputs: input.map { Float($0) }, targets: target.map { Float($0) }
    ).drawing
    let scale = min(1, (Figure.usualWidth - 16) / drawing.width)
    let left = (Figure.usualWidth - scale * drawing.width) / 2
    let title = "The network: " + (numbers == .backward ? "gradients" : "weights and outputs")
    var markup = Markup()
    markup.label(title, x: 8, y: 17, "strong")
    markup.group([
      "class": "network",
      "transform": "translate(\(left.attributeText) 26) scale(\(scale.attributeText))",
    ]) { drawing.draw(numbers, in: &$0) }
    return Figure(
      title: title, description: Self.description(of: drawing, numbers),
      height: 26 + scale * drawing.height, content: markup)
  }

  private static func description(of drawing: Drawing, _ numbers: Drawing.Numbers) -> String {
    let columns = drawing.columns.map { column in
      let cells = column.neurons.compactMap { neuron -> String? in
        let value = numbers == .backward ? neuron.gradient : neuron.value
        return value.map {
          "\(neuron.meaning ?? neuron.symbol) \(numberText(Double($0), digits: 4))"
        }
      }
      return cells.isEmpty ? "" : "\(column.title): \(cells.joined(separator: ", "))"
    }.filter { !$0.isEmpty }
    let more = drawing.edgesLeftOut > 0 ? " \(drawing.edgesLeftOut) of them are not drawn." : ""
    return
      "The network with \(Drawing.caption(numbers)). \(columns.joined(separator: "; ")).\(more)"
  }
}

/// What a trained network with two inputs answers everywhere between some points.
///
/// - Parameters:
///   - labels: of the classes 0 and 1.
///   - isScaled: what the network is shown in place of a number of the picture.
func boundary(
  _ trainer: Trainer, labels: [String], points: [DecisionBoundary.Point], xTitle: String,
  yTitle: String, shown: (Double) -> Double = { $0 }
) throws -> Figure {
  try DecisionBoundary(
    labels: labels, points: points, xTitle: xTitle, yTitle: yTitle, side: 40
  ) { places in
    let data = try Dataset(
      places.map { [shown($0.x), shown($0.y)] }, targets: places.map { _ in [0] })
    return try trainer.predict(data).map { [1 - Double($0), Double($0)] }
  }.figure
}

/// Small images in one figure, from black for 0 to white for 1.
func pictures(
  _ title: String, _ images: [(name: String, pixels: [Double])], width: Int,
  palette: PNGBitmap.Palette = .grey, tileWidth: Double = 52
) -> Figure {
  ImageGrid(
    title: title,
    tiles: images.map { name, pixels in
      ImageGrid.Tile(
        name: name,
        PNGBitmap(
          width: width, height: pixels.count / width, shares: pixels, palette: palette))
    },
    description:
      "\(images.count) images of \((images.first?.pixels.count ?? 0) / width) × \(width): "
      + images.map(\.name).joined(separator: ", ") + ".", tileWidth: tileWidth
  ).figure
}

/// A function drawn between two numbers.
func curve(
  _ name: String, from low: Double, to high: Double, _ value: (Double) -> Double
) -> LineChart.Series {
  .init(
    name,
    (0...120).map { step in
      let x = low + (high - low) * Double(step) / 120
      return (x: x, y: value(x))
    })
}
