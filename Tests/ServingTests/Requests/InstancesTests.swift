import Datasets
import Engine
import Testing

@testable import Serving

@Suite struct InstancesTests {
  private static func rows(_ json: String, limit: Int = 1024) throws -> [Instances.Row] {
    var limits = ServingLimits()
    limits.instances = limit
    guard case .rows(let rows) = try Instances(json: Array(json.utf8), limits: limits) else {
      return []
    }
    return rows
  }

  @Test func everyFormOfOneRowIsTheSame() throws {
    for json in [
      #"{"a":1,"b":"x"}"#, #"[{"a":1,"b":"x"}]"#, #"{"instances":[{"a":1,"b":"x"}]}"#,
    ] {
      let rows = try Self.rows(json)
      #expect(rows.count == 1, "\(json)")
      guard case .named(let cells) = rows[0] else { Issue.record("\(json)"); continue }
      #expect(cells == ["a": .number(1), "b": .text("x")])
    }
    for json in [
      #"[1,"x",null,true]"#, #"[[1,"x",null,true]]"#, #"{"instances":[[1,"x",null,true]]}"#,
    ] {
      let rows = try Self.rows(json)
      #expect(rows.count == 1, "\(json)")
      guard case .list(let cells) = rows[0] else { Issue.record("\(json)"); continue }
      #expect(cells == [.number(1), .text("x"), .missing, .text("true")])
    }
  }

  @Test func severalRowsKeepTheirOrder() throws {
    let rows = try Self.rows(#"{"instances":[[1],{"a":2},"three",4]}"#)
    #expect(rows.count == 4)
    guard case .list(let third) = rows[2] else { Issue.record(); return }
    #expect(third == [.text("three")])
  }

  /// A column may be called as the field is, where its cell is no array.
  @Test func aColumnMayBeCalledInstances() throws {
    guard case .named(let cells) = try Self.rows(#"{"instances":3}"#)[0] else {
      Issue.record(); return
    }
    #expect(cells == ["instances": .number(3)])
  }

  @Test(arguments: [
    "1", "\"a\"", "null", "[]", "{}", #"{"instances":[]}"#, "[1,[2]]", "[[1],2]", #"{"a":1,"a":2}"#,
    #"{"a":{"b":1}}"#, #"{"a":[1]}"#, #"{"instances":[[1]],"other":1}"#,
    #"{"a":1,"instances":[[1]]}"#,
    #"{"instances":[[1]],"instances":[[2]]}"#, #"[[[1]]]"#,
  ])
  func whatIsNoRowsIsRefused(_ json: String) {
    #expect { try Self.rows(json) } throws: { ($0 as? Problem)?.kind == .data }
  }

  @Test func rowsAreLimited() throws {
    for limit in [1, 3] {
      let json = { (count: Int) in "[" + (0..<count).map { "[\($0)]" }.joined(separator: ",") + "]"
      }
      #expect(try Self.rows(json(limit), limit: limit).count == limit)
      #expect(throws: ServingProblem.tooManyInstances(limit)) {
        try Self.rows(json(limit + 1), limit: limit)
      }
    }
  }

  // MARK: Forms

  private static func form(_ body: String, boundary: String = "xyz") throws -> Instances {
    try Instances(
      form: Array(body.replacing("\n", with: "\r\n").utf8),
      contentType: "multipart/form-data; boundary=\(boundary)", limits: ServingLimits())
  }

  @Test func filesAreImagesAndFieldsARow() throws {
    let files = try Self.form(
      """
      --xyz
      Content-Disposition: form-data; name="image"; filename="a;b.png"
      Content-Type: image/png

      one
      --xyz
      content-disposition: form-data; filename=b.jpg; name=image

      t--xy
      o
      --xyz--

      """)
    guard case .images(let images) = files else { Issue.record(); return }
    #expect(images.map(\.name) == ["a;b.png", "b.jpg"])
    #expect(images.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one", "t--xy\r\no"])

    let fields = try Self.form(
      "--xyz\nContent-Disposition: form-data; name=\"a\"\n\n1\n--xyz\nContent-Disposition: form-data; name=\"b\"\n\nx\n--xyz--"
    )
    guard case .rows(let rows) = fields, case .named(let cells) = rows[0] else {
      Issue.record(); return
    }
    #expect(cells == ["a": .text("1"), "b": .text("x")])
  }

  @Test(arguments: [
    "", "--xyz", "--xyz--", "--xyz\n", "--xyz\nA: b\n\nc", "--xyz\nA: b\n\nc\n--xyz--",
    "--xyz\nContent-Disposition: form-data; name=\"a\"\n\nc", "--other\n\n--other--",
    "--xyzContent-Disposition: form-data; name=a\n\nc\n--xyz--",
  ])
  func whatIsNoFormIsRefused(_ body: String) {
    #expect(throws: Problem.self) { try Self.form(body) }
  }

  @Test func aBoundaryIsNeeded() {
    for type in [
      "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
    ] {
      #expect(throws: Problem.self) {
        try Instances(form: Array("--xyz--".utf8), contentType: type, limits: ServingLimits())
      }
    }
  }

  @Test func everyDamageOfAFormIsSurvived() {
    let body = Array(
      "--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\nc\r\n--xyz--".utf8
    )
    for place in body.indices {
      _ = try? Instances(
        form: Array(body[..<place]), contentType: "multipart/form-data; boundary=xyz",
        limits: ServingLimits())
      for byte: UInt8 in [0, 10, 13, 34, 45, 59, 61, 128, 255] {
        var damaged = body
        damaged[place] = byte
        _ = try? Instances(
          form: damaged, contentType: "multipart/form-data; boundary=xyz", limits: ServingLimits())
      }
    }
  }
}
