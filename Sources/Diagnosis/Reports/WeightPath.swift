import Charts
import Datasets
import Engine
import Networks
public import Training

/// The way of the weights through a training, and the loss around it, in one plane of the many
/// directions weights can move in: through the start, the end, and the epoch that lies farthest from
/// the straight line between them. Of other epochs the plane shows the shadow.
public struct WeightPath: Codable, Sendable, Equatable {
  /// A place of the path in the plane.
  public struct Place: Codable, Sendable, Equatable {
    /// How many epochs were done.
    public var epoch: Int
    /// Along the line from the start, at 0, to the end, at 1.
    public var x: Double
    /// Away from that line, in the same unit.
    public var y: Double
  }

  public var places: [Place]
  /// The ranges of the plane: lowest x, highest x, lowest y, highest y.
  public var ranges: [Double]
  /// Places along each axis of the grid.
  public var side: Int
  /// The loss at each place of the grid, row by row from the lowest y.
  public var losses: [Double]
  /// How many training rows the losses are of.
  public var rows: Int

  /// The most places along each axis that are drawn.
  private static let mostPlaces = 256

  /// The figure; nil for numbers that do not belong together.
  var landscape: LossLandscape? {
    guard (2...Self.mostPlaces).contains(side), losses.count == side * side, ranges.count == 4,
      ranges[0] < ranges[1], ranges[2] < ranges[3], ranges.allSatisfy({ $0.magnitude < 1e12 })
    else { return nil }
    return LossLandscape(
      title: "Loss landscape and the path walked", xTitle: "from start (0) to end (1)",
      yTitle: "away from that line", x: ranges[0]...ranges[1], y: ranges[2]...ranges[3], side: side,
      losses: losses, path: places.map { ($0.x, $0.y) })
  }
}

/// Follows the weights through a training, to draw their way when it is over.
///
/// Only what is learned makes the plane. Statistics that batch normalisation keeps are no weights: beyond
/// the path they would become variances below 0. Everywhere in the plane it normalises by the rows the
/// loss is of.
public struct WeightTracker {
  private let experiment: Experiment
  private let names: [String]
  private var snapshots: [(epoch: Int, weights: [Float])] = []

  /// From the experiment's first weights.
  /// - Throws: `Problem` if the network cannot be built.
  public init(_ experiment: Experiment) throws {
    self.experiment = experiment
    let start = experiment.start
    let forward = try ForwardPass(
      start.network, inputShape: start.inputShape, batch: 1, loss: start.loss, isTraining: true)
    names = forward.graph.variables.filter(\.isTrainable).map(\.name)
    let first = Dictionary(uniqueKeysWithValues: start.tensors)
    keep(0) { first[$0] }
  }

  /// Through the training of a session: of one that is resumed, the weights at its checkpoint are known and
  /// those before are not.
  /// - Throws: `Problem` if the network cannot be built.
  public init(_ session: TrainingSession) throws {
    try self.init(session.experiment)
    if !session.loop.history.isEmpty { add(session.loop) }
  }

  /// Remembers the weights after an epoch.
  public mutating func add(_ training: TrainingLoop) { add(training, at: training.epochsDone) }

  /// Remembers the weights under another number than that of the epochs, which grows.
  package mutating func add(_ training: TrainingLoop, at number: Int) {
    keep(number) { training.cycle.store[$0] }
  }

  private mutating func keep(_ epoch: Int, _ tensor: (String) -> Tensor?) {
    guard experiment.start.parameterCount <= WeightPathSize.mostWeights else { return }
    snapshots.append((epoch, names.flatMap { tensor($0)?.values ?? [] }))
    guard snapshots.count > WeightPathSize.mostSnapshots else { return }
    snapshots = snapshots.enumerated().filter {
      $0.offset.isMultiple(of: 2) || $0.offset == snapshots.count - 1
    }.map(\.element)
  }

  /// The path and the loss around it.
  ///
  /// - Returns: nil if the weights did not move, or computing the losses would take too long.
  /// - Throws: `Problem` if network and data do not fit.
  public func path() throws -> WeightPath? {
    guard let first = snapshots.first, let last = snapshots.last, last.epoch > first.epoch,
      let plane = Plane(snapshots.map(\.weights)), let grid = try Grid(experiment, names)
    else { return nil }
    let places = snapshots.map { snapshot in
      let (x, y) = plane.place(of: snapshot.weights)
      return WeightPath.Place(epoch: snapshot.epoch, x: x, y: y)
    }
    let (xs, ys) = (places.map(\.x), places.map(\.y))
    // As high as wide, so that distances look alike in both directions.
    let width = 1.4 * max(xs.max()! - xs.min()!, ys.max()! - ys.min()!)
    let (x, y) = ((xs.min()! + xs.max()!) / 2, (ys.min()! + ys.max()!) / 2)
    let ranges = [x - width / 2, x + width / 2, y - width / 2, y + width / 2]
    let losses = try (0..<grid.side * grid.side).map { cell in
      func share(_ place: Int) -> Double { Double(place) / Double(grid.side - 1) }
      return try grid.loss(
        plane.weights(
          x: ranges[0] + width * share(cell % grid.side),
          y: ranges[2] + width * share(cell / grid.side)))
    }
    return WeightPath(
      places: places, ranges: ranges, side: grid.side, losses: losses, rows: grid.rows)
  }

