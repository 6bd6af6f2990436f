import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Explaining

/// The windows that pages move over images are those of the formulas.
@Suite struct TraceSightTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var network: Sequential
    var shape: TensorShape
  }

  static let cases = [
    Case(
      testDescription: "plain", network: Sequential { Conv2D(2, kernelSize: 3, activation: .relu) },
      shape: [5, 6, 1]),
    Case(
      testDescription: "padded, strided, colour",
      network: Sequential { Conv2D(2, kernelSize: 3, strides: 2, padding: .same) },
      shape: [5, 6, 3]),
    Case(
      testDescription: "dilated, even",
      network: Sequential {
        Conv2D(1, kernelSize: Extents(height: 2, width: 3), padding: .same, dilation: 2)
      }, shape: [6, 6, 1]),
    Case(
      testDescription: "groups",
      network: Sequential {
        Conv2D(4, kernelSize: 2); Conv2D(6, kernelSize: 2, groups: 2)
      }, shape: [4, 4, 1]),
    Case(
      testDescription: "pools",
      network: Sequential {
        Conv2D(2, kernelSize: 2, activation: .relu); MaxPool2D()
        AveragePool2D(poolSize: 2, strides: 1, padding: .same)
      }, shape: [7, 7, 1]),
    Case(
      testDescription: "depthwise, of a flat image",
      network: Sequential {
        Reshaping(to: [4, 4, 2]); DepthwiseConv2D(kernelSize: 3, multiplier: 2)
      }, shape: [32]),
    Case(
      testDescription: "depthwise",
      network: Sequential { DepthwiseConv2D(kernelSize: 2, multiplier: 2) }, shape: [4, 4, 2]),
  ]

  @Test(arguments: cases) func windowsAreThoseOfTheFormulas(one: Case) throws {
    let network = Sequential(one.network.layers + [Flatten(), Dense(2)])
    let model = try Model(network, inputShape: one.shape, loss: .crossEntropy, seed: 3)
    var generator = RandomGenerator(seed: 7)
    let trace = try Tracer(model, plan: TrainingPlan(loss: .crossEntropy)).trace(
      inputs: (0..<one.shape.count).map { _ in Float(generator.uniform()) }, targets: [1],
      selection: TraceSelection(showsAll: true))
    var seen = 0
    for sight in trace.sights {
      let lines = trace.sections.filter { $0.kind == .forward && $0.layer == sight.layer }
        .flatMap(\.lines)
      for line in lines {
        guard let formula = line.formula, let own = Pixel(line.symbol),
          sight.makes.contains(own.letters)
        else { continue }
        let read = formula.symbols.split(whereSeparator: { " ()·+".contains($0) })
          .compactMap { Pixel(String($0)) }.filter { sight.reads.contains($0.letters) }
        guard !read.isEmpty else { continue }
        seen += 1
        let window = sight.window
        func expected(_ axis: WindowAxis, _ place: Int, _ extent: Int) -> (Int, Int) {
          let first = (place - 1) * axis.stride - axis.before + 1
          let last = first + (axis.size - 1) * axis.dilation
          // Cells of a dilated window that lie outside are none, and the first inside comes later.
          let cells = stride(from: first, through: last, by: axis.dilation)
            .filter { (1...extent).contains($0) }
          return (cells[0], cells[cells.count - 1])
        }
        let image = trace.images.first { $0.layer == sight.source && !$0.isKernel }
        var (height, width) = (one.shape[0], one.shape.rank > 1 ? one.shape[1] : 0)
        if case .maps(let maps) = image?.image { (height, width) = (maps.shape[0], maps.shape[1]) }
        let rows = expected(window.rows, own.row, height)
        let columns = expected(window.columns, own.column, width)
        #expect(read.map(\.row).min() == rows.0 && read.map(\.row).max() == rows.1)
        #expect(read.map(\.column).min() == columns.0 && read.map(\.column).max() == columns.1)
        let group = (own.channel - 1) / sight.channelsMade
        let channels = group * sight.channelsRead + 1...(group + 1) * sight.channelsRead
        #expect(Set(read.map(\.channel)) == Set(channels), "\(line.symbol)")
      }
    }
    // A flat image has no places in its symbols, but its window stands all the same.
    let isFlat = one.shape.rank == 1
    #expect(isFlat || seen > 8)
    #expect(trace.sights.count == one.network.layers.count - (isFlat ? 1 : 0))
    if isFlat { #expect(trace.sights.map { [$0.channelsRead, $0.channelsMade] } == [[1, 2]]) }
  }

  /// A symbol of a number of an image: letters and layer, and places.
  private struct Pixel {
    var letters: String
    var row, column, channel: Int

    init?(_ symbol: String) {
      let digits = Array("₀₁₂₃₄₅₆₇₈₉")
      let places = symbol.drop { !digits.contains($0) }
      let numbers = places.split(separator: ",").compactMap { part in
        Int(String(part.map { digits.firstIndex(of: $0).map { Character("\($0)") } ?? "?" }))
      }
      guard numbers.count == 3 else { return nil }
      letters = String(symbol.prefix { !digits.contains($0) })
      (row, column, channel) = (numbers[0], numbers[1], numbers[2])
    }
  }

  /// What stands in a page for its script: what is looked at beside what is made, each image once more.
  @Test func aPageHoldsWhatItsScriptNeeds() throws {
    let network = Sequential {
      Conv2D(2, kernelSize: 3, activation: .relu); MaxPool2D(); Flatten(); Dense(2)
    }
    let model = try Model(network, inputShape: [8, 8, 1], loss: .crossEntropy, seed: 3)
    let trace = try Tracer(model, plan: TrainingPlan(loss: .crossEntropy)).trace(
      inputs: (0..<64).map { Float($0) / 64 }, targets: [1])
    var drawn: [String] = []
    let page = trace.html { image in
      drawn.append("\(image.section ?? "-") \(image.layer ?? "input") \(image.symbols)")
      return "<p>\(image.symbols.joined())</p>"
    }
    _ = try StrictXML(page: page)
    #expect(
      drawn == [
        #"- input ["x"]"#, #"conv2d input ["x"]"#, #"- conv2d ["w⁽¹⁾"]"#,
        #"- conv2d ["z⁽¹⁾", "a⁽¹⁾"]"#, #"max_pool2d conv2d ["z⁽¹⁾", "a⁽¹⁾"]"#,
        #"- max_pool2d ["a⁽²⁾"]"#,
      ])
    let sight =
      #"<div class="sight" data-reads="x" data-makes="z⁽¹⁾ a⁽¹⁾" data-window="3 3 1 1 0 0 1 2">"#
    #expect(page.contains(sight))
    #expect(
      page.contains(#"data-reads="z⁽¹⁾ a⁽¹⁾" data-makes="a⁽²⁾" data-window="2 2 2 2 0 0 1 1">"#))
  }
}
