import Datasets
import Engine
import Networks
import Training

/// A search for labels that are likely wrong, as far as it has come.
struct CheckState: Sendable {
  /// For the page.
  struct Description: Encodable, Sendable {
    let isRunning: Bool
    /// While it runs: the fold and the epoch.
    let fold, folds, epoch: Int?
    /// What it found: how many, and how many of them nobody has looked at since.
    let found: Int?
    let open: Int?
    let rows: Int?
    let agreement: Double?
    let problem: String?
    let notes: [String]

    private enum CodingKeys: String, CodingKey {
      case fold, folds, epoch, found, open, rows, agreement, problem, notes
      case isRunning = "is_running"
    }
  }

  /// A doubt, by the place of its item.
  struct Doubt: Sendable {
    let place: Int
    let doubt: LabelCheck.Doubt
  }

  var task: Task<Void, Never>?
  var progress: (fold: Int, folds: Int, epoch: Int)?
  var result: LabelCheck?
  var doubts: [Doubt] = []
  var problem: String?

  func description(open: Int) -> Description {
    Description(
      isRunning: task != nil, fold: progress?.fold, folds: progress?.folds, epoch: progress?.epoch,
      found: result.map { _ in doubts.count },
      open: result.map { _ in open }, rows: result?.rows, agreement: result?.agreement,
      problem: problem, notes: result?.notes ?? [])
  }
}

extension Labelling {
  /// A label that is likely wrong, for the page.
  struct DoubtAnswer: Encodable, Sendable {
    let item: ItemAnswer
    let given, suggested: String
    let givenProbability, suggestedProbability: Double
    /// What it is now, where somebody has looked at it since; nil where nobody has.
    let decided: String?

    private enum CodingKeys: String, CodingKey {
      case item, given, suggested, decided
      case givenProbability = "given_probability"
      case suggestedProbability = "suggested_probability"
    }
  }

  static let folds = 5

  /// Begins to look for labels that are likely wrong, among those that there are now.
  /// - Throws: `Problem` if the table of labels cannot be written.
  func startCheck() throws {
    guard check.task == nil else { return }
    try writeLabels()
    let rows = labels.enumerated().compactMap { $1 == nil ? nil : $0 }
    var configuration = RunConfiguration()
    configuration.data.source = data.labelsPath
    configuration.data.target = data.column
    configuration.data.task = .classification
    configuration.data.skipBad = true
    check = CheckState()
    let (readers, folds) = (readers, Self.folds)
    let settings = configuration
    let tell: @Sendable (Int, Int) -> Void = { fold, epoch in
      Task { await self.tell(fold: fold, epoch: epoch) }
    }
    check.task = Task {
      do {
        let found = try await TrainingThread.run { isCancelled in
          try LabelCheck(
            settings, folds: folds, registry: readers.registry, decoders: readers.decoders
          ) { fold, event in
            if case .epoch(let record) = event { tell(fold, record.epoch) }
            return isCancelled() ? .stop : .continue
          }
        }
        end(found, rows: rows)
      } catch { end("\(error)") }
    }
  }

  /// Gives it up.
  func stopCheck() {
    check.task?.cancel()
    check.task = nil
  }

  private func tell(fold: Int, epoch: Int) {
    guard check.task != nil else { return }
    check.progress = (fold, Self.folds, epoch)
  }

  private func end(_ found: LabelCheck, rows: [Int]) {
    guard !Task.isCancelled, check.task != nil else { return }
    // Of pictures some may be left out, so that rows are counted anew; their files tell.
    let ofFile = Dictionary(
      data.items.enumerated().compactMap { place, item in
        item.picture.map { _ in (data.pathInTable(of: item), place) }
      },
      uniquingKeysWith: { first, _ in first })
    check.doubts = found.doubts.compactMap { doubt in
      let place =
        doubt.file.flatMap { ofFile[$0] }
        ?? (doubt.file == nil && rows.indices.contains(doubt.row - 1) ? rows[doubt.row - 1] : nil)
      return place.map { CheckState.Doubt(place: $0, doubt: doubt) }
    }
    (check.result, check.task, check.progress) = (found, nil, nil)
  }

  private func end(_ problem: String) {
    guard !Task.isCancelled else { return }
    (check.problem, check.task, check.progress) = (problem, nil, nil)
  }

  /// What somebody has said of a doubted item since; nil if nobody has.
  private func decided(_ doubt: CheckState.Doubt) -> String? {
    guard book.answers(to: data.items[doubt.place].id).contains(where: \.settles),
      case .labelled(let label) = standing(of: doubt.place)
    else { return nil }
    return label
  }

  /// How many doubts nobody has looked at.
  var openDoubts: Int { check.doubts.count { decided($0) == nil } }

  /// Labels that are likely wrong, the most doubtful first.
  func doubts(from first: Int, count: Int) throws -> [DoubtAnswer] {
    try check.doubts.dropFirst(max(0, first)).prefix(max(0, count)).map { one in
      DoubtAnswer(
        item: try item(data.items[one.place].id), given: one.doubt.given,
        suggested: one.doubt.suggested, givenProbability: one.doubt.givenProbability,
        suggestedProbability: one.doubt.suggestedProbability, decided: decided(one))
    }
  }
}
