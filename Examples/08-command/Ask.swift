// A command-line program of your own that answers with a trained network.
//   glassbox train Examples/Data/students.csv --target passed
//   swift run -c release Ask runs/students/model.safetensors hours=3 sleep=7
import Foundation
import Glassbox

@main struct Ask {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let path = words.first else { end("usage: Ask MODEL COLUMN=VALUE …", status: 64) }
    do {
      let model = try TrainedModel(path: path)
      let answer = try model.predict(row(words.dropFirst()))
      print(answer.probabilities.map { "\($0)" } ?? answer.value.map { "\($0)" } ?? "\(answer)")
      for note in answer.notes ?? [] { print("note: \(note)") }
    } catch let problem as Problem {
      end("\(problem)", status: 65)
    }
  }

  /// Of a column of numbers, a text is read as one; `sleep=` is a missing cell.
  static func row(_ words: some Sequence<String>) -> [String: CellValue] {
    words.reduce(into: [:]) { row, word in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      row[parts[0]] = parts.count == 2 ? .text(parts[1]) : .missing
    }
  }

  static func end(_ text: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
    exit(status)
  }
}
