import Hummingbird
import Lessons
import Networks
import Serving

extension StudioState {
  var lessonRoutes: [Route] {
    [
      Route(
        method: .get, path: "/api/lessons", summary: "All lessons",
        content: RouteContent(gives: "application/json")
      ) { _, _ in
        try Response(
          json: LessonCatalog.lessons.map { LessonEntry(name: $0.name, title: $0.title) })
      },
      Route(
        method: .post, path: "/api/lessons/:id/page", summary: "Lends a lesson's page",
        content: RouteContent(gives: "application/json")
      ) { _, context in
        let page = try LessonCatalog.lesson(named: Self.id(context)).page
        return try Response(
          json: Lent(
            path: pages.lend(
              .init(content: Array(page.utf8), type: "text/html; charset=utf-8"))))
      },
    ]
  }
}

private struct LessonEntry: Encodable {
  let name, title: String
}
