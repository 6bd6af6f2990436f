/// The kinds of stores: what is tested with one is tested with all that are there.
package enum TestStore: String, CaseIterable, Sendable {
  case sqlite, postgresql

  /// PostgreSQL where the program can speak with it and a server is installed.
  package static let there = allCases.filter { $0 == .sqlite || canTestPostgreSQL }

  package static let canTestPostgreSQL: Bool = {
    #if PostgreSQL
      return PostgresServer.shared != nil
    #else
      return false
    #endif
  }()

  /// A place for a store; the same for the same folder and name.
  package func place(in folder: TemporaryFolder, _ name: String = "store.sqlite") -> String {
    guard self == .postgresql, let server = PostgresServer.shared else { return folder.path(name) }
    let own = folder.path.split(separator: "-").suffix(5).joined(separator: "-").lowercased()
    let plain = name.map { $0.isLetter || $0.isNumber ? "\($0)" : "_" }.joined()
    return server.address("\(own)-\(plain)")
  }
}
