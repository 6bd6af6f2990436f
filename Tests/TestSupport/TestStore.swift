import Foundation

/// The kinds of stores: what is tested with one is tested with all that are there.
package enum TestStore: String, CaseIterable, Sendable {
  case sqlite, postgresql

  /// PostgreSQL where the program can speak with it and a server is installed.
  package static let there = allCases.filter { $0 == .sqlite || canTestPostgreSQL }

  /// A server that is installed and does not start fails the tests instead of being left out.
  package static let canTestPostgreSQL: Bool = {
    #if PostgreSQL
      return PostgresServer.shared != nil || isInstalled
    #else
      return false
    #endif
  }()

  /// Whether there is a server where Debian, Homebrew and others put it.
  private static var isInstalled: Bool {
    let debian = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
    let folders =
      versions.map { "\(debian)/\($0)/bin" } + ["/opt/homebrew/opt/postgresql/bin", "/usr/bin"]
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
  }

  /// A place for a store; the same for the same folder and name.
  package func place(in folder: TemporaryFolder, _ name: String = "store.sqlite") -> String {
    guard self == .postgresql else { return folder.path(name) }
    guard let server = PostgresServer.shared else {
      return "postgres:///none/none?host=/the-server-of-the-tests-did-not-start"
    }
    let own = folder.path.split(separator: "-").suffix(5).joined(separator: "-").lowercased()
    let plain = name.map { $0.isLetter || $0.isNumber ? "\($0)" : "_" }.joined()
    return server.address("\(own)-\(plain)")
  }
}
