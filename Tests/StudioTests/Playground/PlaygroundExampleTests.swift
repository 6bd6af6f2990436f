import Datasets
import Engine
import Explaining
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

/// Playgrounds whose data are pictures and series.
@Suite struct PlaygroundExampleTests {
  private func open(
    _ made: MadeData, run: String = #"{"batch": 10, "optimizer": "adam"}"#
  ) throws -> Playground {
    var settings = PlaygroundSettings(data: .made(made, noise: 0.1, count: 80))
    settings.run = try JSONText.decode(RunConfiguration.self, from: run, at: "run")
    return try Playground(settings)
  }

  private func bits(_ playground: Playground) -> [UInt32] {
    playground.training.cycle.store.save().map(\.bitPattern)
      + [Float(playground.training.lastLoss).bitPattern]
  }

  @Test(arguments: MadeData.allCases)
  func madeDataAreLearnedByALayerThatSuitsThem(made: MadeData) throws {
    let playground = try open(made)
    let network = try playground.network()
    #expect(network.noPlane != nil && network.inputs.isEmpty)
    #expect(network.inputShape == (made == .strokes ? [8, 8, 1] : [12, 1]))
    #expect(
      network.layers.map(\.kind)
        == (made == .strokes
          ? ["reshape", "conv2d", "max_pool2d", "flatten", "dense"] : ["lstm", "dense"]))
    let points = try playground.points()
    #expect(points.labels.sorted() == made.labels.sorted() && points.xs == nil)
    #expect(points.parts.count == 80 && Set(points.parts) == ["train", "validation", "test"])
    for _ in 0..<60 { try playground.advanceEpoch() }
    let scores = try #require(try playground.frame().train)
    #expect(scores["accuracy"] ?? 0 > 0.7, "\(scores)")
  }

  @Test(arguments: MadeData.allCases)
  func backAndForwardAgainGivesTheSameBits(made: MadeData) throws {
    let playground = try open(made)
    var seen: [Int: [UInt32]] = [:]
    for step in 0..<24 {
      seen[step] = bits(playground)
      try playground.advance(steps: 1)
    }
    for step in [23, 3, 17, 0, 1, 20] {
      try playground.go(to: step)
      #expect(bits(playground) == seen[step])
    }
    let fork = try playground.fork()
    try playground.advance(steps: 5)
    try fork.advance(steps: 5)
    #expect(bits(playground) == bits(fork))
  }

  @Test(arguments: MadeData.allCases)
  func whatUnitsShowIsWhatATraceComputes(made: MadeData) throws {
    let playground = try open(made)
    try playground.advance(steps: 12)
    let network = try playground.network()
    var wishes = FrameWishes()
    var generator = RandomGenerator(seed: 5)
    for _ in 0..<20 {
      let row = 1 + generator.below(80)
      wishes.row = row
      let example = try #require(try playground.frame(wishes).example)
      let shown = example.layers.filter {
        $0.layer.map { !network.layers[$0].parameters.isEmpty } ?? false
      }
      let drawn = shown[generator.below(shown.count)]
      let layer = network.layers[try #require(drawn.layer)]
      let unit = generator.below(drawn.content.maps.count)
      let map = drawn.content.maps[unit]
      let place = [generator.below(map.height), generator.below(map.width)]
      let neuron: [Int] =
        switch layer.shape.count + (layer.steps == nil ? 0 : 1) {
        case 3: place + [unit]
        case 2: [place[1], unit]
        default: [unit]
        }
      let trace = try playground.trace(
        .row(row), selection: TraceSelection(layer: layer.name, neuron: neuron.map { $0 + 1 }))
      // The last line of the layer's own section is what it hands on.
      let section = try #require(
        trace.sections.first { $0.kind == .forward && $0.layer == layer.name })
      let value = try #require(section.lines.last?.value)
      let level = map.levels[place[0] * map.width + place[1]]
      let read = map.low + Float(level) / 255 * (map.high - map.low)
      #expect(
        abs(read - value) <= (map.high - map.low) / 500 + 1e-5,
        "\(layer.name) \(neuron): \(read), \(value)")
    }
  }

  @Test func theWindowOfAConvolutionIsWhatItIsComputedFrom() throws {
    let playground = try open(.strokes)
    try playground.advance(steps: 12)
    let numbers = try playground.source.example(7).example.input
    let kernel = try #require(playground.training.cycle["conv2d/kernel"]).values
    let bias = try #require(playground.training.cycle["conv2d/bias"]).values
    // Row 2, column 3, map 1, counted from 0.
    let found = try playground.window(row: 7, layer: "conv2d", cell: (2 * 6 + 3) * 4 + 1)
    #expect(
      found.reads.map(\.place.cell) == (2...4).flatMap { row in (3...5).map { row * 8 + $0 } })
    #expect(found.reads.map(\.value) == found.reads.map { numbers[$0.place.cell] })
    let sum = found.reads.enumerated().reduce(bias[1]) {
      $0 + $1.element.value * kernel[$1.offset * 4 + 1]
    }
    #expect(abs(found.value - max(0, sum)) < 1e-5)
    #expect(throws: Problem.self) { try playground.window(row: 7, layer: "conv", cell: 0) }
    #expect(throws: Problem.self) { try playground.window(row: 7, layer: "conv2d", cell: 144) }
  }

  @Test func dataAreReadWhereTheyLie() throws {
    let run = try PictureRun()
    let path = "\(run.folder.path("images.idx")):\(run.folder.path("labels.idx"))"
    var settings = PlaygroundSettings(data: .files(.init(path: path, target: nil, columns: nil)))
    settings.run.training.batch = 8
    let playground = try Playground(settings)
    let network = try playground.network()
    #expect(network.layers.map(\.kind) == ["conv2d", "max_pool2d", "flatten", "dense"])
    #expect(network.inputShape == [8, 8, 1] && network.pixels == nil)
    try playground.advance(steps: 5)
    var wishes = FrameWishes()
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: run.folder.path("images.idx"))))
    for row in [1, 17, 60] {
      wishes.row = row
      let example = try #require(try playground.frame(wishes).example)
      #expect(example.levels == Array(bytes[16 + (row - 1) * 64..<16 + row * 64]))
      #expect(example.truth == "\((row - 1) % 2)" && example.answers?.count == 2)
    }
    #expect(throws: Problem.self) { try playground.export(.csv) }
    let yaml = String(decoding: try playground.export(.yaml), as: UTF8.self)
    #expect(yaml.contains("images.idx"))
  }

  @Test func aTableWhereItLiesIsTheTableThatIsSentAlong() throws {
    let folder = try TemporaryFolder()
    let csv = "a,b,y\n" + (0..<60).map { "\($0 * 13 % 50),\($0 * 7 % 20),\($0 % 2)\n" }.joined()
    try folder.write(csv, to: "t.csv")
    var settings = PlaygroundSettings(
      data: .files(.init(path: folder.path("t.csv"), target: "y", columns: ["b", "a"])))
    let there = try Playground(settings)
    settings.data = .table(.init(csv: csv, name: "t.csv", target: "y", columns: ["b", "a"]))
    let along = try Playground(settings)
    try there.advance(steps: 20)
    try along.advance(steps: 20)
    #expect(bits(there) == bits(along))
    #expect(try there.points().xs == along.points().xs)
    settings.data = .files(.init(path: folder.path("t.csv"), target: nil, columns: nil))
    let problem = #expect(throws: Problem.self) { try Playground(settings) }
    #expect(problem?.description.contains("target") == true)
  }

  @Test func aTextIsReadStepByStepUpToItsLastWord() throws {
    let words = ["good", "bad", "film", "very", "long"]
    var csv = "text,verdict\n"
    for row in 0..<60 {
      let text: [String] = (0...row % 4).map { words[(row * 3 + $0) % 5] }
      csv += text.joined(separator: " ") + (row % 2 == 0 ? ",praise\n" : ",complaint\n")
    }
    var settings = PlaygroundSettings(
      data: .table(.init(csv: csv, name: "t.csv", target: "verdict", columns: nil)))
    settings.run = try JSONText.decode(
      RunConfiguration.self, from: #"{"sequence": "text", "hidden": [3], "batch": 8}"#, at: "run")
    let playground = try Playground(settings)
    #expect(try playground.network().layers.map(\.kind) == ["embedding", "lstm", "dense"])
    #expect(try playground.network().layers[1].steps == 4)
    var wishes = FrameWishes()
    for row in 1...8 {
      wishes.row = row
      let example = try #require(try playground.frame(wishes).example)
      #expect(example.steps == (row - 1) % 4 + 1)
      #expect(example.cells?.keys.sorted() == ["text"])
      // The last step that there is can be taken hold of.
      let selection = TraceSelection(layer: "lstm", neuron: [example.steps ?? 0, 2])
      let lines = try playground.trace(.row(row), selection: selection).sections
        .first { $0.layer == "lstm" && $0.kind == .forward }?.lines
      #expect(lines?.count == 6)
    }
  }
}
