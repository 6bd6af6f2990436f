import Engine
import Testing

@testable import Networks

/// Files as other programs write them, right and wrong.
@Suite struct SafeTensorsFormatTests {
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
      + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func read(_ header: String, data: Int = 0) throws -> SafeTensors {
    try SafeTensors(bytes: file(header, data: data), from: "test")
  }

  @Test func filesOfOthersLoad() throws {
    #expect(try read("{}").entries.isEmpty)
    #expect(try read("{} \n\t ").entries.isEmpty)
    let two = try read(
      """
      {"b":{"data_offsets":[4,8],"shape":[1],"dtype":"F32"},
       "__metadata__":{"format":"pt","note":"\\u00e9\\ud83c\\udf0d\\/"},
       "a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}
      """, data: 8)
    #expect(two.entries.map(\.name) == ["b", "a"])
    #expect(two["a"]?.elements == .uint8([0, 1, 2, 3]))
    #expect(two["b"]?.elements == .float32([Float(bitPattern: 0x0706_0504)]))
    #expect(two.format == "pt" && two.metadata == ["note": "é🌍/"])
  }

  private func tensor(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    "{\"a\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  @Test func wrongFilesAreRefused() {
    let first = "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}"
    let cases: [(String, Int)] = [
      ("", 0), ("[]", 0), (" {}", 0), ("{", 0), ("{}}", 0), ("{}x", 0), ("null", 0),
      ("{\"a\":1}", 0), ("{\"a\":{}}", 0), ("{,}", 0), ("{\(first),}", 2), ("{\"a\"}", 0),
      // Names twice, in every object, also when one is written with an escape.
      ("{\(first),\(first)}", 2), ("{\(first),\"\\u0061\":\(first.dropFirst(4))}", 2),
      ("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0),
      ("{\"__metadata__\":{},\"__metadata__\":{}}", 0),
      ("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0),
      ("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":1}}", 0),
      ("{\"__metadata__\":{\"k\":1}}", 0), ("{\"__metadata__\":\"k\"}", 0),
      // Types, shapes and numbers.
      (tensor("I16", "[1]", "[0,2]"), 2), (tensor("", "[1]", "[0,2]"), 2),
      (tensor("U8", "[-1]", "[0,0]"), 0), (tensor("U8", "[1.0]", "[0,1]"), 1),
      (tensor("U8", "[1e0]", "[0,1]"), 1), (tensor("U8", "[01]", "[0,1]"), 1),
      (tensor("U8", "[9223372036854775808]", "[0,0]"), 0),
      (tensor("U8", "[99999999999999999999]", "[0,0]"), 0),
      (tensor("U8", "[4294967296,4294967296]", "[0,0]"), 0),
      (tensor("U8", "[0,4294967296,4294967296]", "[0,0]"), 0),
      (tensor("F32", "[4611686018427387904]", "[0,0]"), 0),
      (tensor("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1), (tensor("U8", "[1", "[0,1]"), 1),
      // Offsets.
      (tensor("U8", "[2]", "[0,2]"), 1), (tensor("U8", "[2]", "[0,2]"), 3),
      (tensor("U8", "[2]", "[1,3]"), 3), (tensor("U8", "[2]", "[2,0]"), 2),
      (tensor("U8", "[2]", "[0,1]"), 1), (tensor("U8", "[2]", "[0]"), 2),
      (tensor("U8", "[2]", "[0,2,2]"), 2), (tensor("F32", "[1]", "[0,3]"), 3),
      (tensor("U8", "[0]", "[5,5]"), 0), (tensor("U8", "[0]", "[9223372036854775807,0]"), 0),
      ("{\(first),\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3),
      ("{\(first),\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]}}", 5),
      ("{\(first),\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2),
      // Text.
      ("{\"__metadata__\":{\"k\":\"\u{1}\"}}", 0), ("{\"__metadata__\":{\"k\":\"\\x\"}}", 0),
      ("{\"__metadata__\":{\"k\":\"\\ud800\"}}", 0), ("{\"__metadata__\":{\"k\":\"\\u12\"}}", 0),
      ("{\"__metadata__\":{\"k\":\"\\udc00\\ud800\"}}", 0), ("{\"k", 0), ("{\"k\\", 0),
    ]
    for (header, data) in cases {
      #expect(throws: Problem.self, "\(header)") { try read(header, data: data) }
    }
    var notText = file("{\"__metadata__\":{\"k\":\"x\"}}")
    notText[8 + 22] = 0xFF
    #expect(throws: Problem.self) { try SafeTensors(bytes: notText, from: "test") }
  }

  @Test func impossibleHeaderLengthsAreRefused() {
    for length in [UInt64(3), 1 << 24, 1 << 24 + 1, 1 << 40, 1 << 63, .max] {
      let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
      #expect(throws: Problem.self) { try SafeTensors(bytes: bytes, from: "test") }
    }
  }

  @Test func deepNestingIsRefusedAtOnce() {
    let deep = "{\"a\":" + String(repeating: "{\"a\":", count: 200_000)
    #expect(throws: Problem.self) { try read(deep) }
  }

  @Test func messagesTeach() throws {
    let problem = #expect(throws: Problem.self) {
      try read(tensor("I16", "[1]", "[0,2]"), data: 2)
    }
    #expect(
      problem?.description
        == "test, byte 22: expected tensor \"a\" of one of the types F32, F64, I64, U64, U8, F16, "
        + "BF16, found I16. Fix: convert the file to F32.")
    let newer = #expect(throws: Problem.self) {
      try read(
        "{\"__metadata__\":{\"format\":\"glassbox\",\"format_version\":\"2\","
          + "\"format_reader\":\"Glassbox 3.1\"}}")
    }
    #expect(newer?.kind == .malformed)
    #expect(
      newer?.description
        == "test: expected format version 1 (Glassbox 1.0), found 2. "
        + "Fix: read it with Glassbox 3.1 or newer.")
  }

  @Test func ourFilesNeedTheirHash() throws {
    let own = "\"format\":\"glassbox\",\"format_version\":\"1\""
    #expect(throws: Problem.self) { try read("{\"__metadata__\":{\(own)}}") }
    #expect(throws: Problem.self) { try read("{\"__metadata__\":{\"sha256\":\"00\"}}") }
    #expect(throws: Problem.self) { try read("{\"__metadata__\":{\"format\":\"glassbox\"}}") }
  }

  @Test func theWriterRefusesWhatTheReaderWould() throws {
    let one = SafeTensors.Entry("a", Tensor(1))
    var wrongCount = Tensor(1)
    wrongCount.values = []
    for file in [
      SafeTensors([one, one]), SafeTensors([.init("__metadata__", Tensor(1))]),
      SafeTensors([.init("a", wrongCount)]), SafeTensors(metadata: ["sha256": ""]),
      SafeTensors(metadata: ["format": "pt"]), SafeTensors(metadata: ["format_version": "1"]),
      SafeTensors(metadata: ["k": String(repeating: "x", count: 16 << 20)]),
      SafeTensors((0...100_000).map { .init("\($0)", shape: [0], .uint8([])) }),
    ] {
      let problem = #expect(throws: Problem.self) { try file.bytes() }
      #expect(problem?.kind == .cannotCreate)
    }
    let most = SafeTensors((0..<100_000).map { .init("\($0)", shape: [0], .uint8([])) })
    #expect(try SafeTensors(bytes: most.bytes(), from: "most").entries.count == 100_000)
  }
}
