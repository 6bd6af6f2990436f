import Engine
import Formatting
import Testing

@testable import Lessons

@Suite struct QuestionTests {
  /// Each question of each lesson, with the lesson's name.
  private static func questions() throws -> [(lesson: String, question: Question)] {
    try LessonCatalog.lessons.flatMap { type in
      try type.make().questions.map { (type.name, $0) }
    }
  }

  @Test func everyLessonAsksWhatCanBeAnswered() throws {
    let questions = try Self.questions()
    #expect(Set(questions.map(\.lesson)) == Set(LessonCatalog.lessons.map { $0.name }))
    for (lesson, question) in questions {
      let value = question.value
      #expect(question.text.hasSuffix("?"), "\(lesson): \(question.text)")
      #expect(!question.hint.isEmpty)
      // The hint does not give the answer away.
      let words = question.hint.split { !$0.isNumber && $0 != "." }
      #expect(!words.contains(Substring(numberText(value))) || value.magnitude <= 3, "\(question)")
      #expect(try question.check("\(value)").isRight)
      #expect(try question.check(numberText(value, digits: 4)).isRight || question.tolerance == 0)
      let far = try question.check("\(1.3 * value + 7.77)")
      #expect(!far.isRight && far.remark == "Hint: \(question.hint)")
    }
  }

  private func sigmoid() throws -> Question {
    try Question("How large?", solution: "1 / (1 + e^-0.5)", hint: "It is a sigmoid.")
  }

  @Test(arguments: [
    "0.62246", "0.6225", "0.62", "1/(1+e^-0.5)", "1 / (1 + exp(-0.5))", "sigmoid(0.5)", "62.2%",
    "\\frac{1}{1 + e^{-0.5}}",
  ]) func numbersAndFormulasAreAnswers(_ text: String) throws {
    let answer = try sigmoid().check(text)
    #expect(answer.isRight)
    #expect(answer.remark.isEmpty == (numberText(answer.given) == "0.622459"))
  }

  @Test(arguments: [
    ("-0.6225", "sign"), ("62.25", "percentage"), ("0.006225", "two places"),
    ("1.245", "twice"), ("0.3112", "half"), ("0.7", "Hint: It is a sigmoid."),
  ]) func wrongAnswersAreToldWhatSeemsWrong(_ text: String, _ remark: String) throws {
    let answer = try sigmoid().check(text)
    #expect(!answer.isRight && answer.remark.contains(remark))
  }

  @Test(arguments: ["", "w", "1 = 2", "[1, 2]", "1/0", "2x", "0,5", "((((", "grad(1, w)"])
  func whatIsNoNumberIsAProblem(_ text: String) throws {
    let problem = #expect(throws: Problem.self) { try sigmoid().check(text) }
    #expect(problem?.location.hasPrefix("answer") == true, "\(String(describing: problem))")
  }

  @Test func anAnswerOfWholeNumbersIsExact() throws {
    let question = try Question("How many?", solution: "3 * 3 * 2", hint: "Multiply.", tolerance: 0)
    #expect(try question.check("18").isRight && !question.check("18.01").isRight)
    #expect(
      try Question("What?", solution: "0.1 + 0.2", hint: "", tolerance: 0).check("0.3").isRight)
    #expect(try Question("What?", solution: "0", hint: "").check("0").isRight)
  }

  @Test func aQuestionThatIsNotThereIsAProblem() throws {
    let lesson = try LessonCatalog.lesson(named: "one-neuron")
    #expect(throws: Problem.self) { try lesson.check("1", toQuestion: 0) }
    let problem = #expect(throws: Problem.self) { try lesson.check("1", toQuestion: 3) }
    #expect(problem?.expected == "a number from 1 to 2")
  }
}
