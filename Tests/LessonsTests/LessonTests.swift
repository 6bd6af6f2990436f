import Charts
import Engine
import Formatting
import Networks
import TestSupport
import Testing

@testable import Lessons

@Suite struct LessonTests {
  static let names = LessonCatalog.lessons.map { $0.name }

  /// What the documents print wrong, in the order of the catalog: the same places that the check
  /// of the documents finds.
  static let errors = ["0.2443", "0.31", "0.49", "0.36", "-0.438"]

  /// Each lesson is made once for all tests: some take seconds.
  private static let made = Dictionary(
    uniqueKeysWithValues: names.map { name in
      (name, Result { try LessonCatalog.lesson(named: name) })
    })

  private func lesson(_ name: String) throws -> Lesson { try #require(Self.made[name]).get() }

  private func printed(_ lesson: Lesson) -> [PrintedNumber] {
    lesson.steps.flatMap(\.parts).flatMap { part -> [PrintedNumber] in
      if case .printed(let numbers) = part { numbers } else { [] }
    }
  }

  @Test(arguments: names) func fitsTheTerminal(_ name: String) throws {
    let lesson = try lesson(name)
    #expect(lesson.name == name)
    for line in lesson.text.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
      #expect(line.last != " ")
    }
    #expect(!lesson.text.contains("nan") && !lesson.text.contains("inf"))
  }

  @Test(arguments: names) func isTheSameEveryTime(_ name: String) throws {
    #expect(try LessonCatalog.lesson(named: name) == lesson(name))
  }

  @Test(arguments: names) func pagesStandAlone(_ name: String) throws {
    let page = try lesson(name).page
    // One script, which the page's policy names.
    #expect(page.matches(of: /<script/).count == 1 && page.contains(Lesson.script.policy))
    for foreign in ["http:", "https:", "src=", "url(", "@import"] {
      #expect(!page.contains(foreign))
    }
    _ = try StrictXML(page: page)
  }

