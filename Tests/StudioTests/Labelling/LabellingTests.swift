import Codecs
import Datasets
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct LabellingTests {
  private static let readers = StudioReaders(decoders: .standard)

  private static func act(
    _ labelling: Labelling, _ name: Labelling.Action.Name, _ item: String? = nil,
    _ label: String? = nil, by: String
  ) async throws {
    try await labelling.act(
      .init(action: name, by: by, item: item, label: label))
  }

  /// A folder of pictures, some in a folder within.
  private static func pictures(_ folder: TemporaryFolder) throws {
    let names = ["grey", "colour", "grey-alpha", "grey-4-bit", "black-white", "colour-alpha"]
    for (place, name) in names.enumerated() {
      let bytes = try Array(
        AtomicFile.read(repositoryPath("Tests/CodecsTests/Images/\(name).png"), limit: 1 << 20))
      try folder.write(bytes, to: "photos/\(place < 4 ? "" : "later/")\(name).png")
    }
    try folder.write("no picture", to: "photos/notes.txt")
  }

  private static func open(_ path: String, column: String? = nil) throws -> Labelling {
    try Labelling(
      LabelledData(path, column: column, foldersAreClasses: nil, readers.decoders), readers)
  }

  @Test func peopleGetDifferentItemsAndWhatTheySayIsTrainedOn() async throws {
    let folder = try TemporaryFolder()
    try Self.pictures(folder)
    let labelling = try Self.open(folder.path("photos"))
    #expect(await labelling.state.items == 6)
    #expect(await labelling.state.notes.contains { $0.hasSuffix("passed over: 1") })
    #expect(!folder.exists("photos.answers.jsonl"), "who only looks leaves nothing behind")
    let people = ["Ada", "Bo", "Cy"]
    var items: [String: String] = [:]
    for person in people {
      items[person] = try #require(
        await labelling.next(for: person, isUncertainFirst: false)
      ).id
    }
    #expect(Set(items.values).count == 3)
    for person in people {
      try await Self.act(labelling, .label, items[person], "a", by: person)
    }
    while let item = try await labelling.next(for: "Ada", isUncertainFirst: false) {
      try await Self.act(labelling, .label, item.id, "b, \"c\"", by: "Ada")
    }
    let state = await labelling.state
    #expect(state.labelled == 6 && state.people.map(\.count) == [4, 1, 1])
    try await labelling.writeLabels()

    // What is beside the data is read by a training as it is.
    var configuration = RunConfiguration()
    configuration.data.source = state.labelsFile
    configuration.data.target = state.column
    configuration.data.test = .fraction(0)
    configuration.data.validation = .fraction(0)
    let data = try PreparedData(configuration, decoders: .standard)
    #expect(data.train.count == 6 && data.preprocessing.classes == ["a", "b, \"c\""])
    let read = zip(data.train.images!.map(\.file), (0..<6).map { Int(data.train.targets[$0][0]) })
    for (file, label) in read {
      let id = String(file.dropFirst(folder.path("photos/").count))
      #expect(label == (items.values.contains(id) ? 0 : 1), "\(file)")
    }
  }

  @Test func undoingSkippingAndSettling() async throws {
    let folder = try TemporaryFolder()
    try folder.write("x,y\n1,2\n1,2\n3,4\n", to: "rows.csv")
    let labelling = try Self.open(folder.path("rows.csv"), column: "kind")
    let ids = labelling.data.items.map(\.id)
    #expect(Set(ids).count == 3, "equal rows are two items")
    try await Self.act(labelling, .label, ids[0], "cat", by: "Ada")
    try await Self.act(labelling, .label, ids[0], "dog", by: "Bo")
    #expect(await labelling.standing(of: 0) == .disputed)
    #expect(await labelling.state.disputes.first?.answers.map(\.label) == ["cat", "dog"])
    #expect(await labelling.labels == [nil, nil, nil], "what is disputed is in no table")

    // Each undoes what is their own.
    try await Self.act(labelling, .undo, by: "Ada")
    #expect(await labelling.standing(of: 0) == .labelled("dog"))
    await #expect { try await Self.act(labelling, .undo, by: "Ada") } throws: {
      "\($0)".contains("none of `Ada`")
    }
    try await Self.act(labelling, .label, ids[0], "cat", by: "Ada")
    try await Self.act(labelling, .settle, ids[0], "cow", by: "Cy")
    #expect(await labelling.standing(of: 0) == .labelled("cow"))

    try await Self.act(labelling, .skip, ids[1], by: "Ada")
    #expect(try await labelling.next(for: "Ada", isUncertainFirst: false)?.id == ids[2])
    #expect(try await labelling.next(for: "Bo", isUncertainFirst: false)?.id == ids[1])

    // Another one who opens the data, such as another process, knows all of it, and tells it.
    let other = try Self.open(folder.path("rows.csv"), column: "kind")
    #expect(await other.standing(of: 0) == .labelled("cow"))
    try await Self.act(other, .label, ids[2], "cat", by: "Di")
    #expect(try await labelling.next(for: "Ada", isUncertainFirst: false) == nil)
    try await labelling.writeLabels()
    #expect(try folder.text("rows.kind.labels.csv") == "x,y,kind\n1,2,cow\n3,4,cat\n")
    // Rows that were moved keep their labels.
    try folder.write("x,y\n5,6\n3,4\n1,2\n1,2\n", to: "rows.csv")
    let moved = try Self.open(folder.path("rows.csv"), column: "kind")
    #expect(await moved.labels == [nil, "cat", "cow", nil])
  }

  @Test func aFileOfSomebodyElseIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    try folder.write("x\n1\n", to: "rows.csv")
    try folder.write("mine", to: "rows.labels.csv")
    #expect { try Self.open(folder.path("rows.csv")) } throws: {
      "\($0)".contains("was not written here")
    }
  }

  @Test func correctionsStandBesideTheDataThatStayAsTheyAre() async throws {
    let folder = try TemporaryFolder()
    let text = "x;name;passed\n1,5;\"a;b\";yes\n2;c;no\n3;d;\n"
    try folder.write(text, to: "rows.csv")
    let labelling = try Self.open(folder.path("rows.csv"), column: "passed")
    #expect(
      await labelling.state.given == 2 && labelling.data.items.map(\.given) == ["yes", "no", nil])
    try await Self.act(labelling, .settle, labelling.data.items[1].id, "yes", by: "")
    try await labelling.writeLabels()
    #expect(try folder.text("rows.csv") == text)
    #expect(
      try folder.text("rows.passed.labels.csv")
        == "x,name,passed\n\"1,5\",a;b,yes\n2,c,yes\n")
  }
}
