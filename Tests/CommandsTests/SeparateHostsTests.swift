import Foundation
import TestSupport
import Testing

/// Two hosts on one machine, at a slow cable: network namespaces, which only some systems and users can make.
private final class Hosts {
  private let names = "glassbox-\(UInt32.random(in: 0 ... .max))"

  static let areThere = Launcher.isThere && (try? Hosts()) != nil

  private struct Missing: Error { let errors: String }

  init() throws {
    let outcome = try run(["up", "2", "100mbit"])
    guard outcome.status == 0 else { throw Missing(errors: outcome.errors) }
  }

  deinit { _ = try? run(["down", "2"]) }

  func start(
    _ arguments: [String], in place: String? = nil, watching: ChildProcess.Stream? = nil
  ) throws -> ChildProcess {
    try ChildProcess(
      "/usr/bin/env",
      ["HOSTS=\(names)", "bash", repositoryPath("Benchmarks/scaling/hosts.sh")] + arguments,
      in: place, watching: watching)
  }

  @discardableResult func run(_ arguments: [String], in place: String? = nil) throws
    -> ChildProcess.Outcome
  { try start(arguments, in: place).outcome() }

  /// Bytes that a host has sent.
  func sent(_ host: Int) throws -> Int {
    Int(try run(["sent", "\(host)"]).output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }
}

/// Trainings whose processes reach each other by a cable alone.
@Suite(.serialized, .enabled(if: Hosts.areThere, "needs mpirun, ip, tc and the right to use them"))
struct SeparateHostsTests {
  private let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.houses, to: "houses.csv")
  }

  private static func training(_ epochs: Int) -> [String] {
    [
      "train", "houses.csv", "--target", "price", "--hidden", "64,64", "--batch", "40", "--shards",
      "4", "--patience", "0", "--schedule", "constant", "--quiet", "--epochs", "\(epochs)",
    ]
  }

  @Test func theBitsAreThoseOfOneHost() throws {
    let path = try ChildProcess.built("glassbox")
    let alone = try program(Self.training(20) + ["--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    let hosts = try Hosts()
    let shared = try hosts.run(
      ["launch", "2", path] + Self.training(20) + ["--output", "run"], in: program.folder.path)
    #expect(shared.status == 0, "\(shared.errors)")
    #expect(try program.weights(of: "run") == program.weights(of: "alone"))
  }

  /// The launcher, which looks whether its hosts are there, ends what is left, and one host goes on.
  @Test func aCutCableCostsNothingThatWasWritten() async throws {
    let hosts = try Hosts()
    let process = try await cut(hosts, deadline: 60)
    #expect(try process.outcome().status != 0)
    let epochs = try program.read("run/metrics.jsonl").split(separator: "\n").count + 5
    let next = try program("resume", "run", "--quiet", "--epochs", "\(epochs)")
    #expect(next.status == 0, "\(next.errors)")
    let alone = try program(Self.training(epochs) + ["--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(try program.weights(of: "run") == program.weights(of: "alone"))
  }

  /// Within its deadline the first process names the one that is out of reach. The launcher of Open MPI 4.1 then
  /// waits for that host.
  @Test func whoIsOutOfReachIsNamed() async throws {
    let hosts = try Hosts()
    let process = try await cut(hosts, deadline: 3)
    var said = ""
    while let line = process.nextLine() {
      said += line + "\n"
      if line.contains("glassbox resume") { break }
    }
    process.send(SIGKILL)
    _ = try process.outcome()
    #expect(said.contains("process 1 of 2: expected an answer within 3 seconds"), "\(said)")
    #expect(said.contains("glassbox resume run goes on"), "\(said)")
  }

  /// A training on two hosts whose cable is cut after its first checkpoint.
  private func cut(_ hosts: Hosts, deadline: Int) async throws -> ChildProcess {
    let process = try hosts.start(
      ["launch", "2", ChildProcess.built("glassbox")] + Self.training(100_000) + [
        "--deadline", "\(deadline)", "--output", "run",
      ], in: program.folder.path, watching: .errors)
    while !program.exists("run/checkpoint.safetensors") {
      try await Task.sleep(for: .milliseconds(20))
    }
    try hosts.run(["cut", "2"])
    return process
  }
}
