import ArgumentParser
import Glassbox

/// What the user wrote, looked at before the parser does.
enum CommandLineWords {
  /// With numbers below zero joined to their flags (`--epochs=-5`): the parser takes what begins with a
  /// hyphen for a flag, and would say that a value is missing.
  static func joiningNumbers(_ words: [String]) -> [String] {
    var joined: [String] = []
    for (place, word) in words.enumerated() {
      let isNumber =
        word.first == "-" && word.dropFirst().first.map { "0123456789.".contains($0) } == true
      if isNumber, let flag = joined.last, flag.hasPrefix("--"), flag.count > 2,
        !flag.contains("="),
        !words[..<place].contains("--")
      {
        joined[joined.count - 1] = "\(flag)=\(word)"
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  /// What is wrong if the words name no command, or come near the name of one that they do not name.
  static func unknownCommand(
    _ words: [String], of command: any ParsableCommand.Type = GlassboxCommand.self
  ) -> Failure? {
    let configuration = command.configuration
    guard let first = words.first, !first.hasPrefix("-"), !configuration.subcommands.isEmpty
    else { return nil }
    // Underscored, but nothing else that the parser makes public tells the name that it makes of a type's.
    let names = configuration.subcommands.map { $0._commandName }
    if let place = names.firstIndex(of: first) {
      return unknownCommand(Array(words.dropFirst()), of: configuration.subcommands[place])
    }
    if configuration.defaultSubcommand == nil {
      guard first != "help" else { return nil }
    } else {
      // The first word may also be what the usual command is about: a file, a lesson.
      guard first.nearest(among: names) != nil, !AtomicFile.exists(first), words.count == 1
      else { return nil }
    }
    let problem = Problem.unknown("command", first, among: names)
    return Failure(status: .usage, text: "\(problem)")
  }
}
