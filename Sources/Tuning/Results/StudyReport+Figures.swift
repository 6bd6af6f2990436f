import Charts
import Engine
import Formatting

extension StudyReport {
  /// A page shows so many settings, trials and curves; the JSON has all.
  private static let (mostAxes, mostSlices, mostLines, mostPoints, mostCurves) = (
    16, 12, 200, 300, 120
  )

  /// The places of settings in the space, the most important first.
  private var important: [Int] {
    let names = study.dimensions.map(\.name)
    guard let importance else { return Array(names.indices) }
    return importance.settings.compactMap { names.firstIndex(of: $0.settings[0]) }
  }

  /// Losses span decades; scores do not.
  private var valueKind: Scale.Kind { study.objective.largerIsBetter ? .linear : .logarithmic }

  private var objective: String { study.objective.name.shortened(to: 30) }

  /// The best value so far, over the trials that have ended; nil without one.
  var bestSoFar: LineChart? {
    var best = Double.infinity
    var points: [(x: Double, y: Double)] = []
    for (place, cost) in study.endedCosts.enumerated() {
      best = min(best, cost)
      if best.isFinite { points.append((Double(place + 1), study.objective.cost(best))) }
    }
    guard !points.isEmpty else { return nil }
    return LineChart(
      title: "Best so far", series: [.init("best so far", points)],
      xTitle: "trials that have ended",
      yTitle: objective, yKind: valueKind)
  }

  /// The objective over the epochs of each trial; nil without an epoch.
  var learningCurves: CurveBundle? {
    let trials = ranked.filter { $0.epochs.contains { $0.value.isFinite } }
    guard !trials.isEmpty else { return nil }
    let curves = Self.spread(trials, to: Self.mostCurves).map { trial in
      CurveBundle.Curve(
        trial.number == best ? .best : trial.state == .complete ? .whole : .cut,
        trial.epochs.map { .init(x: Double($0.epoch), y: $0.value) })
    }
    return CurveBundle(
      title: "Learning curves", curves: curves,
      names: [.best: "best", .whole: "complete", .cut: "stopped, failed or running"],
      xTitle: "epoch",
      yTitle: objective, yKind: valueKind)
  }

  /// The settings of all complete trials side by side; nil without one.
  var parallelCoordinates: ParallelCoordinates? {
    let trials = finite
    guard !trials.isEmpty, !study.dimensions.isEmpty else { return nil }
    let shown = important.prefix(Self.mostAxes).sorted()
    let costs = trials.map { study.objective.cost($0.value!) }
    let sorted = costs.sorted()
    func rank(_ cost: Double) -> Double {
      let better = sorted.firstIndex { $0 >= cost } ?? 0
      return 1 - Double(better) / Double(max(1, sorted.count - 1))
    }
    let values = Scale(trials.map { $0.value! }, kind: valueKind, tickCount: 4)
    let result = ParallelCoordinates.Axis(
      objective, ticks: values.ticks.map { .init(values.fraction(of: $0), values.label($0)) })
    return ParallelCoordinates(
      title: "Settings and results", axes: shown.map(axis) + [result],
      lines: Self.spread(trials, to: Self.mostLines).map { trial in
        .init(
          shown.map { place in
            trial.point[place].map { study.dimensions[place].domain.place(of: $0) }
          } + [values.fraction(of: trial.value!)], rank: rank(study.objective.cost(trial.value!)))
      })
  }

  /// Each of the most important settings against the objective.
  var slices: [SliceChart] {
    let trials = finite
    guard trials.count > 1 else { return [] }
    let shown = Self.spread(trials, to: Self.mostPoints)
    return important.prefix(Self.mostSlices).compactMap { place in
      let dimension = study.dimensions[place]
      func point(_ trial: TuningTrial) -> SliceChart.Point? {
        trial.point[place].map { .init($0, trial.value!) }
      }
      let points = shown.compactMap(point)
      guard !points.isEmpty else { return nil }
      return SliceChart(
        title: dimension.name.shortened(to: 44), points: points, best: bestTrial.flatMap(point),
        xTitle: dimension.name.shortened(to: 30), yTitle: objective,
        xKind: dimension.domain.isLogarithmic ? .logarithmic : .linear, yKind: valueKind,
        names: choices(place))
    }
  }

