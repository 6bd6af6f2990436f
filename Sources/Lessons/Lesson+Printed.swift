import Formatting

extension Lesson {
  /// Every number of the worked example that the lesson follows, with the number of its step.
  var printedNumbers: [(step: Int, number: PrintedNumber)] {
    steps.enumerated().flatMap { place, step in
      step.parts.flatMap { part -> [(step: Int, number: PrintedNumber)] in
        if case .printed(let numbers) = part { numbers.map { (place + 1, $0) } } else { [] }
      }
    }
  }

  /// How many numbers that worked example prints, and how many of them are wrong; nil where the lesson
  /// follows none.
  var printedSummary: String? {
    let numbers = printedNumbers.map(\.number)
    guard !numbers.isEmpty else { return nil }
    let wrong = numbers.count { $0.verdict == .wrong }
    let inherited = numbers.count { $0.verdict == .inherited }
    let all =
      numbers.count == 1
      ? "The worked example behind this lesson prints one number"
      : "The worked example behind this lesson prints \(numbers.count) numbers"
    guard wrong + inherited > 0 else {
      return all + (numbers.count == 1 ? "; it is right." : "; all of them are right.")
    }
    func counted(_ count: Int, _ what: String) -> String {
      "\(count) of them \(count == 1 ? "is" : "are") \(what)"
    }
    let parts =
      (wrong > 0 ? [counted(wrong, "wrong")] : [])
      + (inherited > 0 ? [counted(inherited, "off because of an earlier slip")] : [])
    return "\(all); \(parts.joined(separator: ", "))."
  }
}

extension [PrintedNumber] {
  /// Those that a reader has to know of.
  var faulty: [PrintedNumber] { filter { $0.verdict == .wrong || $0.verdict == .inherited } }
}

extension Verdict {
  /// What it says of a number that a document prints.
  var onPrinted: String {
    switch self {
    case .right: "right"
    case .rounded: "right, rounded"
    case .wrong: "WRONG"
    case .inherited: "off by an earlier slip"
    }
  }
}
