import Lessons
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The text of a worked example that comes with the package.
func exampleText(_ name: String) throws -> String {
  try repositoryText("Examples/Lessons/\(name).md")
}

/// A worked example that comes with the package.
func exampleFile(_ name: String) throws -> WorkedExample {
  try WorkedExample(markdown: exampleText(name), path: "\(name).md")
}

func encoded(_ report: CheckReport) throws -> Data { try JSONEncoder().encode(report) }
func decoded(_ data: Data) throws -> CheckReport {
  try JSONDecoder().decode(CheckReport.self, from: data)
}
