/// What precision, recall and F1 are made of. A division by zero gives 0.
struct ClassTallies {
  /// Examples of the class that were predicted as such, by class.
  private(set) var hits: [Int]
  /// How often the class was predicted.
  private(set) var predictions: [Int]
  /// How many examples are of the class: its support.
  private(set) var support: [Int]

  init(targets: [Int], predicted: [Int], classCount: Int) {
    hits = [Int](repeating: 0, count: classCount)
    predictions = hits
    support = hits
    for (target, prediction) in zip(targets, predicted) {
      support[target] += 1
      predictions[prediction] += 1
      if target == prediction { hits[target] += 1 }
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
  func union(_ c: Int) -> Int { predictions[c] + support[c] - hits[c] }
}

extension ClassTallies {
  /// Class 1 of two, else the mean over the classes present.
  func reduced(_ score: (ClassTallies, Int) -> Double) -> Double {
    if support.count == 2 { return score(self, 1) }
    let classes = present
    return classes.reduce(0) { $0 + score(self, $1) } / Double(classes.count)
  }
}
