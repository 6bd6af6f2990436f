import CKernels
import Engine
import Testing

/// Windows over images of many shapes, by loops in Double that follow the definitions.
@Suite struct ConvolutionTests {
  /// One window with numbers for images, kernel and outputs.
  struct Case {
    var window: gb_window
    let x, kernel, y: [Float]
    let channels, features: Int

    init(_ window: gb_window, _ generator: inout RandomGenerator) {
      self.window = window
      channels = Int(window.channels / window.groups)
      features = Int(window.features / window.groups)
      func numbers(_ count: Int64) -> [Float] {
        (0..<count).map { _ in Float(generator.uniform() * 2 - 1) }
      }
      x = numbers(window.images * window.height * window.width * window.channels)
      kernel = numbers(
        window.window_height * window.window_width * Int64(channels) * window.features)
      y = numbers(window.images * window.output_height * window.output_width * window.features)
    }

    var pixels: Int64 { window.images * window.output_height * window.output_width }
    var depth: Int { Int(window.window_height * window.window_width) * channels }

    /// Each output pixel with each cell of its window inside the image, as first flat indices.
    func forEachCell(_ body: (_ pixel: Int, _ cell: Int, _ tap: Int) -> Void) {
      let w = window
      for pixel in 0..<pixels {
        let (row, q) = pixel.quotientAndRemainder(dividingBy: w.output_width)
        let (n, p) = row.quotientAndRemainder(dividingBy: w.output_height)
        for i in 0..<w.window_height {
          let r = p * w.row_stride - w.top + i * w.row_dilation
          for j in 0..<w.window_width {
            let s = q * w.column_stride - w.left + j * w.column_dilation
            guard (0..<w.height).contains(r), (0..<w.width).contains(s) else { continue }
            body(Int(pixel), Int((n * w.height + r) * w.width + s), Int(i * w.window_width + j))
          }
        }
      }
    }

    /// Each product of the convolution: places in y, x and the kernel.
    func forEachProduct(_ body: (_ y: Int, _ x: Int, _ kernel: Int) -> Void) {
      let total = Int(window.features)
      forEachCell { pixel, cell, tap in
        for f in 0..<total {
          for c in 0..<channels {
            body(
              pixel * total + f, cell * Int(window.channels) + f / features * channels + c,
              (tap * channels + c) * total + f)
          }
        }
      }
    }

    /// The kernel as the input gradient reads it.
    var turned: [Float] {
      var copy = window
      guard !gb_is_depthwise(&copy) else { return kernel }
      let total = Int(window.features)
      return (0..<total).flatMap { f in (0..<depth).map { kernel[$0 * total + f] } }
    }
  }

  static func cases(_ generator: inout RandomGenerator) -> [Case] {
    func pick(_ values: Int64...) -> Int64 { values[generator.below(values.count)] }
    var windows = [
      // Several cuts of the window, several tiles of an image.
      window(2, [9, 11], 70, 33, [3, 3]), window(1, [26, 27], 30, 9, [3, 3], pad: 1),
      window(1, [30, 31], 1, 20, [3, 3]), window(3, [12, 12], 100, 6, [2, 2], groups: 2),
      window(1, [8, 8], 300, 17, [1, 1]), window(2, [40, 40], 12, 12, [3, 3], groups: 12),
      window(1, [7, 7], 1, 1, [3, 3]), window(1, [20, 30], 1, 5, [5, 2], dilation: 3, pad: 4),
    ]
    for _ in 0..<60 {
      let groups = pick(1, 1, 1, 2, 3)
      windows.append(
        window(
          pick(1, 2, 3), [pick(3, 5, 8, 13), pick(4, 7, 10)], groups * pick(1, 1, 2, 3, 5, 8),
          groups * pick(1, 2, 3, 4, 9, 16, 33), [pick(1, 2, 3), pick(1, 2, 3, 4)],
          stride: pick(1, 1, 2, 4), dilation: pick(1, 1, 2), groups: groups, pad: pick(0, 1, 3)))
    }
    return windows.filter { $0.output_height > 0 && $0.output_width > 0 }.map {
      Case($0, &generator)
    }
  }

  static func window(
    _ images: Int64, _ extents: [Int64], _ channels: Int64, _ features: Int64, _ size: [Int64],
    stride: Int64 = 1, dilation: Int64 = 1, groups: Int64 = 1, pad: Int64 = 0
  ) -> gb_window {
    // One more empty cell after than before.
    let outputs = (0..<2).map { axis in
      let room = extents[axis] + 2 * pad + (pad > 0 ? 1 : 0) - ((size[axis] - 1) * dilation + 1)
      return room < 0 ? 0 : room / stride + 1
    }
    return gb_window(
      images: images, height: extents[0], width: extents[1], channels: channels,
      output_height: outputs[0], output_width: outputs[1], features: features,
      window_height: size[0], window_width: size[1], row_stride: stride, column_stride: stride,
      row_dilation: dilation, column_dilation: dilation, top: pad, left: pad, groups: groups)
  }

