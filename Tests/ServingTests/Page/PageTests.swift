import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite struct PageTests {
  private let row = #"{"hours":8,"sleep":7,"subject":"art"}"#

  private func text(_ file: PageFile) -> String { String(decoding: file.content, as: UTF8.self) }
  private func text(_ name: String) throws -> String {
    text(try #require(PageFile.server.first { $0.name == name }))
  }

  @Test func everyFileIsServed() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for file in PageFile.server {
        let answer = try await RawClient.request("GET", file.path, port: port)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == file.contentType)
        #expect(Array(answer.body) == file.content)
        #expect(answer.headers["content-security-policy"]?.contains("script-src 'self'") == true)
      }
    }
  }

  /// What the server's policy forbids would silently do nothing in a browser.
  @Test func nothingIsInlineOrFromElsewhere() throws {
    let html = try text("index.html")
    #expect(html.matches(of: /<script(?![^>]*src=)/).isEmpty)
    #expect(html.matches(of: /<style|style="|\son[a-z]+="/).isEmpty)
    for file in PageFile.server {
      #expect(text(file).matches(of: /https?:\/\//).isEmpty, "\(file.name)")
      #expect(file.name == "index.html" || html.contains("\"\(file.name)\""))
    }
  }

  @Test func theScriptKnowsTheElementsOfThePage() throws {
    let html = try text("index.html")
    let ids = Set(html.matches(of: /id="([^"]+)"/).map { String($0.1) })
    let asked = Set(try text("page.js").matches(of: /at\("([^"]+)"\)/).map { String($0.1) })
    #expect(asked.subtracting(ids).isEmpty)
    #expect(asked.count > 8)
    let labels = Set(html.matches(of: /for="([^"]+)"/).map { String($0.1) })
    #expect(labels.isSubset(of: ids))
  }

  @Test func aBrowserReachesThePageWithoutAToken() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.tokens = ["0123456789abcdef"]
    } _: { port in
      for file in PageFile.server {
        #expect(try await RawClient.request("GET", file.path, port: port).status == 200)
        let other = try await RawClient.request(
          "GET", file.path, ["Host": "evil.example"], port: port)
        #expect(other.status == 400)
      }
      for path in ["/model", "/index.html", "/page.js/x"] {
        #expect(try await RawClient.request("GET", path, port: port).status == 401, "\(path)")
      }
      let refused = try await RawClient.post("/explain", json: row, port: port)
      #expect(refused.status == 401)
    }
  }

  @Test func theFormIsMadeFromWhatTheModelSays() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await RawClient.request("GET", "/model", port: port)
      let description = try JSONDecoder().decode(ModelDescription.self, from: answer.body)
      let fields = description.input.fields
      #expect(fields.map(\.name) == ["hours", "sleep", "subject"])
      #expect(fields.map(\.kind) == [.number, .number, .category])
      #expect(fields[0].minimum == 0 && fields[0].maximum == 8)
      #expect(Set(fields[2].categories ?? []) == ["art", "maths"])
      // What the form offers is what a request may hold.
      let row = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.example ?? "") })
      let json = String(decoding: try JSONEncoder().encode(row), as: UTF8.self)
      let predicted = try await RawClient.post("/predict", json: json, port: port)
      #expect(predicted.status == 200, "\(predicted.text)")
      #expect(!predicted.text.contains("\"notes\""), "\(predicted.text)")
    }
    try await RunningServer.with(ModelSlot(try RunningServer.images())) { port in
      let answer = try await RawClient.request("GET", "/model", port: port)
      let description = try JSONDecoder().decode(ModelDescription.self, from: answer.body)
      #expect(description.input.fields.isEmpty)
      #expect(description.input.shape == [14, 14, 1])
      #expect(try #require(description.input.brightness) > 0.3)
    }
  }
}
