import Foundation

/// The path of a file or folder of this repository, such as `Docs/sequences.md`.
package func repositoryPath(_ path: String) -> String {
  "\(root)/\(path)"
}

/// Is there such a file or folder in this repository?
package func repositoryHas(_ path: String) -> Bool {
  FileManager.default.fileExists(atPath: repositoryPath(path))
}

/// The text of a file of this repository.
package func repositoryText(_ path: String) throws -> String {
  try String(contentsOf: URL(filePath: repositoryPath(path)), encoding: .utf8)
}

/// What lies in a folder of this repository, sorted; not what lies deeper.
package func repositoryFiles(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: repositoryPath(folder)).sorted()
}

/// The paths of all files below a folder of this repository, sorted, from the repository's root.
package func repositoryFiles(below folder: String, suffix: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: repositoryPath(folder))
    .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") && !$0.contains("/.") }
    .map { "\(folder)/\($0)" }.sorted()
}

/// The numbers of a file of `Tests/References`, which other libraries made.
package func reference<Content: Decodable>(
  _ name: String, _ type: Content.Type = Content.self
) throws -> Content {
  let file = URL(filePath: repositoryPath("Tests/References/\(name)"))
  return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
}

/// This file lies in `Tests/TestSupport`.
private let root =
  "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
