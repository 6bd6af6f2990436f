import Formatting
import Testing

@testable import Training

/// Names that hold the signs of a list.
@Suite struct ListTextTests {
  @Test(arguments: [
    ("a, b ,c", ["a", "b", "c"]), ("\"a,b\",c", ["a,b", "c"]), ("a\\,b,c", ["a,b", "c"]),
    ("\"a \"\"b\"\", c\"", ["a \"b\", c"]), ("5\",6\"", ["5\"", "6\""]),
    ("\"open,b", ["\"open", "b"]),
    ("C:\\x,b", ["C:\\x", "b"]), ("\" a \",b", [" a ", "b"]), ("", [""]), ("a,,b", ["a", "", "b"]),
  ])
  func partsAreTakenApart(_ text: String, _ parts: [String]) {
    #expect(ListText.parts(of: text) == parts)
  }

  @Test func membersAreTakenApart() {
    func members(_ text: String) -> [String] {
      ListText.members(of: text).map { "\($0.name)|\($0.value ?? "-")" }
    }
    #expect(members("a=1,b") == ["a|1", "b|-"])
    #expect(members("\"size, cm\"=3,name=\"Doe, Jane\"") == ["size, cm|3", "name|Doe, Jane"])
    #expect(members("\"a=b\"=c=d") == ["a=b|c=d"])
    #expect(ListText.hasMembers("x,a=1") && !ListText.hasMembers("\"a=1\",b"))
  }

  /// Whatever the names are, written as a list they are the same when read.
  @Test func namesReadBack() {
    let pieces = ["a", ",", "=", "\"", "\\", " ", "ü"]
    var names: [String] = []
    for one in pieces {
      for two in pieces { for three in pieces { names.append(one + two + three) } }
    }
    #expect(ListText.parts(of: ListText.text(names)) == names)
    for name in names { #expect(ListText.parts(of: ListText.text([name])) == [name]) }
  }

  /// Every setting that holds several texts takes a name with a comma.
  @Test func everyListOfNamesTakesThem() {
    for setting in RunConfiguration.settings {
      if case .names = setting.form {
        let value = setting.value("\"a,b\",c", origin: setting.name)
        #expect("\(value)".contains("a,b"), "\(setting.name)")
      }
    }
    #expect(
      "\(RunConfiguration.settings.first { $0.name == "kinds" }!.value("\"a,b\"=date", origin: ""))"
        .contains("a,b"))
  }
}