  /// No sign of a keyboard stands where mathematics has one of its own.
  @Test(arguments: names) func pagesAreTypeset(_ name: String) throws {
    // Descriptions of drawings are read aloud.
    let visible = try lesson(name).page
      .replacing(/<(style|head|title|desc|script)\b.*?<\/\1>/.dotMatchesNewlines(), with: "")
    let words = visible.replacing(/<[^>]*>/, with: " ")
    #expect(words.withMinusSigns == words)
    // Axes count in powers of ten as programs do.
    let text = visible.replacing(/<svg.*?<\/svg>/.dotMatchesNewlines(), with: "")
      .replacing(/<[^>]*>/, with: " ")
    for raw in [/\^/, /\[\d+,\d+\]/, /`/, /<-/, /&lt;-/, /\de-?\d/] {
      #expect(text.firstMatch(of: raw).map { text[$0.range] } == nil)
    }
  }

  private func figures(_ lesson: Lesson) -> [Figure] {
    lesson.steps.flatMap(\.parts).compactMap { part in
      switch part {
      case .figure(let figure): figure
      case .chart(let chart): chart.figure
      default: nil
      }
    }
  }

  /// Whatever computes a network by hand draws it, with the numbers that the lesson computes.
  @Test(arguments: [
    ("one-neuron", "1.1"), ("learning-cycle", "0.6201"), ("hidden-layer", "0.5566"),
    ("digit", "0.6742"), ("dog-or-cat", "0.5619"),
  ])
  func networksAreDrawnWithTheirNumbers(_ name: String, _ output: String) throws {
    let drawings = figures(try lesson(name)).filter { $0.title.hasPrefix("The network: ") }
    #expect(drawings[0].description.contains("weights on the connections"))
    #expect(drawings[0].description.contains(output), "\(drawings[0].description)")
  }

  /// A title that is cut, or none at all.
  @Test(arguments: names) func everyLessonHasAPictureWithATitleThatFits(_ name: String) throws {
    let figures = figures(try lesson(name))
    #expect(!figures.isEmpty)
    for figure in figures { #expect(figure.title.count <= 44, "\(figure.title)") }
  }

  /// Right numbers of a worked example are not shown where they stand, so no sentence may lead to them.
  @Test(arguments: names) func noSentenceLeadsIntoNothing(_ name: String) throws {
    for step in try lesson(name).steps {
      for (place, part) in step.parts.enumerated() {
        guard case .text(let text) = part, text.hasSuffix(":") else { continue }
        switch place + 1 < step.parts.count ? step.parts[place + 1] : nil {
        case nil, .text, .question: Issue.record("\(step.title): \(text)")
        case .printed(let numbers): #expect(!numbers.faulty.isEmpty, "\(text)")
        default: break
        }
      }
    }
  }

  @Test func pagesAreNumberedAndTheListOfContentsHasAll() throws {
    #expect(LessonCatalog.number(of: "one-neuron") == 1)
    #expect(try lesson("learning-cycle").page.contains("<span class=\"soft\">2</span>"))
    let contents = try LessonBook().pages[0].html
    for lesson in LessonCatalog.lessons { #expect(contents.contains("\(lesson.name).html")) }
    _ = try StrictXML(page: contents)
  }

  @Test func whatAWorkedExamplePrintsIsOneSentence() throws {
    #expect(
      try lesson("digit").printedSummary
        == "The worked example behind this lesson prints 13 numbers; 3 of them are wrong, 2 of them "
        + "are off because of an earlier slip.")
    #expect(try lesson("study-hours").printedSummary!.hasSuffix("prints one number; it is right."))
    #expect(try lesson("optimizers").printedSummary == nil)
    #expect(try lesson("digit").text.contains("WRONG"))
    #expect(try !lesson("one-neuron").text.contains("right, rounded"))
  }

  @Test func everyOptimizerIsDrawn() throws {
    let lesson = try lesson("optimizers")
    let drawn = lesson.steps.flatMap(\.parts).flatMap { part -> [String] in
      if case .chart(let chart) = part { chart.series.map(\.name) } else { [] }
    }
    #expect(Set(drawn) == Set(Optimizer.all.map(\.name)))
  }

  /// A line that is covered by one drawn later is not seen.
  @Test(arguments: names) func noLineLiesUnderALongerOne(_ name: String) throws {
    for part in try lesson(name).steps.flatMap(\.parts) {
      guard case .chart(let chart) = part else { continue }
      #expect(chart.series.count <= 6, "\(chart.title)")
      for (index, series) in chart.series.enumerated() {
        for above in chart.series.prefix(index) {
          #expect(
            !series.points.allSatisfy(Set(above.points).contains),
            "\(series.name) in \(chart.title)")
        }
      }
    }
  }

  @Test func logarithmicAxesAreCalledSo() throws {
    let page = try lesson("optimizers").page
    #expect(page.contains("mean squared error, logarithmic"))
  }

  @Test func exactlyTheKnownErrorsAreShownAsWrong() throws {
    let numbers = try Self.names.flatMap { printed(try lesson($0)) }
    #expect(numbers.filter { $0.verdict == .wrong }.map(\.text) == Self.errors)
    let inherited = numbers.filter { $0.verdict == .inherited }.map(\.text)
    #expect(inherited == ["65.7%", "34.3%", "-0.311", "0.80311"])
    #expect(numbers.count { $0.verdict == .right || $0.verdict == .rounded } > 70)
  }

  @Test func everyFileOfTheFolderIsInTheCatalog() throws {
    let files = try repositoryFiles(in: "Sources/Lessons/Catalog")
    let lessons = files.filter { $0.hasSuffix("Lesson.swift") }.map { String($0.dropLast(6)) }
    #expect(Set(lessons) == Set(LessonCatalog.lessons.map { "\($0)" }))
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test func unknownNamesAreToldTheKnownOnes() {
    let problem = #expect(throws: Problem.self) { try LessonCatalog.lesson(named: "x") }
    #expect(problem!.expected.contains("one-neuron"))
  }

  @Test func curesDoWhatTheLessonSays() throws {
    func share(_ network: DeepNetwork) throws -> Double {
      let norms = try network.gradientNorms()
      return norms[0] / norms[norms.count - 1]
    }
    #expect(try share(DeepNetwork(activation: .sigmoid, initializer: .glorotUniform)) < 1e-5)
    #expect(try share(DeepNetwork(activation: .relu, initializer: .heNormal)) > 0.05)
    let normalized = DeepNetwork(
      activation: .sigmoid, initializer: .glorotUniform, isNormalized: true)
    #expect(try share(normalized) > 0.1)
    func memory(forgetBias: Double?) throws -> Double {
      let slopes = try ThroughTime(forgetBias: forgetBias).slopes()
      return slopes[0] / slopes[slopes.count - 1]
    }
    #expect(try memory(forgetBias: nil) < 1e-4)
    #expect(try memory(forgetBias: 3) > 0.05)
    let wild = DeepNetwork(activation: .relu, initializer: .normal(deviation: 1))
    #expect(try wild.stepLength(clipping: nil) > 1e6)
    #expect(try (wild.stepLength(clipping: .globalNorm(1)) - 1).magnitude < 1e-3)
  }

  @Test(arguments: [
    (0.0, "0"), (0.15999999999999992, "0.16"), (53_844_999_999.99999, "5.3845e10"),
    (4.930380000000001e-32, "4.93038e-32"), (0.00123456789, "0.00123457"), (-0.5, "-0.5"),
    (999_999.96, "1000000"), (350_000, "350000"), (-12.3456789, "-12.3457"), (.infinity, "inf"),
    (0.9999999, "1"), (0x1p-1074, "4.94066e-324"), (1.7976931348623157e308, "1.79769e308"),
  ]) func numbersAreShort(_ value: Double, _ text: String) {
    #expect(numberText(value) == text)
  }

  @Test func computedNumbersShowAsManyDigitsAsArePrinted() {
    let number = PrintedNumber("x", prints: "0.14608123", computed: 0.14608122858422903)
    #expect(number.computedText == "0.14608123" && number.verdict == .rounded)
    #expect(PrintedNumber("p", prints: "65.9%", computed: 0.6590011).computedText == "65.9001%")
    #expect(PrintedNumber("p", prints: "0.66", computed: 0.659).verdict == .rounded)
    #expect(PrintedNumber("p", prints: "0.65", computed: 0.659).verdict == .wrong)
  }
}
