import Engine
import Testing

@testable import Lessons

@Suite struct ChangeTests {
  private func lesson() throws -> Lesson { try LessonCatalog.lesson(named: "one-neuron") }

  @Test func aChangeIsFollowedThroughTheLesson() throws {
    let lesson = try lesson().changing([.init(formula: 1, symbol: "w", value: 0.75)])
    let values = lesson.formulas.map(\.value)
    // Input 2, bias 0.1, right answer 1.5, rate 0.1: the cycle by hand.
    let answer = 0.75 * 2 + 0.1
    let slope = 2 * (answer - 1.5)
    let (weight, bias) = (0.75 - 0.1 * slope * 2, 0.1 - 0.1 * slope)
    let again = weight * 2 + bias
    for number in [answer, (answer - 1.5) * (answer - 1.5), slope * 2, weight, bias, again] {
      #expect(values.contains { abs($0 - number) < 1e-12 }, "\(number)")
    }
    #expect(lesson.formulas.filter(\.isChanged).count > 5)
    #expect(lesson.page.contains("equation changed"))
  }

  @Test func changesThatCannotBeAreRefused() throws {
    for change in [
      NumberChange(formula: 0, symbol: "w", value: 1), .init(formula: 999, symbol: "w", value: 1),
      .init(formula: 1, symbol: "nothing", value: 1), .init(formula: 1, symbol: "w", value: .nan),
    ] {
      #expect(throws: Problem.self) { try lesson().changing([change]) }
    }
  }

  /// Every number of every lesson can be changed, and changed back.
  @Test func everyLessonCanBeChangedAndChangedBack() throws {
    var tried = 0
    for entry in LessonCatalog.lessons {
      let lesson = try entry.make()
      for (place, formula) in lesson.formulas.enumerated().prefix(12) {
        guard case .variable(let symbol, let value)? = formula.written.firstVariable else {
          continue
        }
        let changed = try lesson.changing([
          .init(formula: place + 1, symbol: symbol, value: value + 0.125)
        ])
        #expect(changed.steps.count == lesson.steps.count)
        let back = try changed.changing([.init(formula: place + 1, symbol: symbol, value: value)])
        #expect(
          abs(back.formulas[place].value - formula.value) <= 1e-9 * max(1, abs(formula.value)),
          "\(lesson.name), formula \(place + 1)")
        tried += 1
      }
    }
    #expect(tried > 60)
  }
}

extension SymbolicExpression {
  fileprivate var firstVariable: Form? {
    if case .variable = form { return form }
    return children.lazy.compactMap(\.firstVariable).first
  }
}
