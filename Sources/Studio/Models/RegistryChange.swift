import Engine
import Networks
import Serving
import Training
import Tuning

/// A change of the registry: `{"do": "promote", "name": "students", "version": 2, "why": "better"}`.
struct RegistryChange: Decodable, Sendable {
  private enum Action: String, NamedChoice { case register, promote, rollback }

  private let action: Action
  private let name: String
  private let version: Int?
  private let run: String?
  private let why: String?

  private enum CodingKeys: String, CodingKey {
    case action = "do"
    case name, version, run, why
  }

  /// - Throws: `Problem` for what the registry refuses.
  func make(in registry: ModelRegistry, _ runs: RunCollection) throws {
    let why = why ?? ""
    switch action {
    case .register:
      guard let run else {
        throw Problem.data("run", expected: "the run whose model is registered", found: "none")
      }
      try registry.register(runs.run(run).path, as: name, why: why)
    case .promote:
      guard let version else {
        throw Problem.data("version", expected: "the version that shall be live", found: "none")
      }
      try registry.promote(name, version: version, why: why)
    case .rollback: try registry.rollback(name, why: why)
    }
  }
}
