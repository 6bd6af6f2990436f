import Foundation
import Serving
import TestSupport
import Testing

@testable import Studio

@Suite struct StudioServerTests {
  private static let settings =
    #"{"data":{"plane":"spirals","noise":0.1,"count":60},"run":{"hidden":[4],"batch":10,"optimizer":"adam","seed":3}}"#

  @Test func everyFileIsServedToThoseWhoKnowTheHost() async throws {
    try await RunningStudio.with { studio in
      #expect(StudioPages.files.count > 10)
      for file in StudioPages.files {
        let answer = try await RawClient.request("GET", file.path, port: studio.port)
        #expect(answer.status == 200, "\(file.path)")
        #expect(answer.headers["content-type"] == file.contentType)
        #expect(Array(answer.body) == file.content)
        let policy = try #require(answer.headers["content-security-policy"])
        #expect(policy.contains("script-src 'self'") && !policy.contains("unsafe"))
        let other = try await RawClient.request(
          "GET", file.path, ["Host": "evil.example"], port: studio.port)
        #expect(other.status == 400)
      }
    }
  }

  /// What the policy forbids would silently do nothing, and what is not in the list is not there.
  @Test func nothingIsInlineOrFromElsewhere() throws {
    let files = Dictionary(
      uniqueKeysWithValues: StudioPages.files.map {
        ($0.name, String(decoding: $0.content, as: UTF8.self))
      })
    let html = try #require(files["index.html"])
    #expect(html.matches(of: /<script(?![^>]*src=)/).isEmpty)
    #expect(html.matches(of: /<style|style="|\son[a-z]+="/).isEmpty)
    for (name, text) in files {
      let addresses = text.matches(of: /https?:\/\/[^"' ]+/).map { String($0.0) }
      #expect(addresses.filter { $0 != "http://www.w3.org/2000/svg" }.isEmpty, "\(name)")
      for found in text.matches(of: /from "\.\/([a-z-]+\.js)"/) {
        #expect(files[String(found.1)] != nil, "\(name) imports \(found.1)")
      }
    }
    for found in html.matches(of: /(?:href|src)="([a-z-]+\.(?:css|js))"/) {
      #expect(files[String(found.1)] != nil, "\(found.1)")
    }
    let ids = Set(html.matches(of: /id="([^"]+)"/).map { String($0.1) })
    let made: Set = ["proof", "of-row"]
    for (name, text) in files where name.hasSuffix(".js") {
      for found in text.matches(of: /at\("([^"]+)"\)/) {
        #expect(ids.union(made).contains(String(found.1)), "\(name): \(found.1)")
      }
    }
  }

  @Test func nothingIsToldWithoutTheToken() async throws {
    try await RunningStudio.with { studio in
      for path in ["/api/runs", "/api/lessons", "/api/settings", "/api/start"] {
        #expect(try await RawClient.request("GET", path, port: studio.port).status == 401)
        let wrong = try await studio.ask("GET", path, token: String(repeating: "0", count: 32))
        #expect(wrong.status == 401, "\(path)")
      }
      #expect(try await studio.ask("GET", "/api/settings").status == 200)
      #expect(studio.token.count == 32)
    }
  }

  @Test func aPlaygroundDoesWhatItIsAsked() async throws {
    try await RunningStudio.with { studio in
      let id = try await studio.open(Self.settings)
      let path = "/api/playgrounds/\(id)"
      func act(_ action: String) async throws -> [String: Any] {
        let answer = try await studio.ask("POST", path, action)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["main"] as? [String: Any])
      }
      let first = try await act(#"{"do":"step","count":40}"#)
      #expect(first["step"] as? Int == 40)
      let back = try await act(#"{"do":"go","step":3}"#)
      #expect(back["step"] as? Int == 3 && back["furthest"] as? Int == 40)
      #expect(try await act(#"{"do":"step","count":-2}"#)["step"] as? Int == 1)
      let again = try await act(#"{"do":"go","step":40}"#)
      let (one, two) = (first["parameters"] as? NSDictionary, again["parameters"] as? NSDictionary)
      #expect(one != nil && one == two)
      _ = try await act(
        #"{"do":"edit","edit":{"weight":"dense/kernel","place":[0,1],"value":0.25}}"#)
      let edited = try await act(#"{"do":"look","wishes":{"gradients":true}}"#)
      let kernel = (edited["parameters"] as? [String: [Double]])?["dense/kernel"]
      #expect(kernel?[1] == 0.25)
      #expect(edited["gradients"] is [String: Any])
      // What goes on is told line by line, the present state first.
      let refused = try await studio.ask("POST", path, #"{"do":"go","step":-1}"#)
      #expect(refused.status == 422, "\(refused.text)")
      let unknown = try await studio.ask("POST", path, #"{"do":"jump"}"#)
      #expect((400..<500).contains(unknown.status), "\(unknown.text)")
      #expect(try await studio.ask("DELETE", path).status == 200)
      #expect(try await studio.ask("POST", path, #"{"do":"step"}"#).status == 422)
    }
  }

  @Test func statesAreStreamedWhileItPlays() async throws {
    try await RunningStudio.with { studio in
      let id = try await studio.open(Self.settings)
      _ = try await studio.ask("POST", "/api/playgrounds/\(id)", #"{"do":"play"}"#)
      let head =
        "GET /api/playgrounds/\(id)/states HTTP/1.1\r\nHost: 127.0.0.1:\(studio.port)\r\n"
        + "Authorization: Bearer \(studio.token)\r\n\r\n"
      let answer = try await RawClient.send(
        [Array(head.utf8)], port: studio.port
      ) { $0.text.components(separatedBy: #""step":"#).count > 5 }
      #expect(answer.headers["content-type"] == LineStream.contentType)
      let steps = answer.text.matches(of: /"step":(\d+)/).compactMap { Int($0.1) }
      #expect(steps.count > 4 && steps == steps.sorted() && steps.last! > steps[0])
    }
  }

  @Test func aNumberIsTracedAndProved() async throws {
    try await RunningStudio.with { studio in
      let id = try await studio.open(Self.settings)
      let path = "/api/playgrounds/\(id)"
      let traced = try await studio.ask(
        "POST", path + "/trace",
        #"{"input":{"row":1},"selection":{"layer":"dense","weight":[1,2]}}"#)
      #expect(traced.status == 200, "\(traced.text)")
      let sections = try #require(traced.json["sections"] as? [[String: Any]])
      let page = sections.compactMap { $0["html"] as? String }.joined()
      #expect(page.contains("<math") && !page.contains("<script"))
      let proved = try await studio.ask(
        "POST", path + "/proof",
        #"{"input":{"row":1},"weight":"dense/kernel","place":[0,1]}"#)
      #expect((proved.json["text"] as? String)?.contains("1 of 1 gradients agree") == true)
    }
  }

  @Test func whatIsLentIsLentOnce() async throws {
    try await RunningStudio.with { studio in
      let id = try await studio.open(Self.settings)
      for form in ExportForm.allCases {
        let lent = try await studio.ask(
          "POST", "/api/playgrounds/\(id)/export?form=\(form.rawValue)")
        let path = try #require(lent.json["path"] as? String, "\(lent.text)")
        let file = try await RawClient.request("GET", path, port: studio.port)
        #expect(file.status == 200 && !file.body.isEmpty)
        #expect(file.headers["content-disposition"]?.contains("spirals.") == true)
        #expect(try await RawClient.request("GET", path, port: studio.port).status == 404)
      }
      let lesson = try await studio.ask("POST", "/api/lessons/one-neuron/page", "[]")
      let path = try #require(lesson.json["path"] as? String)
      let page = try await RawClient.request("GET", path, port: studio.port)
      #expect(page.text.contains("<h1>"))
      let policy = try #require(page.headers["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-"))
    }
  }

  @Test func whoOpensMoreThanFitClosesTheOldest() async throws {
    try await RunningStudio.with { studio in
      let first = try await studio.open(Self.settings)
      for _ in 0..<16 { _ = try await studio.open(Self.settings) }
      let answer = try await studio.ask("POST", "/api/playgrounds/\(first)", #"{"do":"step"}"#)
      #expect(answer.status == 422 && answer.text.contains("load the page again"))
    }
  }

  @Test func faultsOfTheSettingsAreToldInTheirWords() async throws {
    try await RunningStudio.with { studio in
      for (settings, word) in [
        ("{}", "data"), (#"{"data":{"plane":"spiral"}}"#, "spirals"),
        (#"{"data":{"plane":"spirals"},"run":{"hiden":[3]}}"#, "hidden"),
        (#"{"data":{"plane":"spirals"},"run":{"hidden":[0]}}"#, "units"),
        (#"{"data":{"plane":"spirals","count":900000}}"#, "5000"), ("nothing", "body"),
      ] {
        let answer = try await studio.ask("POST", "/api/playgrounds", settings)
        #expect((400..<500).contains(answer.status), "\(settings)")
        #expect((answer.json["detail"] as? String)?.contains(word) == true, "\(answer.text)")
      }
    }
  }
}
