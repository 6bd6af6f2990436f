/// Which sampler a study has, and why.
package struct SamplerChoice: Sendable {
  package let sampler: any Sampler
  /// Which sampler and why, without a full stop.
  package let note: String

  /// One of each kind; a study's file names them.
  package static let all: [any Sampler] = [
    GridSampler(), RandomSampler(), SobolSampler(), TPESampler(), GaussianProcessSampler(),
  ]

  /// Their names.
  package static let names = all.map { type(of: $0).name }

  /// The sampler of a name; without a name that is known the sampler that suits.
  package static func named(
    _ name: String?, for dimensions: [SearchDimension], trials: Int
  ) -> SamplerChoice {
    guard let sampler = all.first(where: { type(of: $0).name == name }) else {
      return automatic(for: dimensions, trials: trials)
    }
    return SamplerChoice(
      sampler: sampler, note: "The sampler that was asked for: \(type(of: sampler).name)")
  }

  /// Models need that many trials before they say anything.
  private static let fewTrials = 10
  /// Up to here a Gaussian process is quick enough, and its lengths can be told from the trials.
  private static let mostModelledTrials = 200
  private static let mostModelledDimensions = 20

  /// The sampler that suits a space and a number of trials.
  package static func automatic(for dimensions: [SearchDimension], trials: Int) -> SamplerChoice {
    let counts = dimensions.map { $0.domain.count ?? .max }
    if counts.allSatisfy({ $0 <= trials }) {
      let grid = SearchGrid(dimensions, cuts: trials)
      if grid.count <= trials {
        let points = grid.count == 1 ? "one configuration" : "\(grid.count) configurations"
        return SamplerChoice(
          sampler: GridSampler(cuts: trials),
          note: "The grid: the space has \(points), and each is tried once")
      }
    }
    if trials <= fewTrials {
      return SamplerChoice(
        sampler: SobolSampler(),
        note: """
          A Sobol sequence, which spreads evenly: a model of the objective needs more than \
          \(fewTrials) trials
          """)
    }
    // Without an order between values, or absent now and then, a dimension tells a smooth model little.
    let hard = dimensions.count {
      if case .choice = $0.domain { true } else { !$0.conditions.isEmpty }
    }
    if hard * 3 <= dimensions.count, dimensions.count <= mostModelledDimensions,
      trials <= mostModelledTrials
    {
      return SamplerChoice(
        sampler: GaussianProcessSampler(),
        note: """
          A Gaussian process, which learns most from few trials: at most a third of the settings are \
          choices or have conditions, and there are no more than \(mostModelledTrials) trials
          """)
    }
    let reason =
      if hard * 3 > dimensions.count {
        "more than a third of the settings are choices or have conditions"
      } else if trials > mostModelledTrials {
        "there are more than \(mostModelledTrials) trials"
      } else {
        "there are more than \(mostModelledDimensions) settings"
      }
    return SamplerChoice(
      sampler: TPESampler(),
      note: "The tree-structured Parzen estimator (TPE), since \(reason)")
  }
}
