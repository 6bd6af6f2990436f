import Lessons

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The root of the package.
private func root(_ file: String = #filePath) -> String {
  "/" + file.split(separator: "/").dropLast(3).joined(separator: "/")
}

/// The text of a worked example that comes with the package.
func exampleText(_ name: String) throws -> String {
  let path = "\(root())/Examples/Lessons/\(name).md"
  return try String(contentsOf: URL(filePath: path), encoding: .utf8)
}

/// A worked example that comes with the package.
func exampleFile(_ name: String) throws -> WorkedExample {
  try WorkedExample(markdown: exampleText(name), path: "\(name).md")
}

/// The text of a page of the documentation.
func documentText(_ name: String) throws -> String {
  try String(contentsOf: URL(filePath: "\(root())/Docs/\(name)"), encoding: .utf8)
}

/// The names of the files in a folder of the package.
func fileNames(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: "\(root())/\(folder)").sorted()
}

func encoded(_ report: CheckReport) throws -> Data { try JSONEncoder().encode(report) }
func decoded(_ data: Data) throws -> CheckReport {
  try JSONDecoder().decode(CheckReport.self, from: data)
}
