import Formatting

/// All lessons as pages that lead from one to the next.
public struct LessonBook: Sendable {
  /// One file of the book.
  public struct Page: Sendable, Hashable {
    /// Its name within the folder of the book: `one-neuron.html`.
    public var file: String
    public var html: String
  }

  /// The list of contents, then the lessons in their order.
  public let pages: [Page]

  /// Makes every lesson, which takes some seconds.
  ///
  /// - Parameter progress: called before each lesson with its number, counted from 1, and how many
  ///   there are.
  public init(progress: (_ number: Int, _ count: Int) -> Void = { _, _ in }) throws {
    let catalog = LessonCatalog.lessons
    let lessons = try catalog.indices.map { index in
      progress(index + 1, catalog.count)
      return try catalog[index].make()
    }
    pages =
      [Self.contents(lessons)]
      + lessons.indices.map { index in
        let navigation = Self.navigation(
          previous: index > 0 ? lessons[index - 1] : nil,
          next: index + 1 < lessons.count ? lessons[index + 1] : nil)
        return Page(
          file: Self.file(lessons[index]), html: lessons[index].page(navigation: navigation))
      }
  }

  private static let contentsFile = "index.html"

  private static func file(_ lesson: Lesson) -> String { "\(lesson.name).html" }

  private static func contents(_ lessons: [Lesson]) -> Page {
    var content = """
      <h1>Lessons</h1>
      <p class="lead">Every number in them is computed. Each builds on those before it. Some follow a worked
      example and recompute its numbers; where it slips, they say so.</p>

      """
    var number = 0
    for chapter in LessonCatalog.chapters {
      content += "<h2>\(chapter.title.escaped)</h2>\n<ul class=\"lessons\">\n"
      for lesson in lessons[number..<number + chapter.lessons.count] {
        number += 1
        content += "<li><span class=\"soft\">\(number)</span>"
        content += "<div><a href=\"\(file(lesson))\">\(lesson.title.escaped)</a>"
        content += "<p class=\"soft\">\(lesson.idea.typeset)</p></div></li>\n"
      }
      content += "</ul>\n"
    }
    return Page(
      file: contentsFile,
      html: PageShell(title: "Lessons", content: content, style: LessonPage.style).html)
  }

  private static func navigation(previous: Lesson?, next: Lesson?) -> String {
    var links = ["<a href=\"\(contentsFile)\">All lessons</a>"]
    if let previous {
      links.insert(
        "<a href=\"\(file(previous))\" rel=\"prev\">← \(previous.title.escaped)</a>", at: 0)
    }
    if let next {
      links.append("<a href=\"\(file(next))\" rel=\"next\">\(next.title.escaped) →</a>")
    }
    return "<nav>\(links.joined())</nav>\n"
  }
}