  /// What the forest foresees over the two settings that do most together; nil where nothing is known or one
  /// of them is no number.
  var contour: LossLandscape? {
    guard let forest, let best = bestTrial, let pair = numericPair else { return nil }
    let (first, second) = (study.dimensions[pair.0], study.dimensions[pair.1])
    let side = 33
    let costs = (0..<side * side).map { cell in
      var point = best.point
      point[pair.0] = first.domain.value(at: Double(cell % side) / Double(side - 1))
      point[pair.1] = second.domain.value(at: Double(cell / side) / Double(side - 1))
      return forest.cost(at: point)
    }
    var landscape = LossLandscape(
      title: "Two settings together", xTitle: Self.axisName(first), yTitle: Self.axisName(second),
      x: Self.range(first), y: Self.range(second), side: side, losses: costs, path: [])
    landscape.quantity = "\(objective), foreseen from all complete trials,"
    return landscape
  }

  private var numericPair: (Int, Int)? {
    let names = study.dimensions.map(\.name)
    let numbers = important.filter { place in
      guard case .choice = study.dimensions[place].domain else {
        return study.dimensions[place].domain.count != 1 && bestTrial?.point[place] != nil
      }
      return false
    }
    let pairs = (importance?.pairs ?? []).lazy.compactMap { pair -> (Int, Int)? in
      let places = pair.settings.compactMap { names.firstIndex(of: $0) }.filter(numbers.contains)
      return places.count == 2 ? (places[0], places[1]) : nil
    }
    return pairs.first ?? (numbers.count > 1 ? (numbers[0], numbers[1]) : nil)
  }

  private static func axisName(_ dimension: SearchDimension) -> String {
    (dimension.domain.isLogarithmic ? "log10 of " : "") + dimension.name.shortened(to: 24)
  }

  private static func range(_ dimension: SearchDimension) -> ClosedRange<Double> {
    let ends = [0.0, 1].map { dimension.domain.value(at: $0) }
    let shown = dimension.domain.isLogarithmic ? ends.map(Double.log10) : ends
    return shown[0] < shown[1] ? shown[0]...shown[1] : shown[0] - 1...shown[0] + 1
  }

  /// Complete trials with a finite value, the best first.
  private var finite: [TuningTrial] {
    ranked.filter {
      $0.state == .complete && $0.value?.isFinite == true
        && $0.point.count == study.dimensions.count
    }
  }

  /// At most so many, the first half of them from the beginning, the others evenly from the rest.
  private static func spread(_ trials: [TuningTrial], to most: Int) -> [TuningTrial] {
    guard trials.count > most else { return trials }
    let rest = trials.count - most / 2
    return Array(trials.prefix(most / 2))
      + (0..<most / 2).map { trials[most / 2 + $0 * rest / (most / 2)] }
  }

  /// What a page leaves out of its charts, in sentences.
  var omissions: [String] {
    func sentence(_ count: Int, _ most: Int, _ what: String) -> String? {
      count > most ? "\(what) \(most.grouped) of \(count.grouped)" : nil
    }
    let parts = [
      sentence(study.dimensions.count, Self.mostAxes, "the axes are"),
      sentence(study.dimensions.count, Self.mostSlices, "the slices are"),
      sentence(finite.count, Self.mostLines, "the lines are"),
      sentence(finite.count, Self.mostPoints, "the points are"),
      sentence(study.trials.count { !$0.epochs.isEmpty }, Self.mostCurves, "the curves are"),
    ].compactMap(\.self)
    guard !parts.isEmpty else { return [] }
    return [
      "Charts show a part: " + parts.joined(separator: ", ")
        + "; the most important settings and the best trials are among them"
    ]
  }

  private func choices(_ place: Int) -> [String] {
    guard case .choice(let count) = study.dimensions[place].domain else { return [] }
    let named = study.choices.indices.contains(place) ? study.choices[place] : []
    return (0..<count).map { named.indices.contains($0) ? named[$0] : "\($0 + 1)" }
  }

  private func axis(_ place: Int) -> ParallelCoordinates.Axis {
    let dimension = study.dimensions[place]
    let domain = dimension.domain
    if case .choice(let count) = domain {
      // More names than these would lie on each other.
      let stride = (count + 5) / 6
      return .init(
        dimension.name,
        ticks: choices(place).enumerated().filter { $0.offset.isMultiple(of: stride) }.map {
          .init(
            domain.place(of: Double($0.offset)),
            $0.element.shortened(to: max(3, 48 * stride / count)))
        })
    }
    let values = Set([0, 0.5, 1].map { domain.value(at: $0) }).sorted()
    return .init(
      dimension.name, ticks: values.map { .init(domain.place(of: $0), $0.drawnText) })
  }
}

extension SearchDimension.Domain {
  fileprivate var isLogarithmic: Bool {
    switch self {
    case .real(_, _, let isLogarithmic), .whole(_, _, let isLogarithmic): isLogarithmic
    case .choice: false
    }
  }
}