  /// Runs a loop that writes `count` numbers between two others, which must stay.
  func run(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    let mark: Float = 12345
    var memory = [Float](repeating: mark, count: count + 32)
    memory.withUnsafeMutableBufferPointer { body($0.baseAddress! + 16) }
    #expect(
      memory[..<16].allSatisfy { $0 == mark } && memory[(count + 16)...].allSatisfy { $0 == mark })
    return Array(memory[16..<count + 16])
  }

  func expectClose(_ found: [Float], _ expected: [Double], depth: Int, _ comment: String) {
    let bound = 1e-6 * Double(depth).squareRoot() + 1e-6
    let worst = zip(found, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(worst <= bound, "\(comment): \(worst)")
  }

  @Test func convolutionFollowsItsDefinitionHoweverItIsCut() {
    var generator = RandomGenerator(seed: 71)
    for example in Self.cases(&generator) {
      var expected = [Double](repeating: 0, count: example.y.count)
      example.forEachProduct { y, x, k in
        expected[y] += Double(example.x[x]) * Double(example.kernel[k])
      }
      var window = example.window
      for kernels in kernelSets {
        withScratch(Int(kernels.window_scratch(&window))) { scratch in
          let cut = Int64(generator.below(Int(example.pixels) + 1))
          let results = [[0, example.pixels], [0, cut, example.pixels]].map { cuts in
            run(example.y.count) { y in
              for (start, end) in zip(cuts, cuts.dropFirst()) {
                kernels.convolution(&window, example.x, example.kernel, y, start, end, scratch)
              }
            }
          }
          #expect(results[0] == results[1], "\(kernels.title) cut at \(cut): \(window)")
          expectClose(results[0], expected, depth: example.depth, "\(kernels.title) \(window)")
        }
      }
    }
  }

  @Test func gradientsFollowTheirDefinitions() {
    var generator = RandomGenerator(seed: 72)
    for example in Self.cases(&generator) {
      var dx = [Double](repeating: 0, count: example.x.count)
      var dk = [Double](repeating: 0, count: example.kernel.count)
      example.forEachProduct { y, x, k in
        dx[x] += Double(example.y[y]) * Double(example.kernel[k])
        dk[k] += Double(example.y[y]) * Double(example.x[x])
      }
      var window = example.window
      let turned = example.turned
      for kernels in kernelSets {
        withScratch(Int(kernels.window_scratch(&window))) { scratch in
          let images = run(dx.count) { to in
            for n in 0..<window.images {
              kernels.convolution_input_gradient(
                &window, example.y, turned, to, n, n + 1, scratch)
            }
          }
          expectClose(images, dx, depth: example.depth, "\(kernels.title) \(window)")
          let sums = run(dk.count) { to in
            let depth = Int64(example.depth)
            for k in stride(from: 0, to: depth, by: Int(kernels.window_depth(&window))) {
              kernels.convolution_kernel_gradient(
                &window, example.x, example.y, to, 0, example.pixels, k,
                min(depth, k + kernels.window_depth(&window)), scratch)
            }
          }
          expectClose(sums, dk, depth: Int(example.pixels), "\(kernels.title) \(window)")
        }
      }
    }
  }

  @Test func poolsFollowTheirDefinitions() {
    var generator = RandomGenerator(seed: 73)
    for _ in 0..<60 {
      let size = [Int64(1 + generator.below(3)), Int64(2 + generator.below(2))]
      var window = Self.window(
        2, [7, 6], [1, 3, 8, 13][generator.below(4)], 1, size,
        stride: Int64(1 + generator.below(3)),
        pad: Int64(generator.below(2)))
      // A pool's window has a cell inside, always.
      if window.top >= window.window_height { continue }
      window.features = window.channels
      let example = Case(window, &generator)
      let channels = Int(window.channels)
      var cells = [[Int]](repeating: [], count: example.y.count)
      example.forEachCell { pixel, cell, _ in
        for c in 0..<channels { cells[pixel * channels + c].append(cell * channels + c) }
      }
      guard cells.allSatisfy({ !$0.isEmpty }) else { continue }
      // Few different numbers, so that there are ties; the first counts.
      let x = example.x.map { ($0 * 3).rounded() }
      let first = cells.map { places in
        places.dropFirst().reduce(places[0]) { x[$1] > x[$0] ? $1 : $0 }
      }
      var dMax = [Float](repeating: 0, count: x.count)
      var dMean = [Double](repeating: 0, count: x.count)
      for (place, list) in cells.enumerated() {
        dMax[first[place]] += example.y[place]
        for cell in list { dMean[cell] += Double(example.y[place]) / Double(list.count) }
      }
      for kernels in kernelSets {
        let pixels = example.pixels
        #expect(
          run(first.count) { kernels.max_pool(&window, x, $0, 0, pixels) } == first.map { x[$0] })
        #expect(
          run(first.count) { kernels.max_pool_pick(&window, x, example.x, $0, 0, pixels) }
            == first.map { example.x[$0] })
        #expect(
          run(x.count) { kernels.max_pool_gradient(&window, x, example.y, $0, 0, 2) } == dMax)
        expectClose(
          run(first.count) { kernels.average_pool(&window, example.x, $0, 0, pixels) },
          cells.map { list in
            list.map { Double(example.x[$0]) }.reduce(0, +) / Double(list.count)
          }, depth: 9, "mean \(window)")
        expectClose(
          run(x.count) { kernels.average_pool_gradient(&window, example.y, $0, 0, 2) }, dMean,
          depth: 9, "mean's gradient \(window)")
      }
    }
  }

  @Test func aPoolHandsNotANumberOn() {
    var window = Self.window(1, [2, 2], 1, 1, [2, 2])
    for kernels in kernelSets {
      for place in 0..<4 {
        var x: [Float] = [1, 4, 2, 3]
        x[place] = .nan
        #expect(run(1) { kernels.max_pool(&window, x, $0, 0, 1) }[0].isNaN)
        let gradient = run(4) { kernels.max_pool_gradient(&window, x, [5], $0, 0, 1) }
        #expect(gradient == (0..<4).map { $0 == place ? 5 : 0 })
      }
      let lowest = [Float](repeating: -.infinity, count: 4)
      #expect(run(4) { kernels.max_pool_gradient(&window, lowest, [5], $0, 0, 1) } == [5, 0, 0, 0])
    }
  }
}
