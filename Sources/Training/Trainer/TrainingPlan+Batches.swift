package import Datasets
import Engine
package import Networks

/// How the rows of an epoch become batches, and these become steps.
extension TrainingPlan {
  /// The batches of an epoch over so many rows.
  package func batches(rows: Int) -> Batches {
    Batches(rows: rows, size: batch, joinsLastRow: joinsLastRow)
  }

  /// How many steps an epoch over so many rows has; the last may have fewer batches.
  public func stepsPerEpoch(rows: Int) -> Int {
    let (full, rest) = batches(rows: rows).count.quotientAndRemainder(
      dividingBy: max(1, accumulate))
    return full + (rest > 0 ? 1 : 0)
  }

  /// The batches of a step, both counted from 0.
  func batches(ofStep step: Int, rows: Int) -> Range<Int> {
    let first = step * accumulate
    return first..<min(first + accumulate, batches(rows: rows).count)
  }

  /// The plan for a network: where layers compute with statistics of the batch, no batch is one row.
  ///
  /// Such a row has no variance: normalised it is 0, whatever it is, and the statistics that are kept
  /// follow it. PyTorch refuses it, Keras learns from it.
  ///
  /// - Throws: `Problem` where all batches would be one row.
  package func fitted(to model: Model, rows: Int) throws -> TrainingPlan {
    var plan = self
    let layer = try model.layerOfBatchStatistics
    plan.joinsLastRow = layer != nil
    guard let layer, batch == 1 || rows == 1 else { return plan }
    throw Problem.data(
      batch == 1 ? "batch" : "training data",
      expected:
        "at least 2 rows: \(layer) learns the mean and variance of a batch, and one row has "
        + "no variance", found: "1",
      fix: (batch == 1 ? "set `batch` to 8 or more" : "give more rows")
        + ", set `trainable: false` on the layer, or take layer_norm, which needs no batch")
  }

  /// What a reader should know about the last batch of an epoch; nil where no row joined another batch.
  package func noteOfJoinedRow(rows: Int) -> String? {
    let batches = batches(rows: rows)
    guard batches.largest > batch else { return nil }
    return
      "the last batch of an epoch would be one row, of which batch normalisation learns nothing; "
      + "it joins the batch before, which has \(batches.largest)"
  }
}
