// A web server of your own that answers with a trained network.
//   glassbox train Examples/Data/students.csv --target passed
//   swift run -c release Server runs/students/model.safetensors 8080
//   curl --json '{"hours": 3, "sleep": 7}' localhost:8080/students
import Glassbox
import Hummingbird

/// A row: its properties are called as the columns of the table.
struct Student: Codable {
  var hours: Double
  /// Nil is a missing cell.
  var sleep: Double?
}

struct Answer: ResponseEncodable {
  let passed: String?
  let probability: Float?
}

@main struct Server {
  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count == 3, let port = Int(words[2]) else {
      return print("usage: Server MODEL PORT")
    }
    let model = try TrainedModel(path: words[1])
    let router = Router()
    router.post("students") { request, context in
      let student = try await request.decode(as: Student.self, context: context)
      let answer = try model.predict(student)
      return Answer(passed: answer.label, probability: answer.probabilities?.ranked[0].probability)
    }
    try await Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port))
    ).runService()
  }
}
