import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// The network that is chosen for a table, and what it is made of.
@Suite struct TableNetworkTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  /// A bend, a group and something that counts for nothing.
  private func configuration(rows: Int, classes: Bool = false) throws -> RunConfiguration {
    var generator = RandomGenerator(seed: 3)
    var text = "x,group,noise,y\n"
    for _ in 0..<rows {
      let (x, noise) = (generator.uniform() * 4, generator.normal())
      let group = ["a", "b"][generator.below(2)]
      let y = abs(x - 2) + (group == "a" ? 1 : 0)
      text += "\(x),\(group),\(noise),\(classes ? (y > 1.5 ? "high" : "low") : "\(y)")\n"
    }
    try temporary.write(text, to: "table.csv")
    var configuration = RunConfiguration()
    configuration.data.source = temporary.path("table.csv")
    configuration.data.target = "y"
    configuration.training.threads = 1
    return configuration
  }

  private func kinds(_ configuration: RunConfiguration) throws -> [String] {
    try Experiment(configuration).start.layers.map(\.kindName)
  }

  @Test func fewRowsHaveAPlainNetworkAndMoreHaveMembers() throws {
    #expect(try kinds(configuration(rows: 140)) == ["dense", "dense"])
    let table = ["piecewise_linear", "members", "dense", "dense", "member_dense"]
    #expect(try kinds(configuration(rows: 150)) == table)
    var given = try configuration(rows: 150)
    given.network.hidden = [5]
    #expect(try kinds(given) == ["dense", "dense"])
    given = try configuration(rows: 40)
    given.network.architecture = .kind(.table)
    given.network.hidden = [5]
    given.network.dropout = 0.1
    #expect(
      try kinds(given) == ["piecewise_linear", "members", "dense", "dropout", "member_dense"])
  }

  @Test func manyRowsHaveAPlainNetwork() {
    #expect(RunConfiguration.rowsForMembers == 100..<10_000)
  }

  @Test func edgesAreOfTheTrainingRowsAndOfNumbersAlone() throws {
    let experiment = try Experiment(configuration(rows: 300))
    let layer = try #require(experiment.start.layers[0] as? PiecewiseLinear)
    let names = experiment.data.preprocessing.inputNames
    #expect(
      Dictionary(uniqueKeysWithValues: zip(names, layer.edges.map(\.count)))
        == ["x": 9, "group = a": 0, "group = b": 0, "noise": 9])
    let place = try #require(names.firstIndex(of: "x"))
    let train = experiment.data.train
    let values = (0..<train.count).map { Double(train.inputs[$0][place]) }
    #expect(layer.edges[place].first == values.min() && layer.edges[place].last == values.max())
  }

  @Test(arguments: [false, true])
  func theModelIsReadBackAndGoesOnToAnotherHead(_ classes: Bool) throws {
    var configuration = try configuration(rows: 300, classes: classes)
    configuration.training.epochs = 2
    let experiment = try Experiment(configuration)
    let run = try experiment.run()
    try run.run()
    let model = try experiment.model(of: run)
    try model.save(to: temporary.path("model.safetensors"))
    let again = try TrainedModel(path: temporary.path("model.safetensors"))
    #expect(again.model.weightsSHA256 == model.model.weightsSHA256)
    var next = try self.configuration(rows: 250, classes: true)
    next.network.from = temporary.path("model.safetensors")
    next.network.head = .new
    next.network.freeze = .allButLast
    let start = try Experiment(next).start
    #expect(start.layers.last is MemberDense)
    #expect(try start.outputShape == [1])
    let (old, new) = (model.model, start)
    #expect(new.tensors[3].tensor == old.tensors[3].tensor, "the members' factors")
  }

  @Test func otherInputsAreRefused() throws {
    var configuration = try configuration(rows: 30)
    configuration.data.sequence = SequenceOptions(["x,noise"])
    configuration.network.architecture = .kind(.table)
    #expect {
      try Experiment(configuration)
    } throws: { error in
      "\(error)".contains("network") && "\(error)".contains("table")
    }
  }

  @Test func smallSetsTakeLargerStepsButNotWithConvolutions() throws {
    func rate(_ layers: any Layer..., shape: TensorShape, rows: Int) throws -> Double {
      let model = try Model(
        Sequential(layers + [Flatten(), Dense(2)]), inputShape: shape, loss: .crossEntropy)
      return RunConfiguration.usualRate(of: .adam(), for: model, rows: rows)
    }
    #expect(try rate(Dense(3), shape: [2], rows: 199) == 0.01)
    #expect(try rate(Dense(3), shape: [2], rows: 200) == 0.001)
    #expect(try rate(Conv2D(2, kernelSize: 3), shape: [8, 8, 1], rows: 80) == 0.001)
    #expect(
      try rate(Residual([Conv2D(1, kernelSize: 3, padding: .same)]), shape: [8, 8, 1], rows: 80)
        == 0.001)
  }
}
