import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it, in an empty folder of its own.
final class Program {
  typealias Outcome = ChildProcess.Outcome

  private let files: TemporaryFolder

  init() throws { files = try TemporaryFolder() }

  var folder: URL { URL(filePath: files.path) }

  func write(_ text: String, to name: String) throws { try files.write(text, to: name) }

  func write(_ bytes: [UInt8], to name: String) throws { try files.write(bytes, to: name) }

  func read(_ name: String) throws -> String { try files.text(name) }

  func bytes(_ name: String) throws -> [UInt8] { try files.bytes(name) }

  func exists(_ name: String) -> Bool { files.exists(name) }

  /// Copies a file or folder of the repository into the program's folder.
  func copy(_ repositoryName: String, to name: String) throws {
    try files.copy(repositoryName, to: name)
  }

  /// The hash of the weights of a run that has ended.
  func weights(of run: String) throws -> String {
    let report = try read("\(run)/report.json")
    return String(try #require(report.firstMatch(of: /"weights_sha256" *: *"([0-9a-f]+)"/)).1)
  }

  /// A program in whose folder `run` has learned to tell low from high prices from `old.csv`, with names as people
  /// write them.
  static func withPrices(_ more: String...) throws -> Program {
    let program = try Program()
    let rows = (0..<60).map { "\"Doe, \($0)\",\($0 % 9).5,\($0 % 9 < 4 ? "low" : "high")" }
    try program.write("who,size,price\n" + rows.joined(separator: "\n") + "\n", to: "old.csv")
    let trained = try program.start(
      ["train", "old.csv", "--target", "price", "--epochs", "1", "--quiet", "--output", "run"]
        + more
    ).outcome()
    #expect(trained.status == 0, "\(trained.errors)")
    return program
  }

  /// Runs the program to its end.
  func callAsFunction(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(arguments, input: input, environment: environment).outcome()
  }

  func callAsFunction(_ arguments: [String]) throws -> Outcome {
    try start(arguments).outcome()
  }

  /// Starts the program and returns while it runs.
  func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    watching: ChildProcess.Stream? = nil
  ) throws -> ChildProcess {
    // The set of kernels is that of the tests; other settings are their own affair.
    var variables = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("GLASSBOX_") || $0.key == "GLASSBOX_KERNELS"
    }
    variables["SWIFT_BACKTRACE"] = "enable=no"
    return try ChildProcess(
      ChildProcess.built("glassbox"), arguments, in: files.path, keeping: files, input: input,
      environment: variables.merging(environment) { $1 }, watching: watching, pace: .lineByLine)
  }

  /// Commands that end when they are asked to.
  static let goOn: Set = ["serve", "studio"]

  /// Starts a server on a free port, and asks it to end as soon as it says that it answers.
  func serve(_ arguments: [String]) throws -> Outcome {
    let free =
      arguments.contains("--port")
      ? arguments.map { ["9000", "8090"].contains($0) ? "0" : $0 } : arguments + ["--port", "0"]
    let server = try start(free, watching: .output)
    if server.nextLine() != nil { server.send(SIGTERM) }
    return try server.outcome()
  }

  /// The arguments of a command line, as a shell would take it apart; without the program's name.
  static func arguments(of line: some StringProtocol) -> [String] {
    var (arguments, current, quote) = ([String](), "", Character?.none)
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, character == " " {
        arguments.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    return Array((arguments + [current]).dropFirst())
  }

  /// Starts a training and sends it a signal when it has told of some epochs. It cannot run far ahead
  /// of the lines that are read here, so it is stopped in the middle on any machine.
  func stop(
    _ arguments: [String], after epochs: Int, with signal: Int32
  ) throws -> Outcome {
    let running = try start(arguments, watching: .errors)
    var told = 0
    while told < epochs, let line = running.nextLine() {
      if line.hasPrefix("epoch ") { told += 1 }
    }
    running.send(signal)
    return try running.outcome()
  }
}

extension ChildProcess.Outcome {
  /// Standard output as one JSON object.
  func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any],
      "no JSON object: \(output)\(errors)", sourceLocation: location)
    // Every output that a test looks at is searched for names that are spelled otherwise than the rest.
    let others = Self.names(in: object).filter {
      $0.hasPrefix("_") || $0.contains(#/[a-z0-9][A-Z]/#)
    }
    #expect(others.isEmpty, "names are written in snake_case", sourceLocation: location)
    return object
  }

  private static func names(in value: Any) -> Set<String> {
    if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(names(in: $1)) } }
    guard let object = value as? [String: Any] else { return [] }
    return object.reduce(into: []) { names, member in
      names.insert(member.key)
      names.formUnion(Self.names(in: member.value))
    }
  }
}
