import Engine
import Foundation
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
  private func data(_ change: (inout Augmentation) -> Void) throws -> Dataset {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images { $0.size = (8, 8) }
    var data = try Preprocessing(fitting: images).dataset(images)
    var augmentation = Augmentation()
    change(&augmentation)
    data.augmentation = augmentation
    return data
  }

  private func everything(_ augmentation: inout Augmentation) {
    augmentation.flip = .both
    (augmentation.rotate, augmentation.crop, augmentation.zoom) = (30, 0.3, 0.2)
    (augmentation.translate, augmentation.erase) = (0.2, 0.3)
    (augmentation.brightness, augmentation.contrast) = (0.2, 0.3)
  }

  /// Seed, epoch and place decide, nothing else does.
  @Test func seedEpochAndPlaceDecide() throws {
    let (one, two) = (try data(everything), try data(everything))
    for place in 0..<one.count {
      let first = one.variedInput(place, seed: 1, epoch: 4)
      #expect(first == two.variedInput(place, seed: 1, epoch: 4))
      #expect(first != one.variedInput(place, seed: 1, epoch: 5))
      #expect(first != one.variedInput(place, seed: 2, epoch: 4))
      #expect(first != one.inputs[place])
    }
    // Same image, other place: other variant.
    let twice = try one.subset([3, 3])
    #expect(
      twice.variedInput(0, seed: 1, epoch: 0) != twice.variedInput(1, seed: 1, epoch: 0))
  }

  @Test func noSettingLeavesTheImageAlone() throws {
    let plain = try data { _ in }
    for place in 0..<plain.count {
      #expect(plain.variedInput(place, seed: 1, epoch: 0) == plain.inputs[place])
    }
  }

  @Test func halfOfTheImagesAreMirrored() throws {
    let data = try data { $0.flip = .horizontal }
    var mirrored = 0
    for epoch in 0..<200 {
      let (old, new) = (data.inputs[2], data.variedInput(2, seed: 1, epoch: epoch))
      var mirror = old
      for pixel in 0..<64 {
        let other = pixel / 8 * 8 + 7 - pixel % 8
        for channel in 0..<3 { mirror[pixel * 3 + channel] = old[other * 3 + channel] }
      }
      #expect(new == old || new == mirror)
      if new == mirror { mirrored += 1 }
    }
    #expect((70...130).contains(mirrored))
  }

  /// Pixels move as far as was asked for, and no farther.
  @Test func translationStaysWithinItsShare() throws {
    let shape: TensorShape = [8, 8, 1]
    var augmentation = Augmentation()
    augmentation.translate = 0.25
    var farthest: Float = 0
    for epoch in 0..<100 {
      // Each number is its column.
      var ramp = (0..<64).map { Float($0 % 8) }
      ramp.withUnsafeMutableBufferPointer {
        augmentation.vary(
          $0.baseAddress!, shape, nil, seed: 1, epoch: epoch, example: 0)
      }
      let moved = ramp[3] - 3
      #expect(abs(moved) <= 2.0001)
      farthest = max(farthest, abs(moved))
      #expect(ramp.allSatisfy { $0 >= 0 && $0 <= 7 })
    }
    #expect(farthest > 1.5)
  }

  @Test func lightAndContrastStayWithinBlackAndWhite() throws {
    let data = try data {
      $0.brightness = 1
      $0.contrast = 1
    }
    let scaling = try #require(data.inputs.scaling)
    for epoch in 0..<20 {
      let varied = data.variedInput(5, seed: 1, epoch: epoch)
      for (place, number) in varied.enumerated() {
        let range = scaling.range(place % 3)
        #expect(range.contains(number))
      }
    }
  }

  /// A rectangle of one number, no larger than was asked for.
  @Test func erasedPartsAreRectangles() throws {
    let data = try data { $0.erase = 0.3 }
    var largest = 0
    for epoch in 0..<50 {
      let (old, new) = (data.inputs[9], data.variedInput(9, seed: 3, epoch: epoch))
      let changed = (0..<64).filter { old[3 * $0] != new[3 * $0] }
      guard let first = changed.first, let last = changed.last else { continue }
      largest = max(largest, changed.count)
      // Rounding of both sides may add a little to 0.3 · 64.
      #expect(changed.count <= 26)
      let columns = Set(changed.map { $0 % 8 })
      let rows = first / 8...last / 8
      #expect(Set(changed.map { new[3 * $0] }).count == 1)
      #expect(columns.count * rows.count >= changed.count)
    }
    #expect(largest > 8)
  }

  @Test func settingsAreRead() throws {
    func read(_ text: String) throws -> Augmentation {
      try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
    }
    #expect(try read(#"{"flip":true,"rotate":10,"zoom":0.1,"translate":0.1}"#) == .usual)
    #expect(try read("\"usual\"") == .usual)
    #expect(try read("\"none\"") == Augmentation())
    #expect(try read(#"{"flip":"both"}"#).flip == .both)
    let stored = try JSONDecoder().decode(
      Augmentation.self, from: JSONEncoder().encode(Augmentation.usual))
    #expect(stored == .usual)
    for bad in [
      #"{"rotate":181}"#, #"{"zoom":-0.1}"#, #"{"flip":"sideways"}"#, #"{"turn":3}"#, "\"much\"",
    ] {
      #expect(throws: Problem.self, "\(bad)") { try read(bad) }
    }
  }

  // MARK: Ahead of the steps

  /// Whatever the number of threads, a batch holds what it would hold without them.
  @Test(arguments: [1, 2, 5], [false, true])
  func loadersGiveTheSameBatches(_ threads: Int, joinsLastRow: Bool) throws {
    let data = try data(everything)
    // With a row less the last batch would have one row.
    let rows = joinsLastRow ? 13 : data.count
    let batches = MicroBatches(rows: rows, size: 3, joinsLastRows: joinsLastRow)
    #expect(batches.count == (joinsLastRow ? 4 : 5))
    let loader = try BatchLoader(data, batches, threads: threads, seed: 9)
    var room = [Float](repeating: 0, count: batches.largest * data.inputs.shape.count)
    for (epoch, firstStep) in [(0, 0), (1, 0), (2, 3), (1, 0)] {
      var generator = RandomGenerator(seed: 5, stream: UInt64(epoch))
      let order = generator.permutation(rows).map { Int32($0) }
      loader.start(order, epoch: epoch, batches: firstStep..<batches.count)
      // The last time only the beginning is asked for, as when training is stopped.
      for step in firstStep..<(firstStep == 0 && epoch == 1 ? 2 : batches.count) {
        try room.withUnsafeMutableBufferPointer { try loader.take(step, into: $0.baseAddress!) }
        let expected = order[batches[step]].flatMap {
          data.variedInput(Int($0), seed: 9, epoch: epoch)
        }
        #expect(Array(room[..<expected.count]) == expected)
      }
    }
  }

  /// Of several processes each makes the shards that it computes, and no others; one without rows is no batch.
  @Test func loadersGiveSomeOfTheBatches() throws {
    let data = try data(everything)
    // The last batch has one row, for four shards.
    let batches = MicroBatches(rows: 11, size: 5, shards: 4)
    let mine = (0..<batches.count).filter { (1..<3).contains($0 % 4) }
    #expect(mine.contains { batches[$0].isEmpty })
    let loader = try BatchLoader(data, batches, threads: 2, seed: 9)
    var room = [Float](repeating: 0, count: batches.largest * data.inputs.shape.count)
    for epoch in 0..<2 {
      loader.start((0..<11).map { Int32($0) }, epoch: epoch, batches: mine)
      for number in mine where !batches[number].isEmpty {
        try room.withUnsafeMutableBufferPointer { try loader.take(number, into: $0.baseAddress!) }
        let expected = batches[number].flatMap {
          data.variedInput($0, seed: 9, epoch: epoch)
        }
        #expect(Array(room[..<expected.count]) == expected)
      }
    }
  }

  /// A system that gives no thread leaves the work to the caller.
  @Test func loadersWithoutThreadsGiveTheSameBatches() throws {
    let data = try data(everything)
    let loader = try BatchLoader(data, MicroBatches(rows: data.count, size: 3), seed: 9) {
      Threads(0, $0)
    }
    var room = [Float](repeating: 0, count: 3 * data.inputs.shape.count)
    let order = (0..<data.count).map { Int32($0) }
    for epoch in 0..<2 {
      loader.start(order, epoch: epoch, batches: 0..<(data.count + 2) / 3)
      for step in 0..<(data.count + 2) / 3 {
        try room.withUnsafeMutableBufferPointer { try loader.take(step, into: $0.baseAddress!) }
        let rows = order[(3 * step)..<min(order.count, 3 * step + 3)]
        let expected = rows.flatMap { data.variedInput(Int($0), seed: 9, epoch: epoch) }
        #expect(Array(room[..<expected.count]) == expected)
      }
    }
  }

  @Test func loadersAskForNoMoreMemoryThanThereIs() throws {
    #expect(throws: Problem.self) {
      _ = try BatchLoader(
        data(everything), MicroBatches(rows: .max / 2, size: .max / 2), threads: 1, seed: 1)
    }
  }

  @Test func loadersTellOfFilesThatVanish() throws {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images { ($0.memoryLimit, $0.diskLimit) = (0, 0) }
    let data = try Preprocessing(fitting: images).dataset(images)
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("light/6.png"))
    let loader = try BatchLoader(data, MicroBatches(rows: 14, size: 14), threads: 2, seed: 1)
    loader.start((0..<14).map { Int32($0) }, epoch: 0, batches: [0])
    var room = [Float](repeating: 0, count: 14 * data.inputs.shape.count)
    #expect(throws: Problem.self) {
      try room.withUnsafeMutableBufferPointer { try loader.take(0, into: $0.baseAddress!) }
    }
  }
}