  // MARK: The plane

  /// start + x · along + y · across, where both directions are equally long and at right angles.
  private struct Plane {
    let start: [Float]
    let along: [Double]
    let across: [Double]
    private let square: Double

    /// - Returns: nil if the last weights are the first.
    init?(_ snapshots: [[Float]]) {
      let start = snapshots[0]
      let along = zip(snapshots[snapshots.count - 1], start).map { Double($0) - Double($1) }
      let square = along.reduce(0) { $0 + $1 * $1 }
      guard square > 0, square.isFinite else { return nil }
      func rest(_ way: [Double]) -> [Double] {
        let share = zip(way, along).reduce(0) { $0 + $1.0 * $1.1 } / square
        return zip(way, along).map { $0 - share * $1 }
      }
      func size(_ way: [Double]) -> Double { way.reduce(0) { $0 + $1 * $1 } }
      let rests = snapshots.dropFirst().dropLast().map { weights in
        rest(zip(weights, start).map { Double($0) - Double($1) })
      }
      var across = rests.max { size($0) < size($1) } ?? []
      if across.isEmpty || size(across) < 1e-12 * square {
        // A straight path, or one step: any direction beside it shows the valley's width.
        var generator = RandomGenerator(seed: 1)
        across = rest(along.map { _ in generator.normal() })
      }
      guard size(across) > 0 else { return nil }
      let scale = (square / size(across)).squareRoot()
      (self.start, self.along, self.square) = (start, along, square)
      self.across = across.map { $0 * scale }
    }

    func place(of weights: [Float]) -> (x: Double, y: Double) {
      var (x, y) = (0.0, 0.0)
      for index in start.indices {
        let way = Double(weights[index]) - Double(start[index])
        x += way * along[index]
        y += way * across[index]
      }
      return (x / square, y / square)
    }

    func weights(x: Double, y: Double) -> [Float] {
      start.indices.map { Float(Double(start[$0]) + x * along[$0] + y * across[$0]) }
    }
  }

  // MARK: The losses

  /// The loss of some training rows for any weights, as the network is used.
  private struct Grid {
    let side: Int
    let rows: Int
    private let cycle: CompiledCycle
    private let program: CycleProgram
    private let shapes: [(name: String, shape: TensorShape)]

    /// Multiplications for the whole grid: about a second.
    private static let budget = 2e10

    /// - Returns: nil if even a coarse grid over few rows would take too long.
    init?(_ experiment: Experiment, _ names: [String]) throws {
      let (start, data) = (experiment.start, experiment.data.train)
      cycle = try CompiledCycle(start, kernels: experiment.kernels)
      let work = Double(max(1, try cycle.forwardPass(batch: 1).graph.multiplications))
      func rows(_ side: Int) -> Int { Int(Self.budget / (work * Double(side * side))) }
      guard let side = [31, 15].first(where: { rows($0) >= ($0 == 15 ? 8 : 64) }) else {
        return nil
      }
      self.side = side
      self.rows = min(256, rows(side), data.count)
      let known = Dictionary(uniqueKeysWithValues: start.tensors)
      shapes = names.compactMap { name in known[name].map { (name, $0.shape) } }
      let forward = try ForwardPass(
        start.network, inputShape: start.inputShape, batch: self.rows, loss: start.loss,
        isTraining: false, normalizesByBatch: true, isWeighted: data.weights != nil)
      program = try cycle.program(forward, watching: [])
      try program.feed(data, rows: 0..<self.rows)
    }

    func loss(_ weights: [Float]) throws -> Double {
      var next = 0
      for (name, shape) in shapes {
        let values = weights[next..<next + shape.count]
        try cycle.store.set(name, to: Tensor(shape, Array(values)))
        next += values.count
      }
      program.run()
      return program.loss!
    }
  }
}

extension Graph {
  /// About how many multiplications the graph's products and convolutions need: each cell of the
  /// result takes as many as it has weights.
  fileprivate var multiplications: Int {
    records.reduce(0) { sum, record in
      guard case .op = record.source else { return sum }
      let weights = record.inputs.compactMap { input -> Int? in
        guard case .variable = records[input].source, records[input].shape.rank >= 2 else {
          return nil
        }
        return records[input].shape.count / max(1, records[input].shape.extents.last ?? 1)
      }
      return sum + record.shape.count * (weights.max() ?? 1)
    }
  }
}
