import Engine
import Formatting

/// A question with a number to find, which is checked by computing.
public struct Question: Sendable, Hashable {
  /// What is asked.
  public var text: String
  /// What helps to find it, without giving it away.
  public var hint: String
  /// How far an answer may be from the right number, as a share of it; of 1 where it is 0.
  public var tolerance: Double
  /// The calculation that finds it.
  let solution: Calculation

  /// - Parameters:
  ///   - solution: in the notation of worked examples: `0.5 * 2 + 0.1`.
  ///   - tolerance: a share of the right number.
  /// - Throws: `Problem` for a solution that gives no number.
  public init(
    _ text: String, solution: String, hint: String, tolerance: Double = 0.01
  ) throws {
    (self.text, self.hint, self.tolerance) = (text, hint, tolerance)
    self.solution = try Calculation(solution)
  }

  /// What the solution is: its formula and its number.
  var answer: Lesson.Formula { .init("answer", solution.written) }

  /// The right number.
  public var value: Double { solution.written.real }

  /// How far an answer may be from it: at least by the last binary digits, so that 0.1 + 0.2 is 0.3.
  var room: Double { max(tolerance * (value == 0 ? 1 : value.magnitude), 1e-12 * value.magnitude) }

  /// Judges an answer: a number or a formula of numbers, such as `1 / (1 + e^-0.5)`.
  ///
  /// - Throws: `Problem` for what is neither.
  public func check(_ answer: String) throws -> CheckedAnswer {
    let given = try Calculation(answer).written.real
    let isRight = (given - value).magnitude <= room
    return CheckedAnswer(
      text: answer, given: given, isRight: isRight, remark: remark(given, isRight, room))
  }

  /// What the answer says about the way that led to it.
  private func remark(_ given: Double, _ isRight: Bool, _ room: Double) -> String {
    func isNear(_ other: Double) -> Bool { (other - value).magnitude <= room }
    if isRight {
      let (shown, right) = (numberText(given), numberText(value))
      return shown == right ? "" : "Unrounded it is \(right)."
    }
    if isNear(-given) { return "The size is right, the sign is not." }
    if isNear(given / 100) { return "That is the percentage; the number itself is asked for." }
    if isNear(given * 100) { return "The digits are right; the point is two places off." }
    if isNear(given / 2) { return "That is twice the right number." }
    if isNear(given * 2) { return "That is half the right number." }
    return "Hint: \(hint)"
  }
}

/// An answer to a question, judged.
public struct CheckedAnswer: Sendable, Hashable {
  /// As it was typed.
  public var text: String
  /// The number it gives.
  public var given: Double
  public var isRight: Bool
  /// The unrounded number, what seems to have gone wrong, or the question's hint; empty where there is
  /// nothing to say.
  public var remark: String
}

extension Lesson {
  /// Its questions in their order; answers name them by their numbers, counted from 1.
  public var questions: [Question] {
    steps.flatMap(\.parts).compactMap { part in
      if case .question(let question) = part { question } else { nil }
    }
  }

  /// Judges the answer to a question.
  ///
  /// - Parameter number: of the question, counted from 1.
  /// - Throws: `Problem` for a number that no question has, and for an answer that is no number.
  public func check(_ answer: String, toQuestion number: Int) throws -> CheckedAnswer {
    let questions = questions
    guard questions.indices.contains(number - 1) else {
      throw Problem.data(
        "question", expected: "a number from 1 to \(questions.count)", found: "\(number)",
        fix: "the lesson `\(name)` has \(questions.count) questions")
    }
    return try questions[number - 1].check(answer)
  }
}

extension Question: Encodable {
  private enum Key: String, CodingKey { case text, hint, solution, value, tolerance }

  /// Its texts, the calculation and the number it gives.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(text, forKey: .text)
    try fields.encode(hint, forKey: .hint)
    try fields.encode(solution.written.symbols, forKey: .solution)
    try fields.encode(value, forKey: .value)
    try fields.encode(tolerance, forKey: .tolerance)
  }
}

extension CheckedAnswer: Encodable {
  private enum CodingKeys: String, CodingKey {
    case text, given, remark
    case isRight = "is_right"
  }
}
