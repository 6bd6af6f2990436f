import Engine
import Testing

@testable import Datasets

/// Columns as people write them are read as if programs had written them.
@Suite struct WrittenFormsTests {
  private static let formats: [NumberFormat] = [
    DecimalSign.point, .comma,
  ].flatMap { sign in
    NumberFormat.Grouping.allCases.filter { $0.byte != sign.byte }.flatMap { grouping in
      ["", "$", "€", "%", "kg"].map {
        NumberFormat(decimalSign: sign, grouping: grouping, unit: $0)
      }
    }
  }

  /// Numbers with two decimals, written in every format, with every form of the minus.
  @Test(arguments: formats) func everyFormatReadsBack(format: NumberFormat) throws {
    var random = RandomGenerator(seed: 7)
    for minus in ["-", "\u{2212}", "()", "behind"] {
      let numbers = (0..<60).map { place in
        let magnitude = [1, 100, 10_000, 10_000_000][place % 4]
        return Double(Int.random(in: -100 * magnitude...100 * magnitude, using: &random)) / 100
      }
      let lines = numbers.map { "\"\(Self.written($0, format, minus))\",x" }
      let table = try DataTable(reading: source("n,c\n" + lines.joined(separator: "\n")))
      let column = try table.column("n")
      #expect(column.kind == .numeric, "\(format), \(minus)")
      #expect((0..<60).map { column.text($0) } == numbers.map(Column.label), "\(format), \(minus)")
    }
  }

  private static func written(_ number: Double, _ format: NumberFormat, _ minus: String) -> String {
    let cents = Int((number.magnitude * 100).rounded())
    var whole = Array("\(cents / 100)")
    if let sign = format.grouping.byte {
      var place = whole.count - 3
      while place > 0 {
        whole.insert(Character(UnicodeScalar(sign)), at: place)
        place -= 3
      }
    }
    let decimals = "\(cents % 100 / 10)\(cents % 10)"
    var text = String(whole) + String(UnicodeScalar(format.decimalSign.byte)) + decimals
    if !format.unit.isEmpty {
      text = ["$", "€"].contains(format.unit) ? format.unit + text : "\(text) \(format.unit)"
    }
    guard number < 0 else { return text }
    return switch minus {
    case "()": "(\(text))"
    case "behind": format.unit.isEmpty ? text + "-" : "-" + text
    default: minus + text
    }
  }

  @Test(
    arguments: [
      // A text that says that there is no value, as often as it likes.
      ("t\n" + String(repeating: "1.5\n-\n", count: 8), "t: numeric, 1.5…1.5, 8 missing"),
      ("t\n1\n2\nn.a.\n#DIV/0!\n3", "t: numeric, 1…3, 2 missing"),
      // Codes are no numbers.
      ("code\n01\n1\n10\nA7\nB2", "code: 5 categories (01, 1, 10, A7, B2)"),
      ("zip\n01010\n02134\n90210", "zip: 3 categories (01010, 02134, 90210)"),
      (
        "id\n1152921504606846977\n1152921504606846978",
        "id: 2 categories (1152921504606846977, 1152921504606846978)"
      ),
      // Zeros before decimals are none.
      ("x\n0.5\n00.25\n1", "x: numeric, 0.25…1"),
      ("b\ntrue\nTRUE\nFalse\nfalse", "b: 2 categories (true, false)"),
      ("c\nYes\nyes\nno", "c: 3 categories (Yes, yes, no)"),
      // Fewer numbers than texts.
      ("c\n12\nA3\nB7\nred", "c: 4 categories (12, A3, B7, red)"),
      // The comma is one thing in a column.
      ("p\n\"1,234\"\n\"12,345\"\n\"980.5\"", "p: numeric, 980.5…12345"),
      ("p\n\"1.234,5\"\n1.234", "p: numeric, 1234…1234.5"),
      // Units differ: no numbers of one kind.
      ("w\n5 kg\n300 g\n2 kg", nil),
      // Nor are numbers in two units, or a slip among them.
      ("w\n5 kg\n9 kg\n12 kg\n500 g\n700 g", nil),
      ("w\n5 kg\n9 kg\n12 kg\n5OO kg", nil),
      // What stands behind a number differs with it: names.
      (
        "job\n1. Industrial\n1. Industrial\n2. Information\n1. Industrial",
        "job: 2 categories (1. Industrial, 2. Information)"
      ),
      (
        "age\n12years\n12years\n13-15years\n16-18years\n12years",
        "age: 3 categories (12years, 13-15years, 16-18years)"
      ),
      (
        "price\n$0\n$0\n$1-$500\n$501-$1000\n$0\n$0",
        "price: 3 categories ($0, $1-$500, $501-$1000)"
      ),
      ("file\n0.webp\n1.webp\n2.webp", "file: 3 categories (0.webp, 1.webp, 2.webp)"),
      ("paid\n5 Fr.\n7 Fr.\n12 Fr.", "paid: numeric, 5…12"),
      ("w\n12 kg\n9 kg\nheavy\n7 kg", nil),
      ("w\n12 kg\n9 kg\n-\n12 kg", "w: numeric, 9…12, 1 missing"),
      ("d\n2021-02-28\n2020-02-29", "d: dates, 2020-02-29…2021-02-28"),
      ("d\n2021-02-28\n2021-02-28\n2020-02-29\n2021-02-29", nil),
      ("d\n28/02/2021\n01/03/2021", "d: dates, 2021-02-28…2021-03-01"),
      ("d\n02/28/2021\n03/01/2021", "d: dates, 2021-02-28…2021-03-01"),
      ("d\n1.3.2021\n28.2.2021 10:30", "d: dates, 2021-02-28T10:30:00…2021-03-01"),
      ("d\n\"Mar 5, 2021\"\n\"5 March 2020\"", "d: dates, 2020-03-05…2021-03-05"),
      ("d\n2021-03\n2020-12", "d: dates, 2020-12-01…2021-03-01"),
      (
        "d\n2021-03-01T10:00:00Z\n2021-03-01 22:15:30.5+02:00",
        "d: dates, 2021-03-01T10:00:00…2021-03-01T22:15:30.5"
      ),
      ("t\n9:05 AM\n9:05 PM", "t: dates, 1970-01-01T09:05:00…1970-01-01T21:05:00"),
    ] as [(String, String?)]) func columnsAreTakenForWhatTheyHold(text: String, summary: String?)
    throws
  {
    guard let summary else {
      #expect(throws: Problem.self) { try DataTable(reading: source(text)) }
      return
    }
    #expect(try DataTable(reading: source(text)).summary == summary)
  }

