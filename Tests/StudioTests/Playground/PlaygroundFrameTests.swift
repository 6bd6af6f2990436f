import Datasets
import Diagnosis
import Engine
import Networks
import Testing
import Training

@testable import Studio

@Suite struct PlaygroundFrameTests {
  private func level(_ picture: Picture, _ value: Float) -> Float {
    guard picture.high > picture.low else { return 0 }
    return (value - picture.low) / (picture.high - picture.low) * 255
  }

  @Test func aFramesNumbersAreTheModelsOwn() throws {
    let playground = try makePlayground(.circles, run: #"{"hidden": [3, 2], "batch": 8}"#)
    try playground.advance(steps: 33)
    var wishes = FrameWishes()
    (wishes.gradients, wishes.updates, wishes.pictures, wishes.surface) = (true, true, 7, 9)
    wishes.curveAfter = 0
    let frame = try playground.frame(wishes)
    let model = try playground.training.model()
    for (name, tensor) in model.tensors { #expect(frame.parameters?[name] == tensor.values) }
    #expect(frame.step == 33 && frame.furthest == 33)
    #expect(frame.loss == playground.training.lastLoss)
    #expect(frame.curve?.map(\.epoch) == Array(1...frame.epoch))

    // The surface is what the model predicts, in the middle of each cell.
    let trained = try playground.experiment.presentModel(of: playground.training)
    let surface = try #require(frame.surface)
    #expect(surface.kind == .probability)
    let points = try playground.points()
    let (xAxis, yAxis) = (try #require(points.x), try #require(points.y))
    for row in 0..<9 {
      for column in 0..<9 {
        let (right, up): (Double, Double) = ((Double(column) + 0.5) / 9, (8.5 - Double(row)) / 9)
        let x: Double = xAxis.low + right * (xAxis.high - xAxis.low)
        let y: Double = yAxis.low + up * (yAxis.high - yAxis.low)
        let probabilities = try #require(trained.predict(["x": x, "y": y]).probabilities)
        let level = self.level(surface.picture, probabilities.values[1])
        #expect((Float(surface.picture.levels[row * 9 + column]) - level).magnitude <= 0.51)
      }
    }

    // The units' pictures are what their layers hand on.
    let pictures = try #require(frame.pictures)
    #expect(pictures.map(\.layer) == [0, 0, 0, 1, 1, 2])
    #expect(pictures.map(\.unit) == [0, 1, 2, 0, 1, 0])
    let kernel = try #require(frame.parameters?["dense/kernel"])
    let bias = try #require(frame.parameters?["dense/bias"])
    let inputs = try #require(playground.source.axes).inputs(side: 7)
    for unit in 0..<3 {
      for cell in 0..<49 {
        var sum: Float = bias[unit]
        sum += inputs[2 * cell] * kernel[unit]
        sum += inputs[2 * cell + 1] * kernel[3 + unit]
        let level = self.level(pictures[unit].picture, max(0, sum))
        #expect((Float(pictures[unit].picture.levels[cell]) - level).magnitude <= 0.51)
      }
    }

    // The next step changes the weights by the updates, and its gradients are those.
    let gradients = try #require(frame.gradients)
    let layers = try #require(frame.layers)
    #expect(layers.count == 3)
    try playground.advance(steps: 1)
    let next = try playground.training.model()
    for (name, tensor) in next.tensors {
      let update = zip(tensor.values, frame.parameters![name]!).map { $0 - $1 }
      #expect(frame.updates?[name] == update)
      #expect(gradients[name]?.count == tensor.values.count)
      #expect(update.contains { $0 != 0 })
    }
  }

  @Test func gradientsAreThoseThatPlainDescentFollows() throws {
    let playground = try makePlayground(
      .moons, run: #"{"optimizer": "sgd", "learning_rate": 0.5, "dropout": 0.3, "batch": 8}"#)
    try playground.advance(steps: 5)
    var wishes = FrameWishes()
    (wishes.gradients, wishes.updates) = (true, true)
    let frame = try playground.frame(wishes)
    for (name, gradient) in try #require(frame.gradients) {
      for (place, update) in frame.updates![name]!.enumerated() {
        #expect((update + 0.5 * gradient[place]).magnitude < 1e-6)
      }
    }
  }

  @Test func lookingChangesNothing() throws {
    let looked = try makePlayground(run: #"{"dropout": 0.2}"#)
    let other = try makePlayground(run: #"{"dropout": 0.2}"#)
    var wishes = FrameWishes()
    (wishes.gradients, wishes.updates, wishes.curveAfter) = (true, true, 0)
    for _ in 0..<20 {
      _ = try looked.frame(wishes)
      try looked.advance(steps: 1)
      try other.advance(steps: 1)
    }
    #expect(
      try looked.training.model().weightsSHA256 == other.training.model().weightsSHA256)
  }

  @Test func gradientsThatVanishAreNamedInTheWordsOfTheDiagnosis() throws {
    let playground = try makePlayground(
      run: #"{"hidden": [4, 4, 4, 4, 4, 4, 4, 4], "activation": "sigmoid"}"#)
    let frame = try playground.frame(.init())
    let finding = try #require(frame.findings?.first)
    #expect(finding.name == "vanishing gradients")
    #expect(finding.layers == ["dense"])
    #expect(finding.sentence.contains("`dense_8`"))
    #expect(try playground.frame(.init()).layers == frame.layers)
    #expect(try makePlayground().frame(.init()).findings?.isEmpty == true)
  }

  @Test func theNetworkNamesEveryNumber() throws {
    let playground = try makePlayground(run: #"{"hidden": [3, 40], "dropout": 0.1}"#)
    let network = try playground.network()
    #expect(network.inputs == ["x", "y"])
    #expect(network.layers.map(\.kind) == ["dense", "dropout", "dense", "dropout", "dense"])
    #expect(network.layers.map(\.pictures) == [3, 3, 0, 0, 1])
    #expect(
      network.layers.flatMap(\.parameters).map(\.name)
        == playground.experiment.start.tensors.map(\.name))
    #expect(
      network.layers[2].kernel == "dense_1/kernel" && network.layers[2].bias == "dense_1/bias")
    #expect(network.layers[1].kernel == nil)
    _ = try playground.frame(.init())
  }

  @Test(arguments: Plane.allCases)
  func everyPlaneHasPointsAndASurface(_ plane: Plane) throws {
    let playground = try makePlayground(plane)
    try playground.advance(steps: 10)
    let points = try playground.points()
    #expect(points.xs?.count == 40)
    #expect(points.targets?.allSatisfy { $0 != nil } == true)
    #expect(points.labels == (plane.hasNumbers ? [] : ["blue", "orange"]))
    #expect(!points.parts.contains("none"))
    let frame = try playground.frame(.init())
    #expect(frame.surface?.kind == (plane.hasNumbers ? .number : .probability))
    #expect(try JSONText.encode(frame).contains("\"step_of_epoch\":"))
    #expect(try JSONText.encode(points).contains("\"parts\":"))
    #expect(try JSONText.encode(playground.network()).contains("\"parameter_count\":"))
  }

  @Test func severalClassesHaveASurfaceOfClasses() throws {
    let points = (0..<60).map { place in
      PlaygroundData.Point(
        x: Double(place % 8), y: Double(place % 7), label: ["a", "b", "c"][place % 3])
    }
    var settings = PlaygroundSettings(data: .points(points, .classes))
    settings.run.network.hidden = [4]
    let playground = try Playground(settings)
    try playground.advance(steps: 20)
    let surface = try #require(try playground.frame(.init()).surface)
    #expect(surface.kind == .classes)
    #expect(surface.classes?.allSatisfy { $0 < 3 } == true)
    #expect(surface.picture.low == 0 && surface.picture.high == 1)
  }

  @Test func wishesThatCannotBeAreRefused() throws {
    for text in [#"{"pictures": 300}"#, #"{"surface": -1}"#, #"{"picture": 3}"#] {
      #expect(throws: Problem.self) {
        try JSONText.decode(FrameWishes.self, from: text, at: "frame")
      }
    }
  }
}
