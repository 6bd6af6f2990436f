import ArgumentParser
import Formatting
import Glassbox
import Lessons

/// `glassbox lesson`
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Lessons with numbers that are computed while you look; and a check of yours.",
    discussion: """
      glassbox lesson                    the lessons there are
      glassbox lesson one-neuron         a lesson; also by its number: glassbox lesson 1
      glassbox lesson 1 --answer 1=0.6   check an answer to its first question
      glassbox lesson --html lessons     all of them as pages; begin with lessons/index.html
      glassbox lesson check example.md   recompute a worked example; exit code 2 if it is wrong
      """,
    subcommands: [LessonShow.self, LessonList.self, LessonCheck.self],
    defaultSubcommand: LessonShow.self)
}

/// `glassbox lesson NAME`, and without a name the list or the whole book
struct LessonShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a lesson.",
    discussion: """
      glassbox lesson one-neuron
      glassbox lesson optimizers --html lesson.html
      glassbox lesson one-neuron --answer "1=2 * (0.5 * 3 + 0.1 - 1.5) * 3"
      """)

  @Argument(
    help: "The name or number of a lesson, as `glassbox lesson list` prints them.",
    completion: .list(LessonCatalog.lessons.map { $0.name }))
  var name: String?
  @Option(
    help: """
      Write the lesson to this file, as one page whose questions can be answered; without a name all lessons, into \
      this folder.
      """, completion: .file())
  var html: String?
  @Option(
    help: ArgumentHelp(
      """
      Check the answer to a question of the lesson, a number or a formula; again for more questions. \
      Exit code 2 if an answer is wrong.
      """, valueName: "question=answer"))
  var answer: [String] = []
  @Flag(help: "Replace existing files.")
  var force = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !answer.isEmpty, name == nil || html != nil {
      throw ValidationError(
        "--answer needs the name of a lesson, and no --html: write glassbox lesson 1 --answer 1=0.5"
      )
    }
  }

  func run() throws {
    guard let name else {
      if let html { return try writeBook(to: html) }
      return try LessonList.printList(output)
    }
    let lesson = try Failure.usage { try LessonCatalog.lesson(named: name) }
    if !answer.isEmpty { return try check(lesson) }
    if let html {
      try AtomicFile.refuseToOverwrite(html, force: force)
      try AtomicFile.write(Array(lesson.page.utf8), to: html)
      output.note("lesson written to \(html)")
    }
    if output.json {
      try printJSON(lesson)
    } else if html == nil {
      print(lesson.text, terminator: "")
      if !lesson.questions.isEmpty, !output.quiet {
        print("\nAnswer with: glassbox lesson \(lesson.name) --answer 1=…")
      }
    }
  }

  /// An answer with the question it belongs to.
  private struct Judged: Encodable {
    let question: Int
    let asked: String
    let answer: CheckedAnswer
  }

  private func check(_ lesson: Lesson) throws {
    let judged = try Failure.usage {
      try answer.map { text in
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = Int(parts[0]) else {
          throw Problem.data(
            "--answer", expected: "the number of a question, = and an answer", found: "'\(text)'",
            fix: "write --answer 1=0.5")
        }
        let answer = try lesson.check(parts[1], toQuestion: number)
        return Judged(question: number, asked: lesson.questions[number - 1].text, answer: answer)
      }
    }
    if output.json {
      try printJSON(["answers": judged])
    } else {
      for one in judged {
        let verdict = one.answer.isRight ? "right" : "wrong"
        wrapped("Question \(one.question): \(one.asked)", width: 80).forEach { print($0) }
        wrapped("\(one.answer.text): \(verdict). \(one.answer.remark)", width: 80, indent: 2)
          .forEach { print($0) }
      }
    }
    if judged.contains(where: { !$0.answer.isRight }) { throw ExitCode(2) }
  }

  private func writeBook(to folder: String) throws {
    let isShown = StandardError.isTerminal && !output.quiet
    let book = try LessonBook { number, count in
      if isShown { StandardError.replaceLine("lesson \(number) of \(count)") }
    }
    if isShown { StandardError.replaceLine("") }
    try RunFolder.create(folder)
    let paths = book.pages.map { "\(folder)/\($0.file)" }
    for path in paths { try AtomicFile.refuseToOverwrite(path, force: force) }
    for (page, path) in zip(book.pages, paths) {
      try AtomicFile.write(Array(page.html.utf8), to: path)
    }
    if output.json {
      try printJSON(["files": paths])
    } else {
      output.note("\(paths.count) pages written; begin with \(paths[0])")
    }
  }
}

/// `glassbox lesson list`
struct LessonList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The lessons there are.", discussion: "glassbox lesson list")

  @OptionGroup var output: OutputOptions

  private struct Facts: Encodable {
    let name: String
    let title: String
  }

  func run() throws { try Self.printList(output) }

  static func printList(_ output: OutputOptions) throws {
    let facts = LessonCatalog.lessons.map { Facts(name: $0.name, title: $0.title) }
    if output.json { return try printJSON(["lessons": facts]) }
    let width = facts.map(\.name.count).max() ?? 0
    var number = 0
    for chapter in LessonCatalog.chapters {
      print((number > 0 ? "\n" : "") + chapter.title)
      for lesson in chapter.lessons {
        number += 1
        print(
          "\(aligned("\(number)", to: 4, .right))  \(aligned(lesson.name, to: width))  \(lesson.title)"
        )
      }
    }
  }
}

/// `glassbox lesson check`
struct LessonCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Recompute every number that a worked example in Markdown claims.",
    discussion: """
      glassbox lesson check example.md
      glassbox lesson check example.md --json

      The notation is described in Docs/worked-examples.md.
      """)

  @Argument(
    help: "A Markdown file with blocks fenced as ```check, or - for standard input.",
    completion: .file())
  var file: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let path = file == "-" ? "/dev/stdin" : file
    let bytes = try AtomicFile.read(path, limit: WorkedExample.largest)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(
        .malformed, file, expected: "text in UTF-8", found: "bytes that are not",
        fix: "save the file as UTF-8")
    }
    let report = try WorkedExample(markdown: text, path: file).check()
    if output.json {
      try printJSON(report)
    } else {
      print(report.text(all: !output.quiet), terminator: "")
    }
    if !report.isRight { throw ExitCode(2) }
  }
}