  /// Nothing is decided against the plain look of the cells without a word.
  @Test(arguments: [
    ("t\n1\n-\n2\n-\n3", "column `t`: `-` in 2 cells taken as missing"),
    (
      "t\n1\nNone\nNA\nNA",
      "taken as missing, as empty cells are: `NA` in 2 cells, `None` in 1 cells"
    ),
    ("p\n\"1,234\"\n\"12,345\"", "numbers could also be read with a decimal comma"),
    (
      "p\n\"1.234,5\"\n1.234",
      "numbers are read with a decimal comma, with points between thousands"
    ),
    ("zip\n01010\n02134", "numbers with leading zeros are codes"),
    ("d\n01/02/2021\n03/04/2021", "it could also be read with the day first"),
    ("c\nYes\nyes\nno", "`Yes` and `yes` differ in capitals only"),
    ("b\ntrue\nTRUE\nFalse", "are read as `true` and `false`"),
    ("x\n1\n2\n3\n-999\n-999\n-999\n2", "3 cells are `-999`, far from the others (1 to 3)"),
  ]) func whatIsDecidedIsSaid(text: String, note: String) throws {
    let notes = try DataTable(reading: source(text)).notes
    #expect(notes.contains { $0.contains(note) }, "\(notes)")
  }

  /// A column in which most cells are numbers never becomes classes.
  @Test func mostlyNumbersWithTextsAreAnError() throws {
    let text = "t\n1\n2\nlow\n3\nhigh"
    let problem = message { _ = try DataTable(reading: source(text)) }
    #expect(problem.hasPrefix("data.csv:4:1: expected a finite number in column `t`, found `low`."))
    #expect(problem.contains("`missing`") && problem.contains("`t=categorical`"))
    var options = TableOptions()
    options.kinds = ["t": .categorical]
    #expect(
      try DataTable(reading: source(text), options: options).summary
        == "t: 5 categories (1, 2, low, 3, high)")
    options.kinds = [:]
    options.missing += ["low", "HIGH"]
    #expect(
      try DataTable(reading: source(text), options: options).summary
        == "t: numeric, 1…3, 2 missing")
    options.missing = ["2", "low", "high"]
    #expect(
      try DataTable(reading: source(text), options: options).summary
        == "t: numeric, 1…3, 3 missing")
  }

  /// One cell says nothing of its column, but whoever says that it holds numbers is believed.
  @Test func aUnitOfOneCellIsReadWhereNumbersAreSaid() throws {
    var options = TableOptions()
    options.kinds = ["w": .numeric]
    #expect(
      try DataTable(reading: source("w\n5 kg"), options: options).summary == "w: numeric, 5…5")
  }

  /// Names of which most begin with a number in one unit are told, with what reads them as numbers.
  @Test func doubtfulUnitsAreTold() throws {
    let notes = try DataTable(
      reading: source("w\n5 kg\n5 kg\n9 kg\n5-9 kg\n10-12 kg\n13-15 kg")
    ).notes
    #expect(
      notes.contains { $0.contains("3 of 6 cells are numbers, and categories as the others") },
      "\(notes)")
  }

  /// One meaning for the file: a column that leaves a doubt is read as those that leave none.
  @Test func doubtIsDecidedByTheOtherColumns() throws {
    #expect(
      try DataTable(reading: source("a;b\n1,5;1,234\n2,25;2,345")).summary
        == "a: numeric, 1.5…2.25\nb: numeric, 1.234…2.345")
    #expect(
      try DataTable(reading: source("a;b\n1.5;\"1,234\"\n2.25;\"2,345\"")).summary
        == "a: numeric, 1.5…2.25\nb: numeric, 1234…2345")
  }

  @Test(
    arguments: [
      (
        (1...5).map { "\($0)\n\($0)" },
        "5 different whole numbers are taken for classes; set `task` to `regression`"
      ),
      (
        (1...24).map { "\($0)" },
        "24 different whole numbers are taken for amounts; set `task` to `classification`"
      ),
      (["0", "1", "0"], nil), (["1.5", "2", "3"], nil), (["a", "b"], nil),
    ] as [([String], String?)]) func whatIsLearnedIsSaid(cells: [String], note: String?) throws
  {
    let table = try DataTable(reading: source("y\n" + cells.joined(separator: "\n")))
    let told = LearningTask.Choice.note(on: [table.columns[0]])
    #expect(note.map { told?.contains($0) == true } ?? (told == nil), "\(told ?? "")")
  }

  @Test func classesKeepTheirSpelling() throws {
    var options = TableOptions()
    options.labels = ["lot"]
    let table = try DataTable(reading: source("lot\n1E5\n100000\n2E4\n1E5"), options: options)
    #expect(table.summary == "lot: 3 categories (1E5, 100000, 2E4)")
    #expect(table.notes.contains { $0.contains("`1E5` and `100000` are one number but two texts") })
  }

  /// Rows given one by one are read as the file was.
  @Test func rowsAreReadAsTheFileWas() throws {
    let table = try DataTable(
      reading: source(
        "rent;when;open;y\n1.477,38;1.2.2021;TRUE;1\n900,5;28.2.2021;false;2\n-;3.3.2021;true;3"))
    let fitted = try Preprocessing(fitting: table, target: "y")
    let first = Array(try fitted.encode(table)[0])
    #expect(
      try fitted.encode(row: ["rent": "1.477,38", "when": "1.2.2021", "open": "True"]) == first)
    #expect(
      try fitted.encode(row: ["rent": "1477.38", "when": "1.2.2021", "open": "True"]) == first)
    let missing = Array(try fitted.encode(table)[2])
    #expect(
      try fitted.encode(row: ["rent": "-", "when": "03.03.2021", "open": "true"]) == missing)
    let again = try DataTable(
      reading: source("open,when,rent\nFALSE,28.2.2021,\"900,5\""),
      options: fitted.tableOptions(needsTarget: false))
    #expect(Array(try fitted.encode(again)[0]) == Array(try fitted.encode(table)[1]))
  }
}

