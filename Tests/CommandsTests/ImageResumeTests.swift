import Foundation
import Glassbox
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Trainings on a folder of images that are stopped in the middle and gone on with: nothing of how
/// they were begun may be lost.
@Suite struct ImageResumeTests {
  /// What makes going on hard, and the flags that ask for it.
  enum Beginning: String, CaseIterable, CustomTestStringConvertible {
    /// Variants depend on the epoch, and threads make them ahead of the steps.
    case augmented
    /// Nothing is kept: threads decode the files anew in every epoch.
    case streamed
    /// Weights, frozen layers and preprocessing of another model, under a new last layer.
    case newHead
    /// The same model, all of it, by a tenth of the usual rate.
    case unfrozen

    var testDescription: String { rawValue }

    var flags: [String] {
      switch self {
      case .augmented:
        [
          "clothes", "--network", "cnn", "--image-size", "14", "--augment",
          "flip,rotate=10,crop=0.2,zoom=0.1,translate=0.1,brightness=0.2,contrast=0.2,erase=0.2",
        ]
      case .streamed:
        [
          "clothes", "--network", "cnn", "--image-size", "14", "--dropout", "0.2", "--cache-memory",
          "0", "--cache-disk",
          "0",
        ]
      case .newHead: ["two", "--from", "base", "--freeze", "conv2d", "--head", "new"]
      case .unfrozen: ["two", "--from", "head", "--unfreeze", "--augment", "usual"]
      }
    }
  }

  private let program: Program

  /// Three classes of clothes; two of them again under other names, for a new last layer.
  init() throws {
    program = try Program()
    try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
    for name in ["bag", "trouser"] {
      try program.copy("Tests/CommandsTests/Clothes/\(name)", to: "two/\(name)s")
    }
  }

  @Test(arguments: Beginning.allCases)
  func resumedEqualsUnbroken(_ beginning: Beginning) throws {
    try learnWhatItBeginsWith(beginning)
    let unbroken = try program(arguments(beginning, "unbroken")).json()
    for signal in [SIGINT, SIGKILL] {
      let folder = "stopped\(signal)"
      try stop(beginning, folder, with: signal)
      let resumed = try program("resume", folder, "--json", "--quiet").json()
      #expect(resumed["epochs_run"] as? Int == Self.epochs)
      #expect(resumed["weights_sha256"] as? String == unbroken["weights_sha256"] as? String)
      #expect(try last(folder) == last("unbroken"), "last weights and optimiser")
      let tensors = { (report: [String: Any]) in report["tensors"] as? NSArray }
      #expect(tensors(resumed) == tensors(unbroken))
      #expect((tensors(resumed) != nil) == beginning.flags.contains("--from"))
    }
  }

  private static let epochs = 12

  private func learnWhatItBeginsWith(_ beginning: Beginning) throws {
    guard beginning.flags.contains("--from") else { return }
    let base = try program(
      "train", "clothes", "--network", "cnn", "--image-size", "14", "--epochs", "2", "--output",
      "base", "--quiet")
    #expect(base.status == 0, "\(base.errors)")
    let head = try program(
      "train", "two", "--from", "base", "--freeze", "all-but-last", "--head", "new", "--epochs",
      "2", "--output", "head", "--quiet")
    #expect(head.status == 0, "\(head.errors)")
  }

  private func arguments(_ beginning: Beginning, _ folder: String) -> [String] {
    ["train"] + beginning.flags + [
      "--epochs", "\(Self.epochs)", "--patience", "0", "--threads", "2", "--seed", "3",
      "--checkpoint-every", "2", "--output", folder, "--json",
    ]
  }

  /// When some epochs are told of; a checkpoint lies there by then.
  private func stop(_ beginning: Beginning, _ folder: String, with signal: Int32) throws {
    let outcome = try program.stop(arguments(beginning, folder), after: 3, with: signal)
    let expected = signal == SIGINT ? 130 : 128 + signal
    #expect(outcome.status == expected, "\(outcome.errors)")
    let checkpoint = try Checkpoint(path: path(folder))
    #expect(checkpoint.epochsDone >= 1 && checkpoint.epochsDone < Self.epochs)
  }

  /// Every number that a next step would start from.
  private func last(_ folder: String) throws -> [String: Tensor] {
    let variables = try Checkpoint(path: path(folder)).variables
    return Dictionary(variables.map { ($0.name, $0.tensor) }) { first, _ in first }
  }

  private func path(_ folder: String) -> String {
    program.folder.appendingPathComponent("\(folder)/checkpoint.safetensors").path
  }
}
