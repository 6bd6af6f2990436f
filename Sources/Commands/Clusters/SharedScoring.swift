import ArgumentParser
import Clusters
import Formatting
import Glassbox
import Platform

/// Answers for the rows of one file that several processes share: each has a part, the first puts them
/// together and speaks.
struct SharedScoring {
  let group: MPIGroup
  /// Where the answers go.
  let output: String
  let force: Bool

  /// - Parameters:
  ///   - prepare: what every process does for itself, with the same result: opens the model.
  ///   - answer: writes a part into a file.
  ///   - lead: what the first process says of the whole.
  func run(
    _ prepare: () throws -> TrainedModel,
    _ answer: (TrainedModel, FilePart, _ path: String) throws -> Void,
    lead: (AnswerParts) throws -> Void
  ) throws {
    // Launchers end what they started by the second.
    Interruption.watch([SIGINT, SIGTERM])
    let own = path(of: group.rank)
    do {
      try share(prepare, answer, lead, own)
      group.finish()
    } catch is FoundElsewhere {
      // Its own process says it; this one ends with it.
      AnswerParts.remove([own])
      group.finish()
      throw ExitCode(ExitStatus.failed.rawValue)
    } catch let problem as Problem where problem.isOfProcess {
      AnswerParts.remove([own])
      group.end(with: (.failed, problem.commandText), isOfAll: true)
      throw problem
    } catch {
      AnswerParts.remove([own])
      group.finish()
      throw error
    }
  }

  private func share(
    _ prepare: () throws -> TrainedModel,
    _ answer: (TrainedModel, FilePart, String) throws -> Void,
    _ lead: (AnswerParts) throws -> Void, _ own: String
  ) throws {
    let trained = try group.together {
      let trained = try prepare()
      try trained.checkThatRowsStandAlone()
      try AtomicFile.refuseToOverwrite(output, force: force)
      return trained
    }
    try group.agree(
      on: SharedPart.ofProgram() + [SharedPart("model", sha256: SHA256.hex(try trained.bytes()))])
    try group.together(signsEvery: group.timeBetweenSigns) {
      try answer(trained, FilePart(group.rank + 1, of: group.count), own)
    }
    guard group.rank == 0 else { return }
    let paths = (0..<group.count).map(path)
    defer { AnswerParts.remove(paths) }
    let parts = try AnswerParts(paths)
    try parts.write(to: output, force: force)
    try lead(parts)
  }

  /// Where a process writes its part, beside the whole.
  private func path(of rank: Int) -> String { "\(output).part-\(rank + 1)-of-\(group.count)" }
}