@Suite struct CivilDateTests {
  /// Each day of 1,000 years has the number after the one before, and comes back from it.
  @Test func daysFollowEachOther() throws {
    var number = try #require(CivilDate(year: 1600, month: 1, day: 1)).daysSince1970
    #expect(number == -135_140)
    var weekday = 5  // a Saturday
    for year in 1600..<2600 {
      for month in 1...12 {
        for day in 1...31 {
          guard let date = CivilDate(year: year, month: month, day: day) else { continue }
          #expect(date.daysSince1970 == number && date.weekday == weekday)
          #expect(
            CivilDate(secondsSince1970: Double(number) * 86_400 + 3)
              == CivilDate(
                year: year, month: month, day: day, seconds: 3))
          number += 1
          weekday = (weekday + 1) % 7
        }
      }
    }
  }

  @Test func outsideOfAllYearsIsTheNearestDay() {
    #expect(CivilDate(secondsSince1970: .infinity).text == "9999-12-31")
    #expect(CivilDate(secondsSince1970: -1e300).text == "0001-01-01")
    #expect(CivilDate(secondsSince1970: .nan).text == "1970-01-01")
  }

  @Test func leapYears() {
    #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
    #expect(CivilDate(year: 1900, month: 2, day: 29) == nil)
    #expect(CivilDate(year: 2024, month: 12, day: 31)?.dayOfYear == 365)
  }
}
