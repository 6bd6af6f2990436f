import Datasets
import Engine
import Networks

extension TrainedModel {
  /// Joins trained models into one whose answer is the mean of theirs: of the probabilities of classes and
  /// labels, of the values of numbers, of each quantile. Its answers say how far its members are apart
  /// (``Prediction/disagreement``). It knows no intervals until it is calibrated.
  ///
  /// - Parameter members: two or more that were trained on the same rows, so that they have the same
  ///   preprocessing, task and loss; their layers may differ.
  /// - Throws: `Problem` that says which model does not fit the first, and why.
  public init(joining members: [TrainedModel]) throws {
    guard let first = members.first, members.count > 1 else {
      throw Problem.data(
        "ensemble", expected: "two models or more to join", found: "\(members.count)")
    }
    for (place, member) in members.enumerated() {
      try Self.check(member, number: place + 1, joins: first)
    }
    let ensemble = Ensemble(
      members.map { Sequential($0.model.layers) },
      through: first.model.loss.ensembleActivation)
    let model = try Model(
      Sequential([ensemble]), inputShape: first.model.inputShape, loss: first.model.loss,
      tensors: members.enumerated().flatMap { place, member in
        let scope = "\(Ensemble.kind)/\(Ensemble.scope(ofMember: place))"
        return member.model.tensors.map { (name: "\(scope)/\($0.name)", tensor: $0.tensor) }
      })
    var record = first.record
    record.epochsRun = members.reduce(0) { $0 + $1.record.epochsRun }
    (record.bestEpoch, record.scores) = (nil, [:])
    var summary = first.dataSummary
    summary?.predictions = nil
    summary?.confidence = nil
    self.init(
      model, first.preprocessing, record, summary, golden: nil,
      goldenInputs: try first.goldenExamples.map(\.input), first.decoders, nil)
  }

  private static func check(
    _ member: TrainedModel, number: Int, joins first: TrainedModel
  ) throws {
    func differs(_ what: String, _ expected: String, _ found: String) -> Problem {
      Problem.data(
        "ensemble, model \(number)", expected: "\(what) of the first: \(expected)", found: found,
        fix: "join models that were trained on the same rows for the same answer")
    }
    guard member.task == first.task else {
      throw differs("the task", first.task.rawValue, member.task.rawValue)
    }
    guard member.model.loss.isSame(as: first.model.loss) else {
      throw differs("the loss", first.model.loss.name, member.model.loss.name)
    }
    guard member.preprocessing == first.preprocessing else {
      throw differs(
        "the preprocessing", "the same columns, scales and classes",
        "another, of other rows or columns")
    }
    let (shape, expected) = (try member.model.outputShape, try first.model.outputShape)
    guard shape == expected else {
      throw differs("the outputs", "\(expected)", "\(shape)")
    }
  }

  /// Adds what a model knows of the rows that it was made with: what it answers for the training part, and
  /// intervals by the errors on the validation part.
  package mutating func settle(on data: PreparedData, coverage: Double, threads: Int) throws {
    try summarisePredictions(on: data.train, threads: threads)
    if let validation = data.validation {
      try calibrate(on: validation, coverage: coverage, threads: threads)
    }
  }
}
