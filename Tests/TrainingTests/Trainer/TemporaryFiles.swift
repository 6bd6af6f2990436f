#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A path in the system's temporary folder that no other test uses.
func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory
    .appending(path: "glassbox-\(UUID().uuidString)-\(name)").path
}

func removeFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
