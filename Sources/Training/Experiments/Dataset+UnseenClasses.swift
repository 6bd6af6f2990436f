import Datasets
import Engine

extension Dataset {
  /// How many rows have a class that training never saw.
  private func unseenRows(_ preprocessing: Preprocessing) -> Int {
    let known = Float(preprocessing.classes.count)
    return (0..<count).count { targets[$0][0] >= known }
  }

  /// What a reader should know of rows whose class training never saw; nil for none.
  func unseenClassNote(_ preprocessing: Preprocessing) -> String? {
    guard !unseenClasses.isEmpty else { return nil }
    let rows = unseenRows(preprocessing)
    return
      "`\(preprocessing.targetName)`: \(rows) \(rows == 1 ? "row has" : "rows have") a class not seen "
      + "in training, so that any answer is wrong and there is no loss: \(named(preprocessing))"
  }

  /// - Throws: `Problem` for a class that training never saw.
  func refuseUnseenClasses(_ preprocessing: Preprocessing, in source: String) throws {
    guard !unseenClasses.isEmpty else { return }
    throw Problem.data(
      "\(source), `\(preprocessing.targetName)`", expected: "classes that training saw",
      found: "others, in \(unseenRows(preprocessing)) of \(count) rows: \(named(preprocessing))",
      fix: "correct them, or leave `strict` out to have them counted as answered wrong")
  }

  private func named(_ preprocessing: Preprocessing) -> String {
    unseenClasses.prefix(5).map { name in
      "`\(name)`" + (name.nearest(among: preprocessing.classes).map { " (`\($0)`?)" } ?? "")
    }.joined(separator: ", ") + (unseenClasses.count > 5 ? ", …" : "")
  }
}
