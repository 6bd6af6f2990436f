import Hummingbird
import Lessons
import Networks
import Serving

extension StudioState {
  var lessonRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/lessons", summary: "All lessons", content: json
      ) { _, _ in
        try Response(json: LessonEntry.all)
      },
      Route(
        method: .post, path: "/api/lessons/:id/page", summary: "Lends a lesson's page",
        content: json
      ) { request, context in
        let changes = try await read([NumberChange].self, from: request)
        let lesson = try LessonCatalog.lesson(named: Self.id(context)).changing(changes)
        return try Response(
          json: LentLesson(
            path: pages.lend(html: Array(lesson.page.utf8), script: Lesson.script),
            questions: lesson.questions.count))
      },
      Route(
        method: .post, path: "/api/lessons/:id/answer", summary: "Judges an answer", content: json
      ) { request, context in
        let answer = try await read(LessonAnswer.self, from: request)
        let lesson = try LessonCatalog.lesson(named: Self.id(context))
        return try Response(
          json: lesson.check(answer.answer, toQuestion: answer.question))
      },
    ]
  }
}

private struct LessonAnswer: Decodable {
  let question: Int
  let answer: String
}

private struct LentLesson: Encodable {
  let path: String
  let questions: Int
}

private struct LessonEntry: Encodable {
  let name, title, chapter: String

  static var all: [LessonEntry] {
    LessonCatalog.chapters.flatMap { chapter in
      chapter.lessons.map { LessonEntry(name: $0.name, title: $0.title, chapter: chapter.title) }
    }
  }
}
