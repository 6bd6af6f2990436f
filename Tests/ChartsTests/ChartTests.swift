import Engine
import Formatting
import Networks
import TestSupport
import Testing

@testable import Charts

@Suite struct ChartTests {
  @Test func dotsHaveNoLineBetween() throws {
    let chart = LineChart(
      title: "Fit",
      series: [
        .init("points", dots: [(0, 1), (2, 0), (1, 3)]), .init("line", [(0, 0), (2, 2)]),
      ], xTitle: "x", yTitle: "y")
    let drawing = try StrictXML(chart.figure.file)
    // Three in the plot and one in the legend; the line has dots at its two ends.
    #expect(drawing.all("circle").count == 6)
    #expect(drawing.all("path").count == 1)
    let text = chart.textLines(width: 40).joined(separator: "\n")
    #expect(text.count { $0 == "o" } == 3 + "o points".count { $0 == "o" })
  }

  private let hostile = "<b>&\"'\u{1}"

  @Test func aPointLandsOnItsPixel() throws {
    let chart = LineChart(
      title: "Loss", series: [.init("train", [(1, 0), (6, 5), (11, 10)])], xTitle: "epoch",
      yTitle: "loss", mark: (6, "best epoch 6"))
    let frame = chart.frame
    let xml = try StrictXML(chart.figure.file)
    let circles = xml.all("circle")
    #expect(
      circles.map { $0.number("cx") } == [frame.left, (frame.left + frame.right) / 2, frame.right])
    #expect(
      circles.map { $0.number("cy") } == [frame.bottom, (frame.top + frame.bottom) / 2, frame.top])
    #expect(frame.bottom - frame.top == 160)
    let path = try #require(xml.all("path").first?.attributes["d"])
    #expect(path.hasPrefix("M\(frame.left.attributeText) \(frame.bottom.attributeText)L"))
    #expect(
      xml.all("line", style: "guide").map { $0.number("x1") } == [(frame.left + frame.right) / 2])
    #expect(xml.all("text").map(\.text).contains("best epoch 6"))
  }

  @Test func gapsStayGapsAndExtremesStay() throws {
    let chart = LineChart(
      title: "t", series: [.init("a", values: [1, .nan, 3, 4]), .init("b", values: [.nan])],
      xTitle: "x", yTitle: "y")
    #expect(chart.series.count == 1)
    let path = try #require(try StrictXML(chart.figure.file).all("path").first?.attributes["d"])
    #expect(path.count { $0 == "M" } == 2)
    var points = (0..<5000).map { (x: Double($0), y: 0.0) }
    points[1234].y = 9
    points[4321].y = -9
    let thinned = LineChart.thinned(points)
    #expect(thinned.count <= 600)
    #expect(thinned.map(\.y).max() == 9)
    #expect(thinned.map(\.y).min() == -9)
    #expect(thinned.map(\.x) == thinned.map(\.x).sorted())
    _ = try StrictXML(LineChart(title: "t", series: [], xTitle: "x", yTitle: "y").figure.file)
  }

  @Test func histogramsCountEveryNumber() {
    let histogram = WeightHistograms.Histogram(
      name: "w", values: [0, 0.1, 0.5, 0.999, 1, .nan, .infinity], bins: 4)
    #expect(histogram.counts == [2, 0, 1, 2])
    #expect(histogram.notFinite == 2)
    #expect((histogram.mean - 0.5198).magnitude < 1e-6)
    let equal = WeightHistograms.Histogram(name: "b", values: [0, 0, 0], bins: 5)
    #expect(equal.counts == [0, 0, 3, 0, 0])
    #expect(equal.deviation == 0)
  }

  @Test func confusionsAreInTheirCells() throws {
    let matrix = ConfusionMatrix(
      labels: ["a", "b", "c"], counts: [[5, 1, 0], [2, 7, 0], [0, 3, 9]])
    #expect(matrix.mistakes.map(\.count) == [3, 2, 1])
    #expect(matrix.mistakes[0].target == 2)
    #expect(matrix.mistakes[0].predicted == 1)
    let layout = matrix.layout
    let xml = try StrictXML(matrix.figure.file)
    let three = try #require(xml.all("text").first { $0.text == "3" })
    #expect(three.number("x") == layout.left + 1.5 * layout.cell)
    #expect(three.number("y") == layout.top + 2.5 * layout.cell + 4)
    #expect(xml.all("rect", style: "fill0").count == 3)
    #expect(xml.all("rect", style: "fill1").count == 3)
  }

  @Test func calibrationCountsAndMeasures() {
    let diagram = ReliabilityDiagram(
      probabilities: [
        0.82, 0.88, 0.85, 0.81, 0.82, 0.88, 0.85, 0.81, 0.82, 0.88, 0.85, 0.81, 1, 0.3,
      ],
      outcomes: [
        true, true, true, false, true, true, true, false, true, true, true, false, true, true,
      ])
    #expect(diagram.bins.map(\.count) == [1, 12, 1])
    #expect(diagram.bins[1].share == 0.75)
    #expect((diagram.bins[1].confidence - 0.84).magnitude < 1e-12)
    // (1 · 0.7 + 12 · 0.09 + 1 · 0) ÷ 14
    #expect((diagram.error - 1.78 / 14).magnitude < 1e-12)
    #expect(diagram.bins[1].shareLow < 0.75 && diagram.bins[1].shareHigh > 0.75)
    // Of fewer than ten answers nothing is said but the share itself.
    #expect(diagram.bins[2].shareLow == 1 && diagram.bins[2].shareHigh == 1)
    #expect(ReliabilityDiagram(probabilities: [], outcomes: []).error == 0)
  }

  @Test func contoursAreWhereTheLossIs() throws {
    let landscape = LossLandscape(
      xTitle: "w", yTitle: "b", x: -2...2, y: -2...2, side: 41, path: [(1.5, 1.5), (0, 0)]
    ) { $0 * $0 + $1 * $1 }
    // Grid units: 40 for 4. The level 1 is the circle of radius 1.
    let segments = landscape.segments(at: 1)
    #expect(segments.count > 40)
    for segment in segments {
      for end in [segment.from, segment.to] {
        let (x, y) = (end.x / 10 - 2, end.y / 10 - 2)
        #expect(((x * x + y * y).squareRoot() - 1).magnitude < 2e-3)
      }
    }
    #expect(landscape.shades.min() == 0)
    let frame = landscape.frame
    let xml = try StrictXML(landscape.figure.file)
    let start = try #require(xml.all("circle", style: "unit").first)
    #expect(start.number("cx") == frame.left + 0.875 * (frame.right - frame.left))
    #expect(xml.all("path", style: "contour").count == landscape.levels.count)
  }

  @Test func theBoundaryFollowsTheModel() throws {
    var asked = 0
    let boundary = DecisionBoundary(
      labels: [hostile, "right"],
      points: [.init(x: 0, y: 0, label: 0), .init(x: 10, y: 4, label: 1)],
      xTitle: hostile, yTitle: "y", side: 20
    ) { places in
      asked = places.count
      return places.map { $0.x < 5 ? [0.9, 0.1] : [0.2, 0.8] }
    }
    #expect(asked == 400)
    let figure = boundary.figure
    #expect(figure.description.contains("on 50 % of the area, right on 50 %"))
    let xml = try StrictXML(figure.file)
    #expect(xml.all("image").count == 1)
    #expect(xml.all("path").count == 4)
  }

  @Test func tilesShowTheKernelsColumns() throws {
    // Two inputs by two, three units; unit 0 sees the first pixel only.
    let kernel = try Tensor([4, 3], [2, 0, 1, 0, 0, 1, 0, 0, 1, 0, -2, 1])
    let grid = try #require(ImageGrid(weights: kernel, height: 2, width: 2))
    #expect(grid.tiles.count == 3)
    #expect(
      grid.tiles[0].image
        == PNGBitmap(width: 2, height: 2, shares: [1, 0.5, 0.5, 0.5], palette: .diverging))
    #expect(
      grid.tiles[1].image
        == PNGBitmap(width: 2, height: 2, shares: [0.5, 0.5, 0.5, 0], palette: .diverging))
    #expect(ImageGrid(weights: kernel, height: 3, width: 2) == nil)
    let maps = try Tensor([2, 2, 2], [0, 5, 1, 5, 2, 5, 4, 5])
    let features = try #require(ImageGrid(featureMaps: maps, layer: "conv"))
    #expect(
      features.tiles[0].image
        == PNGBitmap(width: 2, height: 2, shares: [0, 0.25, 0.5, 1], palette: .grey))
    _ = try StrictXML(features.figure.file)
  }

  @Test func theDiagramDrawsLayersAndWeights() throws {
    let network = Sequential {
      Dense(3, activation: .relu)
      Dropout(0.5)
      Dense(2)
    }
    let model = try Model(network, inputShape: [4], loss: .crossEntropy)
    let diagram = try NetworkDiagram(model, inputName: hostile, outputName: "digit")
    #expect(diagram.rows.map(\.title) == [hostile, "dense", "dropout", "dense_1 → digit"])
    #expect(diagram.rows.map(\.shape) == [[4], [3], [3], [2]])
    let xml = try StrictXML(diagram.figure.file)
    #expect(xml.all("circle", style: "unit").count == 9)
    let kernels = model.tensors.filter { $0.tensor.shape.rank == 2 }.flatMap(\.tensor.values)
    #expect(kernels.count == 18)
    #expect(xml.all("line", style: "line0").count == kernels.count { $0 < 0 })
    #expect(xml.all("line", style: "line1").count == kernels.count { $0 >= 0 })
    let wide = try Model(
      Sequential {
        Flatten(); Dense(500); Dense(1)
      }, inputShape: [28, 28, 1], loss: .meanSquaredError)
    let facts = try wide.layerFacts()
    #expect(facts.map(\.parameters) == [0, 392_500, 501])
    #expect(facts.map(\.output) == [[784], [500], [1]])
    _ = try StrictXML(NetworkDiagram(wide).figure.file)
  }

  @Test func linesCrossTheirAxesWhereTheirValuesAre() throws {
    let chart = ParallelCoordinates(
      title: "t", axes: [.init("a", ticks: []), .init("b", ticks: []), .init("c", ticks: [])],
      lines: [
        .init([0, 1, nil], rank: 0), .init([1, 0, 0.5], rank: 1), .init([0, 0, 0], rank: 0.5),
      ])
    let xml = try StrictXML(chart.figure.file)
    let axis = try #require(xml.all("line", style: "axis").first)
    let (left, right) = (axis.number("x1"), axis.number("x2"))
    // The best lies on top, so it is drawn last.
    let paths = xml.all("path")
    #expect(paths.count == 3 && paths[2].attributes["class"] == "curve line1")
    #expect(
      xml.all("circle").map { $0.number("cx") } == [right, left, (left! + right!) / 2])
    #expect(xml.all("text").count { $0.text == "none" } == 1, "only where one has no such setting")
    let opacities = paths[..<2].compactMap { $0.number("stroke-opacity") }
    #expect(opacities.count == 2 && opacities[0] < opacities[1], "the better, the stronger")
  }

  @Test func namesStandAtWholeNumbers() {
    let scale = Scale(names: ["adam", "sgd", "a very long name of an optimiser"])
    #expect(scale.ticks == [0, 1, 2] && scale.fraction(of: 1) == 0.5)
    #expect(scale.ticks.map(scale.label) == ["adam", "sgd", "a very long nam…"])
    #expect(Scale(names: (0..<50).map { "\($0)" }).ticks.count <= 12)
    #expect(Scale(names: []).ticks == [0])
  }

  @Test func everyFigureIsWellFormedWhateverTheWordsAre() throws {
    let long = String(repeating: hostile, count: 30)
    let tensor = Tensor(repeating: 0, shape: [2, 2])
    let figures = [
      LineChart(
        title: hostile, series: [.init(hostile, values: [1]), .init(long, values: [2])],
        xTitle: hostile, yTitle: hostile, mark: (1, hostile)
      ).figure,
      ScatterChart(title: hostile, points: [(1, 2), (.nan, 0)], xTitle: hostile).figure,
      ConfusionMatrix(labels: [hostile, long], counts: [[1, 2], [0, 0]]).figure,
      ReliabilityDiagram(probabilities: [0.5], outcomes: [true], xTitle: hostile).figure,
      WeightHistograms([(hostile, tensor), (long, tensor)]).figure,
      ImageGrid(featureMaps: Tensor(repeating: 1, shape: [1, 1, 1]), layer: hostile)!.figure,
      LossLandscape(title: hostile, xTitle: hostile, yTitle: hostile, x: 0...0, y: 0...1, side: 3) {
        $0 > 0 ? .nan : $1
      }.figure,
      ParallelCoordinates(
        title: hostile, axes: [.init(hostile, ticks: [.init(0.5, long)]), .init(long, ticks: [])],
        lines: [.init([0.5, nil], rank: 1), .init([nil, 2], rank: 0)]
      ).figure,
      ParallelCoordinates(title: hostile, axes: [], lines: []).figure,
      SliceChart(
        title: hostile, points: [.init(0, 1), .init(1, .nan)], best: .init(0, 1), xTitle: hostile,
        yTitle: long, names: [hostile, long]
      ).figure,
      SliceChart(title: hostile, points: [], xTitle: hostile, yTitle: hostile).figure,
      CurveBundle(
        title: hostile,
        curves: CurveBundle.Kind.allCases.map {
          .init($0, [.init(x: 1, y: 2), .init(x: 2, y: .nan)])
        },
        names: [.best: long, .cut: hostile], xTitle: hostile, yTitle: hostile
      ).figure,
      CurveBundle(title: hostile, curves: [], names: [:], xTitle: "", yTitle: "").figure,
    ]
    for figure in figures {
      let xml = try StrictXML(figure.file)
      #expect(xml.elements[0].attributes["role"] == "img")
      #expect(xml.elements[0].attributes["aria-label"]?.isEmpty == false)
      #expect(xml.all("desc").first?.text.isEmpty == false)
      let inline = figure.inline("id")
      _ = try StrictXML(inline)
      #expect(!inline.contains("http") && !inline.contains("<b>") && !inline.contains("<script"))
    }
  }
}
