/// What precision, recall and F1 are made of. A division by zero gives 0.
struct ClassTallies {
  /// Examples of the class that were predicted as such, by class; each counts its weight.
  private(set) var hits: [Double]
  /// How often the class was predicted.
  private(set) var predictions: [Double]
  /// How many examples are of the class: its support.
  private(set) var support: [Double]

  /// - Parameter weights: how much each example counts; nil for 1.
  init(targets: [Int], predicted: [Int], weights: [Double]?, classCount: Int) {
    hits = [Double](repeating: 0, count: classCount)
    predictions = hits
    support = hits
    for (place, (target, prediction)) in zip(targets, predicted).enumerated() {
      let weight = weights?[place] ?? 1
      support[target] += weight
      predictions[prediction] += weight
      if target == prediction { hits[target] += weight }
    }
  }

  /// Classes that are a target or a prediction; the others say nothing and are left out of means.
  var present: [Int] { support.indices.filter { support[$0] + predictions[$0] > 0 } }

  /// TP / (TP + FP).
  func precision(_ c: Int) -> Double { share(hits[c], predictions[c]) }
  /// TP / (TP + FN).
  func recall(_ c: Int) -> Double { share(hits[c], support[c]) }
  /// 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.
  func f1(_ c: Int) -> Double { share(2 * hits[c], predictions[c] + support[c]) }
  /// TP + FP + FN.
  func union(_ c: Int) -> Double { predictions[c] + support[c] - hits[c] }
}

extension ClassTallies {
  /// Class 1 of two, else the mean over the classes present.
  func reduced(_ score: (ClassTallies, Int) -> Double) -> Double {
    if support.count == 2 { return score(self, 1) }
    let classes = present
    return classes.reduce(0) { $0 + score(self, $1) } / Double(classes.count)
  }

  /// The mean over the classes present, each by its support or all the same.
  func mean(_ value: (Int) -> Double, isWeighted: Bool) -> Double {
    let (present, all) = (present, support.reduce(0, +))
    return present.reduce(0) { sum, c in
      sum + (isWeighted ? support[c] / all : 1 / Double(present.count)) * value(c)
    }
  }
}
