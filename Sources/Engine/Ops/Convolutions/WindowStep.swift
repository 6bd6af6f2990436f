import CKernels

extension gb_window {
  /// How many a convolution needs.
  var multiplications: Int { Self.work(poolWork, Int(channels / groups)) }

  /// How many comparisons or additions a pool needs.
  var poolWork: Int {
    Self.work(
      Int(images * output_height * output_width * features),
      Int(window_height), Int(window_width))
  }

  /// A product that is only compared: as large as a number can be where it would overflow.
  private static func work(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : next
    }
  }
}

/// A loop over windows, cut between rows of output pixels or between images. The cut depends on shapes
/// alone.
final class WindowStep: Step {
  /// What a chunk is a range of.
  enum Range { case outputRows, images }

  typealias Body = (
    _ window: UnsafePointer<gb_window>, _ range: Swift.Range<Int64>,
    _ scratch: UnsafeMutablePointer<Float>
  ) -> Void

  private let window: gb_window
  private let body: Body
  /// Output pixels, or images.
  private let count, perChunk: Int
  private let isByRows: Bool
  let chunks, scratchCount: Int

  /// - Parameter work: multiplications or the like in all.
  init(
    _ window: gb_window, over range: Range, work: Int, scratchCount: Int = 0, body: @escaping Body
  ) {
    self.window = window
    self.body = body
    self.scratchCount = scratchCount
    isByRows = range == .outputRows
    let pixels = Int(window.output_height * window.output_width)
    // Rows of one image; of several, whole images.
    let isSingle = window.images <= 1
    let unit = !isByRows ? 1 : isSingle ? Int(window.output_width) : pixels
    count = Int(window.images) * (isByRows ? pixels : 1)
    let units = count / unit
    // A chunk should be worth handing to another core.
    let wanted = min(64, max(1, work >> 19))
    perChunk = unit * max(1, (units + wanted - 1) / wanted)
    chunks = (count + perChunk - 1) / perChunk
  }

  var kind: String {
    "windows \(window.window_height) x \(window.window_width), "
      + "\(window.height) x \(window.width) x \(window.channels) to "
      + "\(window.output_height) x \(window.output_width) x \(window.features)"
      + (isByRows ? "" : ", back")
  }

  func outputRange(ofChunk chunk: Int) -> Swift.Range<Int>? {
    let size = isByRows ? window.features : window.height * window.width * window.channels
    return chunk * perChunk * Int(size)..<min(count, (chunk + 1) * perChunk) * Int(size)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let range = Int64(chunk * perChunk)..<Int64(min(count, (chunk + 1) * perChunk))
    withUnsafePointer(to: window) { body($0, range, scratch) }
  }
}

/// Sums of the kernel's gradient: for each part of the images and each cut of the window one chunk.
final class KernelGradientStep: Step {
  private let window: gb_window
  private let x, dy, sums: UnsafeMutablePointer<Float>
  private let parts, cut, rows: Int
  private let kernels: Kernels
  let chunks, scratchCount: Int

  init(
    _ window: gb_window, parts: Int, x: UnsafeMutablePointer<Float>,
    dy: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>, kernels: Kernels
  ) {
    self.window = window
    (self.x, self.dy, self.sums) = (x, dy, sums)
    (self.parts, self.kernels) = (parts, kernels)
    cut = Int(withUnsafePointer(to: window, kernels.table.window_depth))
    rows = Int(window.window_height * window.window_width * (window.channels / window.groups))
    chunks = parts * ((rows + cut - 1) / cut)
    scratchCount = Int(withUnsafePointer(to: window, kernels.table.window_scratch))
  }

  var kind: String {
    "kernel gradient \(window.window_height) x \(window.window_width) x \(window.channels) x "
      + "\(window.features)"
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let (part, first) = (chunk % parts, chunk / parts * cut)
    let (images, pixels) = (Int(window.images), window.output_height * window.output_width)
    let sum = sums + part * rows * Int(window.features)
    withUnsafePointer(to: window) {
      kernels.table.convolution_kernel_gradient(
        $0, x, dy, sum, Int64(images * part / parts) * pixels,
        Int64(images * (part + 1) / parts) * pixels, Int64(first),
        Int64(min(rows, first + cut)), scratch)
    }
  }
}
