import Datasets
package import Diagnosis
import Engine
import Networks
import Training

/// What of a playground is wanted to be shown.
package struct FrameWishes: Codable, Sendable {
  /// All numbers of the network.
  package var parameters = true
  /// ∂loss/∂parameter of the step that comes next.
  package var gradients = false
  /// By how much the step that comes next will change each parameter.
  package var updates = false
  /// Cells along each side of the units' pictures; 0 for none.
  package var pictures = 30
  /// Cells along each side of the picture of the answers; 0 for none.
  package var surface = 60
  /// What each layer does, with the length of its gradient.
  package var layers = true
  /// The row, counted from 1, whose numbers the units of a network without a plane show; nil for none.
  package var row: Int?
  /// The losses of the epochs that ended after this step; nil for none.
  package var curveAfter: Int?

  /// The usual ones.
  package init() {}

  /// The largest side of a picture.
  package static let mostCells = 200

  enum CodingKeys: String, CodingKey, CaseIterable {
    case parameters, gradients, updates, pictures, surface, layers, row
    case curveAfter = "curve_after"
  }

  /// What is not said is as usual.
  /// - Throws: `Problem` for other names, and sides out of range.
  package init(from decoder: any Decoder) throws {
    self.init()
    let names = CodingKeys.allCases.map(\.rawValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where !names.contains(key.stringValue) {
      throw Problem.data(
        "frame", expected: "one of " + names.joined(separator: ", "), found: "`\(key.stringValue)`",
        fix: Problem.fix(key.stringValue, among: names))
    }
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func said<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try fields.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    parameters = try said(.parameters, parameters)
    gradients = try said(.gradients, gradients)
    updates = try said(.updates, updates)
    pictures = try said(.pictures, pictures)
    surface = try said(.surface, surface)
    layers = try said(.layers, layers)
    curveAfter = try fields.decodeIfPresent(Int.self, forKey: .curveAfter)
    row = try fields.decodeIfPresent(Int.self, forKey: .row)
    try check()
  }

  func check() throws {
    for (name, side) in [("pictures", pictures), ("surface", surface)] {
      guard (0...Self.mostCells).contains(side) else {
        throw Problem.data(
          name, expected: "0 to \(Self.mostCells) cells along a side", found: "\(side)")
      }
    }
  }
}

/// A playground as it stands, for a page to draw: every number is the engine's own.
package struct PlaygroundFrame: Encodable, Sendable {
  /// How many steps are done.
  package var step: Int
  /// The furthest step of this time line.
  package var furthest: Int
  /// How many epochs are finished.
  package var epoch: Int
  /// How many steps of the present epoch are done, and how many it has.
  package var stepOfEpoch: Int
  package var stepsPerEpoch: Int
  /// Has the training come to its end?
  package var isDone: Bool
  /// The loss of the last step, before its update, penalties and dropout included; nil before the first.
  package var loss: Double?
  /// The learning rate of the next step.
  package var learningRate: Double
  /// Loss and metrics after the last epoch, by name; nil before the first. Those of numbers are in the
  /// unit of the data.
  package var train: [String: Double]?
  package var validation: [String: Double]?
  /// By their names, row by row.
  package var parameters: [String: [Float]]?
  package var gradients: [String: [Float]]?
  package var updates: [String: [Float]]?
  package var pictures: [UnitPicture]?
  package var surface: SurfacePicture?
  /// What each learning layer does.
  package var layers: [LayerStatistics]?
  /// Gradients that vanish or explode on their way back.
  package var findings: [GradientFlow]?
  package var curve: [LossPoint]?
  /// What the network makes of the row that is looked at; nil for a plane.
  package var example: PlaygroundExample?

  enum CodingKeys: String, CodingKey {
    case step, furthest, epoch, loss, train, validation, parameters, gradients, updates, pictures
    case surface, layers, findings, curve, example
    case stepOfEpoch = "step_of_epoch"
    case stepsPerEpoch = "steps_per_epoch"
    case isDone = "is_done"
    case learningRate = "learning_rate"
  }
}

/// Programs that look at the present training.
struct Views {
  var units: PlaneProgram?
  var surface: PlaneProgram?
  var example: ExampleView?
  var observer: NetworkObserver?
}

extension Playground {
  /// The playground as it stands; changes nothing.
  /// - Throws: `Problem` for sides out of range, or where memory is too small.
  package func frame(_ wishes: FrameWishes = FrameWishes()) throws -> PlaygroundFrame {
    try wishes.check()
    let record = training.history.last.map(experiment.inUserUnits)
    var frame = PlaygroundFrame(
      step: step, furthest: furthest, epoch: training.epochsDone,
      stepOfEpoch: training.stepsOfEpoch,
      stepsPerEpoch: training.plan.stepsPerEpoch(rows: data.train.count), isDone: isDone,
      loss: step > 0 ? training.lastLoss : nil, learningRate: training.nextRate,
      train: record?.train, validation: record?.validation)
    if wishes.parameters { frame.parameters = parameters }
    if wishes.gradients, !isDone { frame.gradients = try gradients() }
    if wishes.updates, !isDone { frame.updates = try updates() }
    if let axes = source.axes {
      if wishes.pictures > 0 { frame.pictures = try unitPrograms(wishes.pictures, axes).units() }
      if wishes.surface > 0 {
        frame.surface = try surfaceProgram(wishes.surface, axes).surface(experiment)
      }
    } else if let row = wishes.row {
      frame.example = try example(row)
    }
    if wishes.layers {
      let observation = try observer().observation()
      frame.layers = observation.layers
      frame.findings = GradientFlow.findings(in: observation)
    }
    frame.curve = wishes.curveAfter.map { after in curve.points.filter { $0.step > after } }
    return frame
  }

  /// The network's numbers as they are.
  private var parameters: [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: experiment.start.tensors.compactMap { name, _ in
        training.cycle[name].map { (name, $0.values) }
      })
  }

  private func gradients() throws -> [String: [Float]] {
    let gradients = try training.nextGradients()
    return Dictionary(
      uniqueKeysWithValues: zip(gradients.places, gradients.lists).map { ($0.name, $1) })
  }

  /// Learns one step and takes it back.
  private func updates() throws -> [String: [Float]] {
    let now = training.moment()
    let before = parameters
    defer { training.go(to: now) }
    try training.run { _, _ in .stop }
    return parameters.reduce(into: [:]) { updates, entry in
      updates[entry.key] = zip(entry.value, before[entry.key]!).map { $0 - $1 }
    }
  }

  private func unitPrograms(_ side: Int, _ axes: Axes) throws -> PlaneProgram {
    if let known = views?.units, known.side == side { return known }
    let program = try PlaneProgram(
      training.cycle, axes, side: side, layers: try drawnLayers)
    views = views ?? Views()
    views?.units = program
    return program
  }

  private func surfaceProgram(_ side: Int, _ axes: Axes) throws -> PlaneProgram {
    if let known = views?.surface, known.side == side { return known }
    let program = try PlaneProgram(training.cycle, axes, side: side)
    views = views ?? Views()
    views?.surface = program
    return program
  }

  private func observer() throws -> NetworkObserver {
    if let known = views?.observer { return known }
    let observer = try NetworkObserver(training.cycle, data.train)
    views = views ?? Views()
    views?.observer = observer
    return observer
  }
}
