import Foundation
import FuzzedReaders
import TestSupport
import Testing

@testable import Serving

/// Damaged requests of every kind, the same ones for the same seed.
///
/// `GLASSBOX_REQUESTS=100000` sends more of them.
@Suite struct MutatedRequestTests {
  private static let count =
    ProcessInfo.processInfo.environment["GLASSBOX_REQUESTS"].flatMap { Int($0) } ?? 600

  /// The longest that an answer may take: a second, and more without optimisation on a busy machine.
  private static let patience = Duration.seconds(count > 1000 ? 1 : 10)

  private static func file(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: repositoryPath("Fuzzing/Seeds/\(path)"))))
  }

  private static func form(_ content: [UInt8], _ field: String) -> [UInt8] {
    Array("--b\r\nContent-Disposition: form-data; \(field)\r\n\r\n".utf8) + content
      + Array("\r\n--b--\r\n".utf8)
  }

  /// The path, the type and the body of good requests.
  private static func bodies() throws -> [(path: String, type: String, body: [UInt8])] {
    let json = "application/json"
    let form = "multipart/form-data; boundary=b"
    let texts = [
      (
        "/predict",
        #"{"instances":[{"hours":3,"sleep":7.5e0,"subject":"art"},[8.5,null,"n\u00e9w"]]}"#
      ),
      ("/predict", #"[[1,2,"maths"],[-0.5,1e3,""]]"#),
      ("/predict", #"{"hours":3,"sleep":7,"subject":"art"}"#),
      ("/explain?answer=yes", #"[3,7,"art"]"#),
      (
        "/feedback",
        #"[{"id":"01M8D5XSHJECRJA50RH3RP4W6S","instance":0,"label":"yes","source":"me"}]"#
      ),
    ]
    let files = [
      ("image/png", try file("png/grey.png")), ("image/png", try file("png/interlaced.png")),
      ("image/png", try file("png/palette-clear.png")), ("image/jpeg", try file("jpeg/grey.jpg")),
      ("image/jpeg", try file("jpeg/progressive.jpg")),
    ]
    return texts.map { ($0, json, Array($1.utf8)) } + files.map { ("/predict", $0, $1) }
      + files.prefix(2).map {
        ("/predict", form, Self.form($1, "name=\"image\"; filename=\"a.png\""))
      } + [("/predict", form, Self.form(Array("3".utf8), "name=\"hours\""))]
  }

  private static func request(_ path: String, _ type: String, _ body: [UInt8]) -> [UInt8] {
    let head =
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: \(type)\r\n"
      + "Content-Length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }

  private static let plain = [
    "GET /model HTTP/1.1\r\nHost: localhost:80\r\nAccept: */*\r\nConnection: close\r\n\r\n",
    "GET /monitor?since=7d&window=1d HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer abc\r\n\r\n",
    "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "5\r\n[3,7,\r\n6\r\n\"art\"]\r\n0\r\nTrailer: a\r\n\r\n",
  ]

  @Test(arguments: [1, 2])
  func damagedRequestsAreAnswered(_ seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let log = PredictionLogSettings(path: folder.path("log.sqlite"))
    let model = seed == 1 ? try RunningServer.table() : try RunningServer.images()
    let bodies = try Self.bodies()
    let whole =
      bodies.map { Self.request($0.path, $0.type, $0.body) } + Self.plain.map { Array($0.utf8) }
    try await RunningServer.with(ModelSlot(model)) {
      $0.log = log
    } _: { port in
      // What is damaged: a body whose length is right, or anything at all.
      var mutators = bodies.enumerated().map { Mutator([$1.body], seed: seed * 100 + UInt64($0)) }
      var ofAll = Mutator(whole, seed: seed)
      var resident = 0
      for number in 0..<Self.count {
        var bytes = ofAll.next()
        if number % 3 != 0 {
          let place = number % bodies.count
          var body = mutators[place].next()
          if number % 2 == 0, bodies[place].type == "image/png" {
            body = PNGChunks.withChecksums(body)
          }
          bytes = Self.request(bodies[place].path, bodies[place].type, body)
        }
        let start = ContinuousClock.now
        let answer = try await RawClient.send([bytes], ends: true, port: port)
        let duration = ContinuousClock.now - start
        let isRight = !answer.text.contains(/HTTP\/1\.[01] 5/) && duration < Self.patience

        #expect(
          isRight,
          "request \(number), \(duration): \(String(decoding: bytes.prefix(600), as: UTF8.self)) → \(answer.text.prefix(300))"
        )
        if number == Self.count / 10 { resident = try Self.resident() }
      }
      let growth = try Self.resident() - resident
      #expect(growth < 64 << 20, "memory grew by more than 64 MiB")
      #expect(try await RawClient.request("GET", "/healthz", port: port).status == 200)
    }
  }

  /// Bytes in memory, of the tests and the server together.
  private static func resident() throws -> Int {
    #if os(Linux)
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return Int(text.split(separator: " ")[1]).map { $0 * 4096 } ?? 0
    #else
      return 0
    #endif
  }
}
