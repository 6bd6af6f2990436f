// Runs Glassbox and its peers in turn on the same work and writes the ratios down.
//   swift run -c release compare [--rounds N] [--threads N] [--peer torch|keras|sklearn] [--write]
//                                [workload ...]
// Needs ../.build/release/glassbox and what install.sh installs. Without --write it only prints.
import Foundation

@main struct Compare {
  static func main() throws {
    let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
    var rows: [String] = []
    for test in arguments.cases {
      let row = try compare(test, arguments)
      print(row)
      rows.append(row)
    }
    if arguments.writes { try Results(arguments).write(rows) }
  }

  /// A, B, A, B, …: both see the same moods of the machine.
  private static func compare(_ test: Case, _ arguments: Arguments) throws -> String {
    var own: [Double] = []
    var peer: [Double] = []
    for _ in 0..<arguments.rounds {
      own.append(try run(arguments.own(test)).samples_per_s)
      peer.append(try run(arguments.peer(test)).samples_per_s)
    }
    let ratio = Spread(zip(own, peer).map { $0 / $1 })
    let columns = [
      test.workload, "\(arguments.threads)", whole(Spread(own).median),
      whole(Spread(peer).median), tenths(ratio.median),
      "\(tenths(ratio.low)) to \(tenths(ratio.high))",
    ]
    return "| " + columns.joined(separator: " | ") + " |"
  }

  private static func run(_ command: [String]) throws -> Measurement {
    let text = try Shell.output(command)
    guard let start = text.firstIndex(of: "{") else {
      throw Failure("\(command.joined(separator: " ")) printed no JSON: \(text)")
    }
    return try JSONDecoder().decode(Measurement.self, from: Data(text[start...].utf8))
  }

  private static func whole(_ number: Double) -> String { "\(Int(number.rounded()))" }
  private static func tenths(_ number: Double) -> String {
    number < 10
      ? "\((number * 100).rounded() / 100)" : "\((number * 10).rounded() / 10)"
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

struct Arguments {
  var rounds = 5
  var threads = 1
  var peerName = "torch"
  var writes = false
  var names: [String] = []

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--rounds": rounds = try Self.number(rest.popFirst(), word)
      case "--threads": threads = try Self.number(rest.popFirst(), word)
      case "--peer": peerName = rest.popFirst() ?? ""
      case "--write": writes = true
      default: names.append(word)
      }
    }
    let known = Set(Case.all.map(\.workload))
    for name in names where !known.contains(name) {
      throw Failure("expected one of \(known.sorted().joined(separator: ", ")), found \(name)")
    }
  }

  private static func number(_ word: String?, _ flag: String) throws -> Int {
    guard let word, let number = Int(word), number > 0 else {
      throw Failure("\(flag): expected a whole number above 0, found \(word ?? "nothing")")
    }
    return number
  }

  var cases: [Case] { Case.all.filter { names.isEmpty || names.contains($0.workload) } }

  /// Both programs are bound to the same processors, the last ones.
  private var pinned: [String] {
    let count = ProcessInfo.processInfo.processorCount
    return ["taskset", "-c", "\(max(0, count - threads))-\(count - 1)"]
  }

  func own(_ test: Case) -> [String] {
    pinned + ["../.build/release/glassbox", "bench", test.workload] + test.flags
      + ["--threads", "\(threads)", "--json"]
  }

  func peer(_ test: Case) -> [String] {
    pinned + [".venv/bin/python", "peers/workloads.py", peerName, test.workload] + test.flags
      + ["--threads", "\(threads)"]
  }
}

enum Shell {
  /// What a command prints on standard output.
  static func output(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        "\(command.joined(separator: " ")) ended with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
