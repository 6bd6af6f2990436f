import Explaining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The worked examples that come with the package.
func exampleFile(_ name: String, from file: String = #filePath) throws -> WorkedExample {
  let root = file.split(separator: "/").dropLast(4).joined(separator: "/")
  let path = "/\(root)/Examples/Lessons/\(name).md"
  let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
  return try WorkedExample(markdown: text, path: "\(name).md")
}
