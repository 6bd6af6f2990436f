import Engine
import Networks

/// Two neurons in a row: one number goes through both.
enum TwoNeuronsLesson: CatalogLesson {
  static let name = "two-neurons"
  static let title = "Two neurons in a row"

  static func make() throws -> Lesson {
    let x = SymbolicExpression.variable("x", 2)
    let hidden = SymbolicExpression.variable("v", 0.5) * x
    let answer = SymbolicExpression.variable("w", 3) * .variable("h", hidden.real)
    return Lesson(
      name, title: title,
      idea: "What one neuron answers is what the next is asked.",
      steps: [
        .init(
          "Forward",
          .text("The input is 2. The first neuron has the weight 0.5, the second 3."),
          .formula(.init("h", hidden)), .formula(.init("ŷ", answer)),
          .printed([.init("answer", prints: "3", computed: answer.real)]))
      ])
  }
}
