import CKernels
import Engine
import Testing

@Suite struct MovementTests {
  /// Copies in the cut pieces of the outermost axis and compares with one element at a time.
  func check(
    _ kernels: gb_kernels, _ extents: [Int], _ source: [Int], _ destination: [Int],
    cuts: [Int] = [],
    _ comment: String
  ) {
    // Negative strides walk back from the far end.
    func span(_ strides: [Int]) -> (offset: Int, count: Int) {
      var (low, high) = (0, 0)
      for (stride, extent) in zip(strides, extents) {
        if stride < 0 { low += stride * (extent - 1) } else { high += stride * (extent - 1) }
      }
      return (-low, high - low + 1)
    }
    let (sourceSpan, destinationSpan) = (span(source), span(destination))
    let x = (0..<sourceSpan.count).map { Float($0 + 1) }
    var expected = [Float](repeating: 0, count: destinationSpan.count)
    let total = extents.reduce(1, *)
    for flat in 0..<total {
      var (rest, from, to) = (flat, sourceSpan.offset, destinationSpan.offset)
      for axis in extents.indices.reversed() {
        let position = rest % extents[axis]
        rest /= extents[axis]
        from += position * source[axis]
        to += position * destination[axis]
      }
      expected[to] = x[from]
    }
    var found = [Float](repeating: 0, count: destinationSpan.count)
    x.withUnsafeBufferPointer { x in
      found.withUnsafeMutableBufferPointer { found in
        var copy = gb_copy()
        copy.source = x.baseAddress! + sourceSpan.offset
        copy.destination = found.baseAddress! + destinationSpan.offset
        copy.rank = Int32(extents.count)
        func set(_ place: UnsafeMutableRawBufferPointer, _ values: [Int]) {
          let numbers = place.bindMemory(to: Int64.self)
          for (axis, value) in values.enumerated() { numbers[axis] = Int64(value) }
        }
        withUnsafeMutableBytes(of: &copy.extents) { set($0, extents) }
        withUnsafeMutableBytes(of: &copy.source_strides) { set($0, source) }
        withUnsafeMutableBytes(of: &copy.destination_strides) { set($0, destination) }
        var start = 0
        for end in cuts + [extents[0]] {
          kernels.copy(&copy, Int64(start), Int64(end))
          start = end
        }
      }
    }
    #expect(found == expected, "\(kernels.title) \(comment) \(extents) \(source) \(destination)")
  }

  func contiguous(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  @Test func permutations() {
    var generator = RandomGenerator(seed: 31)
    for kernels in kernelSets {
      for _ in 0..<150 {
        let rank = 1 + generator.below(5)
        let extents = (0..<rank).map { _ in [1, 2, 3, 5, 8, 9, 16, 19][generator.below(8)] }
        let order = generator.permutation(rank)
        let sourceExtents = order.map { extents[$0] }
        let sourceStrides = contiguous(sourceExtents)
        var source = [Int](repeating: 0, count: rank)
        for (place, axis) in order.enumerated() { source[axis] = sourceStrides[place] }
        let cut = generator.below(extents[0] + 1)
        check(kernels, extents, source, contiguous(extents), cuts: [cut], "permutation")
        check(kernels, extents, contiguous(extents), source, cuts: [cut], "inverse permutation")
      }
    }
  }

  @Test func largeTransposition() {
    for kernels in kernelSets {
      for (rows, columns) in [(130, 67), (64, 64), (7, 300), (257, 3)] {
        check(kernels, [rows, columns], [1, rows], [columns, 1], cuts: [rows / 2], "transposed")
        check(kernels, [rows, columns], [1, rows + 3], [columns + 5, 1], "transposed part")
      }
    }
  }

  @Test func broadcastSlicePadAndFlip() {
    for kernels in kernelSets {
      check(kernels, [5, 33], [0, 1], [33, 1], cuts: [2], "row repeated")
      check(kernels, [5, 33], [1, 0], [33, 1], cuts: [2], "column repeated")
      check(kernels, [4, 3, 17], [0, 0, 0], [51, 17, 1], "one value")
      check(kernels, [6, 20], [40, 1], [20, 1], cuts: [1], "slice")
      check(kernels, [6, 20], [80, 3], [20, 1], "slice with steps")
      check(kernels, [6, 20], [20, 1], [25, 1], cuts: [5], "into a padded place")
      check(kernels, [6, 20], [20, 1], [50, 2], "into every second place")
      check(kernels, [6, 20], [20, -1], [20, 1], "flip")
      check(kernels, [6, 20], [-20, 1], [20, 1], cuts: [3], "flip of rows")
      check(kernels, [6, 20], [20, 1], [20, -1], "flipped writes")
      check(kernels, [6, 20], [20, -1], [-20, 1], cuts: [3], "flip both")
      check(kernels, [1], [1], [1], "one element")
      check(
        kernels, [2, 1, 3, 1, 2, 2, 3, 2], [1, 0, 2, 9, 6, 12, 24, 72],
        contiguous([2, 1, 3, 1, 2, 2, 3, 2]), "rank 8")
    }
  }

  @Test func nothingToCopy() {
    for kernels in kernelSets {
      var x: [Float] = [1]
      var copy = gb_copy()
      copy.rank = 2
      copy.extents.0 = 3
      copy.extents.1 = 0
      x.withUnsafeMutableBufferPointer { x in
        copy.source = UnsafePointer(x.baseAddress)
        copy.destination = x.baseAddress
        kernels.copy(&copy, 0, 3)
      }
      #expect(x == [1])
    }
  }

  @Test func bytesToFloats() {
    for kernels in kernelSets {
      for count in [0, 1, 3, 8, 15, 16, 17, 256] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
        var found = [Float](repeating: 7, count: count + 1)
        kernels.bytes_to_floats(bytes, 1 / 255, -0.5, &found, Int64(count))
        for (byte, value) in zip(bytes, found) {
          #expect(abs(Double(value) - (Double(byte) / 255 - 0.5)) < 1e-7)
        }
        #expect(found[count] == 7)
      }
    }
  }
}
