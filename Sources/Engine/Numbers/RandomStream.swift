/// What the random numbers of a seed are drawn for. Each use has sequences of its own, so that one more
/// draw here changes nothing there, and no two uses share one.
package enum RandomStream: Sendable, Hashable {
  /// Which rows are for training, validation and test; also what is left at 0 by other users of a seed.
  case split
  /// The first values of weights.
  case weights
  /// Which numbers of a tensor, by its place among the parameters, a proof looks at.
  case proof(tensor: Int)
  /// The training rows that are scored after each epoch.
  case scoredRows
  /// The rows that a diagnosis holds back.
  case heldOutRows
  /// How an example is varied in an epoch, both counted from 0 and below 2²⁸ and 2³².
  case augmentation(epoch: Int, example: Int)
  /// What a study tries in a trial, counted from 0 and below 2³².
  case trial(Int)
  /// Which trials a tree of a forest is grown from, counted from 0 and below 2³².
  case importanceTree(Int)
  /// The points of a plane, or the small pictures and series, that a playground makes.
  case plane
  /// The order of the examples in an epoch, counted from 0.
  case epochOrder(Int)
  /// The mask of a given number in its graph, below 2³¹, at a step.
  case mask(number: Int, step: UInt64)

  /// The number of the sequence; see ``RandomGenerator/stream``. Kept in files by the results it led to, so
  /// none may ever change.
  package var number: UInt64 {
    switch self {
    case .split: 0
    case .weights: 1
    case .proof(let tensor): 1 << 59 | UInt64(tensor & 0xffff_ffff)
    case .trial(let number): 1 << 57 | UInt64(number & 0xffff_ffff)
    case .importanceTree(let number): 1 << 55 | UInt64(number & 0xffff_ffff)
    case .plane: 1 << 56
    case .scoredRows: 1 << 58
    case .heldOutRows: 1 << 60
    case .augmentation(let epoch, let example):
      1 << 61 | UInt64(epoch & 0xfff_ffff) << 32 | UInt64(example & 0xffff_ffff)
    case .epochOrder(let epoch): 1 << 62 | UInt64(epoch & 0xffff_ffff)
    case .mask(let number, let step):
      1 << 63 | UInt64(number & 0x7fff_ffff) << 32 | step & 0xffff_ffff
    }
  }
}

extension RandomGenerator {
  /// The beginning of the sequence for a use.
  package init(seed: UInt64, for use: RandomStream) { self.init(seed: seed, stream: use.number) }
}
