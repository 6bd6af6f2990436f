import Datasets
import Engine
import Formatting
import Networks
import Training

extension Study {
  /// Names the winner by the further trainings of the finalists, and reads the test rows once, by its model.
  /// - Throws: `Problem` if a model or the data cannot be read.
  func decide() throws -> StudyDecision? {
    let all = finalists
    guard !all.isEmpty else { return nil }
    var costs: [Int: [UInt64: [Double]]] = [:]
    let name = try rowCosts(of: all, into: &costs)
    let ranked = all.compactMap { number in
      mean(of: number).map { (number: number, cost: setup.objective.cost($0)) }
    }.sorted { ($0.cost, $0.number) < ($1.cost, $1.number) }.map(\.number)
    guard let best = ranked.first else { return nil }
    let winner = isSurelyBetter(best, costs) ? best : Self.usual
    let members = ([winner] + ranked.filter { $0 != winner }).map { number in
      StudyDecision.Finalist(
        trial: number, settings: trials[number - 1].settings, values: values(of: number),
        mean: mean(of: number)!,
        probability: number == winner ? nil : comparison(winner, number, costs)?.probability)
    }
    let run = try run(ofWinner: winner)
    let report = try StoredRun(run, registry: registry, decoders: decoders).unseal()
    let joined = try joined(around: run)
    let readings = try countReading(by: run)
    return StudyDecision(
      sentence: sentence(members) + (joined.map { " \($0.sentence)" } ?? ""), winner: winner,
      finalists: members,
      test: report.test.map { part in
        "The test rows were read \(readings): \(part.scores.leadingText)"
          + (joined?.test.map { ", by the ensemble \($0.leadingText)" } ?? "") + "."
          + (part.scores.caution(of: "test").map { " \($0)" } ?? "")
      },
      testScores: report.test.map { part in
        .init(winner: .init(part.scores), ensemble: joined?.test.map { .init($0) })
      }, comparedBy: name, run: run, ensemble: joined?.path)
  }

  /// The trial of the configuration as it was given.
  private static let usual = 1
  /// From here on a trial takes the place of the default configuration. The validation rows that chose a trial
  /// also judge its further trainings, so they flatter it: of 25 studies of five tables, those below this came
  /// out better than the default on the test rows in 3 of 12 cases, those above in 7 of 9.
  private static let surely = 0.9

  /// Whether a trial may take the place of the default configuration, where that came to its end.
  private func isSurelyBetter(_ number: Int, _ costs: [Int: [UInt64: [Double]]]) -> Bool {
    guard number != Self.usual, mean(of: Self.usual) != nil,
      let probability = comparison(number, Self.usual, costs)?.probability
    else { return true }
    return probability >= Self.surely
  }

  /// Counts the models that the test rows were read by: whoever goes on with a study has seen their scores.
  /// - Returns: how often that was, in words.
  private func countReading(by run: String) throws -> String {
    let name = "test_readings"
    var runs = try file.fact(name, [String].self, registry) ?? []
    if !runs.contains(run) { runs.append(run) }
    try file.set([(name, runs)])
    return runs.count == 1
      ? "once"
      : "\(runs.count) times by now, so this score flatters whoever went on after the first"
  }

  /// Of the further trainings that did not fail; without any the trial's own value.
  private func mean(of number: Int) -> Double? {
    guard settings.finalSeeds > 0 else { return trials[number - 1].value }
    let values = values(of: number)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func values(of number: Int) -> [Double] {
    finals.filter { $0.trial == number }.compactMap(\.value).filter(\.isFinite)
  }

  /// The run whose model is the result: of the winner's trainings the one that is best on the validation rows.
  private func run(ofWinner number: Int) throws -> String {
    let best = finals.filter { $0.trial == number && $0.state == .complete && $0.value != nil }
      .min { setup.objective.cost($0.value!) < setup.objective.cost($1.value!) }
    return best?.run ?? trials[number - 1].run
  }

  /// - Returns: what the costs of rows are; nil without further trainings.
  private func rowCosts(
    of numbers: [Int], into costs: inout [Int: [UInt64: [Double]]]
  ) throws -> String? {
    var name: String?
    for final in finals where numbers.contains(final.trial) && final.state == .complete {
      let run = try StoredRun(final.run, registry: registry, decoders: decoders)
      // Rows are the same for all; each trial prepares them in its own way.
      let data = try PreparedData(run.configuration, registry: registry, decoders: decoders)
      guard let validation = data.validation else { continue }
      let found = try RowCosts(
        run.model(), validation, setup.objective, threads: base.training.threads ?? 1)
      name = found.name
      costs[final.trial, default: [:]][final.seed] = found.values
    }
    return name
  }

  private func comparison(
    _ winner: Int, _ other: Int, _ costs: [Int: [UInt64: [Double]]]
  ) -> SeedComparison? {
    guard let first = costs[winner], let second = costs[other] else { return nil }
    return comparison(first, second)
  }

  private func comparison(
    _ first: [UInt64: [Double]], _ second: [UInt64: [Double]]
  ) -> SeedComparison? {
    let seeds = first.keys.filter { second[$0]?.count == first[$0]?.count }.sorted()
    guard !seeds.isEmpty else { return nil }
    return SeedComparison(seeds.map { first[$0]! }, seeds.map { second[$0]! })
  }

  private func sentence(_ finalists: [StudyDecision.Finalist]) -> String {
    let winner = finalists[0]
    let name = setup.objective.name
    var text =
      winner.trial == Self.usual
      ? "No configuration is surely better than the default one"
      : "Trial \(winner.trial) is the best"
    text += ": mean validation \(name) \(winner.mean.brief)"
    if settings.finalSeeds > 0 { text += " over \(winner.values.count) further seeds" }
    if let lower = finalists.dropFirst().first, let chance = lower.probability, chance < 0.5,
      winner.trial == Self.usual
    {
      return text
        + "; trial \(lower.trial) has \(lower.mean.brief), but is better with probability "
        + "\((1 - chance).text(decimals: 3)) only, and below \(Self.surely) the rows that chose it may "
        + "flatter it."
    }
    func odds(_ finalist: StudyDecision.Finalist, _ who: String) -> String {
      guard let probability = finalist.probability else { return "" }
      return "; it is better than \(who) (\(finalist.mean.brief)) with probability "
        + min(max(probability, 0.001), 0.999).text(decimals: 3)
    }
    if winner.trial != Self.usual,
      let usual = finalists.first(where: { $0.trial == Self.usual })
    {
      text += odds(usual, "the default configuration")
    }
    if finalists.count > 1, finalists[1].trial != Self.usual {
      text += odds(finalists[1], "the second, trial \(finalists[1].trial)")
    }
    return text + "."
  }
}
