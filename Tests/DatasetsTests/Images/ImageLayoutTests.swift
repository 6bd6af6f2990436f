import Engine
import Foundation
import Testing

@testable import Datasets

@Suite struct ImageLayoutTests {
  private func folder(_ names: [String]) throws -> TemporaryImageFolder {
    let folder = try TemporaryImageFolder()
    for name in names { try folder.write("1 1 1 0", to: name) }
    return folder
  }

  private func message(_ folder: TemporaryImageFolder) -> String {
    do {
      let list = try ImageFolder(listing: folder.path)
      return "classes " + list.classes.joined(separator: ", ")
    } catch { return "\(error)".replacingOccurrences(of: folder.path, with: "F") }
  }

  /// Parts of a set are never learned as classes, whatever they are called; the settings are named.
  @Test(arguments: [
    (["train", "test"], "`data` to F/train, `test` to F/test."),
    (["training_set", "test_set"], "`data` to F/training_set, `test` to F/test_set."),
    (["Train", "Val", "Test"], "`data` to F/Train, `validation` to F/Val, `test` to F/Test."),
    (["seg_train", "seg_test", "seg_pred"], "`data` to F/seg_train, `test` to F/seg_test."),
    (["trainset", "validset"], "`data` to F/trainset, `validation` to F/validset."),
    (
      ["images-training", "images-dev"],
      "`data` to F/images-training, `validation` to F/images-dev."
    ),
    (["train2017", "val2017"], "`data` to F/train2017, `validation` to F/val2017."),
  ])
  func partsAreNoClasses(_ names: [String], _ settings: String) throws {
    for inner in ["", "/cat"] {
      let text = message(try folder(names.map { "\($0)\(inner)/1.jpg" }))
      #expect(text.contains("found parts of a set") && text.contains(settings), "\(text)")
    }
  }

  @Test(arguments: [
    ["fold1", "fold2", "fold3"], ["fold_01", "fold_02"], ["Fold 1", "Fold 2"],
    ["split0", "split1"],
  ])
  func foldsAreNoClasses(_ names: [String]) throws {
    for inner in ["", "/cat"] {
      let text = message(try folder(names.map { "\($0)\(inner)/1.jpg" }))
      #expect(text.contains("found pieces of a set"), "\(text)")
      #expect(text.contains("`data` to F/\(names[0]) and `test` to F/\(names.last!)"), "\(text)")
    }
  }

  /// What only looks like parts stays what it is.
  @Test(arguments: [
    ["bus", "train"], ["test tube", "train"], ["0", "1", "2"], ["class1", "class2"],
    ["batch1", "batch2"], ["trained", "validated"],
  ])
  func classesAreClasses(_ names: [String]) throws {
    let text = message(try folder(names.map { "\($0)/1.jpg" }))
    #expect(text == "classes " + names.joined(separator: ", "))
  }

  @Test func batchesThatHoldTheSameFoldersAreNoClasses() throws {
    let batches = try folder([
      "batch1/cat/1.jpg", "batch1/dog/1.jpg", "batch2/cat/1.jpg", "batch2/dog/1.jpg",
    ])
    #expect(message(batches).contains("found pieces of a set"))
    // Names that say nothing are classes, with a word about it.
    let regions = try folder([
      "north/cat/1.jpg", "north/dog/1.jpg", "south/cat/1.jpg", "south/dog/1.jpg",
    ])
    let list = try ImageFolder(listing: regions.path)
    #expect(list.classes == ["north", "south"])
    #expect(list.notes.count == 1 && list.notes[0].contains("each holds `cat`, `dog`"))
  }

  @Test func foldersAroundTheClassesAreOpened() throws {
    for around in ["archive", "archive/archive", "a/b/c"] {
      let folder = try folder([
        "\(around)/cat/1.jpg", "\(around)/dog/2.jpg", "__MACOSX/archive/cat/._1.jpg",
      ])
      let list = try ImageFolder(listing: folder.path)
      #expect(list.classes == ["cat", "dog"])
      #expect(list.path == "\(folder.path)/\(around)")
      #expect(list.files.map(\.path) == ["cat/1.jpg", "dog/2.jpg"])
      #expect(list.notes[0].contains("its one folder is"))
    }
    // A class alone, and what is in it.
    #expect(message(try folder(["cat/1.jpg", "cat/kittens/2.jpg"])) == "classes cat")
    #expect(
      message(try folder(["around/train/cat/1.jpg", "around/test/cat/1.jpg"]))
        .contains("`data` to F/around/train, `test` to F/around/test"))
  }

  @Test func whatSystemsLeaveIsPassedOver() throws {
    let leftovers = [
      "Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", "._1.jpg", "ehthumbs.db",
    ]
    let folder = try folder(
      ["cat/1.jpg", "dog/1.jpg", ".git/config", "Thumbs.db", "@eaDir/cat/1.jpg"]
        + leftovers.map { "cat/\($0)" })
    let list = try ImageFolder(listing: folder.path)
    #expect(list.files.map(\.path) == ["cat/1.jpg", "dog/1.jpg"])
    #expect(list.notes.count == 1)
    #expect(list.notes[0].contains("passed over 10 hidden files and files of the system"))
    #expect(try ImageFolder.files(below: folder.path + "/cat") == ["1.jpg"])
  }

  /// Names that look the same are the same, whatever bytes they are written in.
  @Test func unicodeFormsAreOneName() throws {
    let folder = try folder(["caf\u{E9}/1.jpg", "cafe\u{301}/2.jpg", "th\u{E9}/1.jpg"])
    // Some file systems know one form only.
    guard try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3 else {
      return
    }
    let list = try ImageFolder(listing: folder.path)
    #expect(list.classes == ["caf\u{E9}", "th\u{E9}"])
    #expect(list.classes[0].utf8.count == 5)
    #expect(list.files.map(\.label).sorted() == [0, 0, 1])
    #expect(list.notes.count == 1 && list.notes[0].contains("different Unicode forms"))
  }
}
