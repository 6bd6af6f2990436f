import TestSupport

@testable import Serving

/// Where a registry may be: what is tested with one is tested with all that are there.
enum RegistryKind: String, CaseIterable, Sendable {
  case folder, sqlite, postgresql

  static let there = allCases.filter { $0.store.map(TestStore.there.contains) ?? true }

  private var store: TestStore? { TestStore(rawValue: rawValue) }

  /// A registry as a machine sees it: those of one folder are one.
  func registry(
    in folder: TemporaryFolder, machine: String = "one", mostBytes: Int = 1 << 30,
    partBytes: Int = 1000
  ) -> ModelRegistry {
    guard let store else { return ModelRegistry(path: folder.path("models")) }
    let place = store.place(in: folder, "models.sqlite")
    let home = RegistryStore(
      place, cache: folder.path(machine), mostBytes: mostBytes, partBytes: partBytes)
    return ModelRegistry(path: place, home: home)
  }
}
