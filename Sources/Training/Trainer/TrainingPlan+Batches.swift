package import Datasets
import Engine
package import Networks

/// How the rows of an epoch become micro-batches, and these become steps.
extension TrainingPlan {
  /// The micro-batches of an epoch over so many rows.
  package func microBatches(rows: Int) -> MicroBatches {
    MicroBatches(rows: rows, size: batch, shards: shards, joinsLastRows: joinsLastRow)
  }

  /// How many micro-batches a step sums; the last of an epoch may have fewer.
  package var microBatchesOfStep: Int { max(1, accumulate) * max(1, shards) }

  /// How many steps an epoch over so many rows has.
  public func stepsPerEpoch(rows: Int) -> Int {
    let (full, rest) = microBatches(rows: rows).count.quotientAndRemainder(
      dividingBy: microBatchesOfStep)
    return full + (rest > 0 ? 1 : 0)
  }

  /// The micro-batches of a step, both counted from 0.
  func microBatches(ofStep step: Int, rows: Int) -> Range<Int> {
    let all = microBatches(rows: rows).count
    let first = min(step * microBatchesOfStep, all)
    return first..<min(first + microBatchesOfStep, all)
  }

  /// The plan for a network: where layers compute with statistics of the batch, no micro-batch is one row.
  ///
  /// Such a row has no variance: normalised it is 0, whatever it is, and the statistics that are kept
  /// follow it. PyTorch refuses it, Keras learns from it.
  ///
  /// - Throws: `Problem` where micro-batches would be one row.
  package func fitted(to model: Model, rows: Int) throws -> TrainingPlan {
    var plan = self
    let layer = try model.layerOfBatchStatistics
    plan.joinsLastRow = layer != nil
    let least = 2 * shards
    guard let layer, min(batch, rows) < least else { return plan }
    let parts = shards == 1 ? "" : " for each of \(shards) shards"
    throw Problem.data(
      batch < least ? "batch" : "training data",
      expected:
        "at least 2 rows\(parts): \(layer) learns the mean and variance of a batch, and one row has "
        + "no variance", found: "\(min(batch, rows))",
      fix: (batch < least ? "set `batch` to \(max(8, least)) or more" : "give more rows")
        + (shards == 1 ? "" : ", or fewer shards")
        + ", set `trainable: false` on the layer, or take layer_norm, which needs no batch")
  }

  /// What a reader should know about the last batch of an epoch; nil where no row joined another batch.
  package func noteOfJoinedRow(rows: Int) -> String? {
    let joined = microBatches(rows: rows).joinedRows
    guard joined > 0 else { return nil }
    let found = joined == 1 ? "one row" : "\(joined) rows for \(shards) shards"
    return
      "the last batch of an epoch would be \(found), of which batch normalisation learns nothing; "
      + "it joins the batch before, which has \(batch + joined)"
  }
}
