import Foundation
import TestSupport
import Testing

/// The program on machines that share nothing but a database.
@Suite(
  .enabled(
    if: TestStore.canTestPostgreSQL,
    "needs the trait PostgreSQL and a server (of Debian: libpq-dev, postgresql)"))
struct SharedStoreTests {
  private struct Report: Decodable {
    struct Decision: Decodable { let winner: Int, run: String, test: String? }
    struct Study: Decodable { let trials: [Trial] }
    struct Trial: Decodable { let number: Int, state: String, value: Double? }
    let decision: Decision?
    let study: Study
  }

  private func report(_ child: ChildProcess) throws -> Report {
    let outcome = try child.outcome()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  @Test func theSameCommandTunesOnEveryMachine() throws {
    let folder = try TemporaryFolder()
    let address = TestStore.postgresql.place(in: folder, "study")
    let machines = try (0..<3).map { _ in try Program() }
    for machine in machines { try machine.write(ExampleData.houses, to: "houses.csv") }
    let arguments = [
      "tune", "houses.csv", "--target", "price", "--study", address, "--epochs", "3",
      "--trials", "4", "--finalists", "1", "--final-seeds", "1", "--json",
    ]
    let started = try machines[..<2].map { try $0.start(arguments) }
    let reports = try started.map(report)
    let decision = try #require(reports[0].decision)
    #expect(reports[0].study.trials.count == 4)
    for (machine, report) in zip(machines, reports) {
      #expect(report.decision?.winner == decision.winner)
      #expect(report.study.trials.map(\.value) == reports[0].study.trials.map(\.value))
      let run = try #require(report.decision?.run)
      let evaluated = try machine("evaluate", run, "houses.csv", "--json")
      #expect(evaluated.status == 0, "\(evaluated.errors)")
    }
    // Another joins by the address alone.
    let joined = try report(
      machines[2].start(["tune", "--study", address, "--trials", "5", "--json"]))
    #expect(joined.study.trials.count == 5)
    #expect(joined.study.trials.prefix(4).map(\.value) == reports[0].study.trials.map(\.value))
  }

  @Test func aServerFollowsARegistryThatIsOnNoMachine() throws {
    let folder = try TemporaryFolder()
    let address = TestStore.postgresql.place(in: folder, "models")
    let (trainer, server) = (try Program(), try Program())
    func caches(_ program: Program) -> [String: String] {
      ["XDG_CACHE_HOME": program.folder.appending(path: "cache").path]
    }
    func models(_ arguments: String...) throws -> String {
      let outcome = try trainer.start(
        ["models"] + arguments + ["--registry", address], environment: caches(trainer)
      ).outcome()
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      return outcome.output
    }
    try trainer.write(ExampleData.students, to: "students.csv")
    let trained = try trainer(
      "train", "students.csv", "--target", "passed", "--output", "run", "--epochs", "3", "--quiet")
    try #require(trained.status == 0, "\(trained.errors)")
    #expect(try models("list").hasPrefix("No models in postgres://"))
    for _ in 0..<2 { _ = try models("register", "run", "--name", "students") }
    _ = try models("promote", "students", "1")
    #expect(try models("list").contains("students"))
    #expect(try models("show", "students").contains("/run"))
    #expect(try models("compare", "students", "1", "2").contains("parameters"))
    let parts = address.split(separator: "?")
    for (place, next) in [(address, 2), ("\(parts[0])/students?\(parts[1])", 1)] {
      let running = try server.start(
        ["serve", place, "--port", "0"], environment: caches(server), watching: .output)
      let line = try #require(running.nextLine())
      #expect(line.hasPrefix("students answers at http://"))
      _ = try models("promote", "students", "\(next)")
      let url = try #require(line.split(separator: " ").last)
      var said = ""
      while !said.contains("\"version\":\(next)") {
        let asked = try ChildProcess.run(
          "/usr/bin/env",
          ["curl", "--silent", "--fail", "--retry", "2", "--retry-delay", "1", "\(url)/model"])
        try #require(asked.status == 0, "\(asked.errors)")
        said = asked.output.filter { $0 != " " }
      }
      running.send(SIGTERM)
      let outcome = try running.outcome()
      #expect(outcome.status == 0 && outcome.errors.contains("live model changed"))
    }
    #expect(try models("rollback", "students") == "students 2 is live.\n")
    let unknown = try server.start(
      ["serve", "\(parts[0])/teachers?\(parts[1])"], environment: caches(server)
    ).outcome()
    #expect(unknown.status != 0 && unknown.errors.contains("students"), "\(unknown.errors)")
  }

  @Test func whatIsNotThereIsSaidWithoutThePassword() throws {
    let folder = try TemporaryFolder()
    let address = TestStore.postgresql.place(in: folder, "none")
    let machine = try Program()
    let nothing = try machine("tune", "--study", address)
    #expect(nothing.status == 66 && nothing.errors.contains("check the name"), "\(nothing.errors)")
    try machine.write("id,label\na,b\n", to: "truths.csv")
    let refused = try machine(
      "feedback", "truths.csv", "--log", "postgres://ann:hidden@127.0.0.1:1/work/log")
    #expect(refused.status == 74, "\(refused.errors)")
    #expect(refused.errors.contains("postgres://ann@127.0.0.1:1/work/log"), "\(refused.errors)")
    #expect(!refused.errors.contains("hidden"))
  }
}
