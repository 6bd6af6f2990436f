import Glassbox

/// Why the program ends, as its exit code says it.
enum ExitStatus: Int32 {
  case failed = 1
  /// A check ran and said no.
  case saidNo = 2
  case usage = 64
  case badData = 65
  case missingInput = 66
  case cannotCreate = 73
  case inputOutput = 74
  case interrupted = 130
}

/// An end of the program with an exit code other than the one its problem stands for.
struct Failure: Error {
  let status: ExitStatus
  let text: String

  /// Runs something whose problems are the user's settings, not the data.
  static func usage<R>(_ body: () throws -> R) throws -> R { try problems(as: .usage, body) }

  /// Runs something whose problems other than those of files have one exit code.
  static func problems<R>(as status: ExitStatus, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let problem as Problem where !problem.isOfFile {
      throw Failure(status: status, text: problem.commandText)
    }
  }

  /// The exit code and the sentence of an error; nil for errors of the command-line parser.
  static func outcome(of error: any Error) -> (status: ExitStatus, text: String)? {
    switch error {
    case let failure as Failure: (failure.status, failure.text)
    case let problem as Problem: (status(of: problem), problem.commandText)
    default: nil
    }
  }

  private static func status(of problem: Problem) -> ExitStatus {
    switch problem.kind {
    case .shape, .data: problem.isOfSettings ? .usage : .badData
    case .missing: .missingInput
    case .malformed: .badData
    case .cannotCreate: .cannotCreate
    case .inputOutput: .inputOutput
    }
  }
}
