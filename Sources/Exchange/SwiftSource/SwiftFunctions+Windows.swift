extension SwiftFunctions {
  // An image is (height, width, channels), row by row, the channels of a pixel side by side.
  static let windowTexts: [(name: String, text: String, uses: [String])] = [
    (
      "Axis",
      """
      /// How windows lie along one axis of an image.
      struct Axis {
        var size, stride, dilation, before: Int
        /// Where a cell of a window lies, possibly outside.
        @inline(__always) func place(_ window: Int, _ cell: Int) -> Int {
          window * stride + cell * dilation - before
        }
      }

      /// Height, width and channels; the channels of a pixel lie side by side.
      typealias Image = (height: Int, width: Int, channels: Int)
      """, []
    ),
    (
      "convolve",
      """
      /// For each window and feature the sum of the window's cells, each times its weight.
      ///
      /// The cells of a row of windows are written one window below the other, which leaves a product.
      @inline(never) func convolve(
        _ x: Numbers, _ from: Image, _ kernel: Numbers, into y: Memory, _ to: Image, _ rows: Axis,
        _ columns: Axis, groups: Int, patches: Memory
      ) {
        let (channels, features) = (from.channels / groups, to.channels / groups)
        for p in 0..<to.height {
          for group in 0..<groups {
            var patch = patches
            for q in 0..<to.width {
              for i in 0..<rows.size {
                let row = rows.place(p, i)
                for j in 0..<columns.size {
                  let column = columns.place(q, j)
                  let isInside =
                    row >= 0 && row < from.height && column >= 0 && column < from.width
                  let cell = (row * from.width + column) * from.channels + group * channels
                  for c in 0..<channels { patch[c] = isInside ? x[cell + c] : 0 }
                  patch += channels
                }
              }
            }
            multiply(
              patches, kernel + group * features,
              into: y + p * to.width * to.channels + group * features, rows: to.width,
              inner: rows.size * columns.size * channels, columns: features, leap: to.channels)
          }
        }
      }
      """, ["Axis", "multiply"]
    ),
    (
      "convolveEach",
      """
      /// The same where every feature looks at one channel alone.
      @inline(never) func convolveEach(
        _ x: Numbers, _ from: Image, _ kernel: Numbers, into y: Memory, _ to: Image, _ rows: Axis,
        _ columns: Axis
      ) {
        let (features, each) = (to.channels, to.channels / from.channels)
        for p in 0..<to.height {
          for q in 0..<to.width {
            let y = y + (p * to.width + q) * features
            for f in 0..<features { y[f] = 0 }
            for i in 0..<rows.size {
              let row = rows.place(p, i)
              if row < 0 || row >= from.height { continue }
              for j in 0..<columns.size {
                let column = columns.place(q, j)
                if column < 0 || column >= from.width { continue }
                let x = x + (row * from.width + column) * from.channels
                let weights = kernel + (i * columns.size + j) * features
                if each == 1 {
                  for f in 0..<features { y[f] += x[f] * weights[f] }
                } else {
                  for f in 0..<features { y[f] += x[f / each] * weights[f] }
                }
              }
            }
          }
        }
      }
      """, ["Axis"]
    ),
    (
      "spreadWindows",
      """
      /// The transposed convolution: what each window has is added to its cells, each times its weight.
      @inline(never) func spreadWindows(
        _ x: Numbers, _ from: Image, _ kernel: Numbers, into y: Memory, _ to: Image, _ rows: Axis,
        _ columns: Axis, groups: Int
      ) {
        let (channels, features) = (to.channels / groups, from.channels / groups)
        for i in 0..<to.height * to.width * to.channels { y[i] = 0 }
        for p in 0..<from.height {
          for q in 0..<from.width {
            let x = x + (p * from.width + q) * from.channels
            for i in 0..<rows.size {
              let row = rows.place(p, i)
              if row < 0 || row >= to.height { continue }
              for j in 0..<columns.size {
                let column = columns.place(q, j)
                if column < 0 || column >= to.width { continue }
                let y = y + (row * to.width + column) * to.channels
                let weights = kernel + (i * columns.size + j) * channels * from.channels
                for c in 0..<to.channels {
                  let first = c / channels * features
                  let part = weights + c % channels * from.channels
                  var sum: Float = 0
                  for f in first..<first + features { sum += x[f] * part[f] }
                  y[c] += sum
                }
              }
            }
          }
        }
      }
      """, ["Axis"]
    ),
    (
      "largestOfWindows",
      """
      /// The largest cell of each window, channel by channel.
      @inline(never) func largestOfWindows(
        _ x: Numbers, _ from: Image, into y: Memory, _ to: Image, _ rows: Axis, _ columns: Axis
      ) {
        for p in 0..<to.height {
          for q in 0..<to.width {
            let y = y + (p * to.width + q) * to.channels
            for c in 0..<to.channels { y[c] = -Float.infinity }
            for i in 0..<rows.size {
              let row = rows.place(p, i)
              if row < 0 || row >= from.height { continue }
              for j in 0..<columns.size {
                let column = columns.place(q, j)
                if column < 0 || column >= from.width { continue }
                let x = x + (row * from.width + column) * from.channels
                for c in 0..<to.channels { y[c] = max(y[c], x[c]) }
              }
            }
          }
        }
      }
      """, ["Axis", "max"]
    ),
    (
      "meanOfWindows",
      """
      /// The mean of the cells of each window that lie inside the image, channel by channel.
      @inline(never) func meanOfWindows(
        _ x: Numbers, _ from: Image, into y: Memory, _ to: Image, _ rows: Axis, _ columns: Axis
      ) {
        for p in 0..<to.height {
          for q in 0..<to.width {
            let y = y + (p * to.width + q) * to.channels
            for c in 0..<to.channels { y[c] = 0 }
            var count: Float = 0
            for i in 0..<rows.size {
              let row = rows.place(p, i)
              if row < 0 || row >= from.height { continue }
              for j in 0..<columns.size {
                let column = columns.place(q, j)
                if column < 0 || column >= from.width { continue }
                count += 1
                let x = x + (row * from.width + column) * from.channels
                for c in 0..<to.channels { y[c] += x[c] }
              }
            }
            for c in 0..<to.channels { y[c] /= count }
          }
        }
      }
      """, ["Axis"]
    ),
  ]

  /// What rows of a table become numbers by.
  static let inputTexts: [(name: String, text: String, uses: [String])] = [
    (
      "scaled",
      """
      /// (x - offset) / scale; `usual` stands for a missing number.
      @inline(never) func scaled(_ x: Double?, offset: Double, scale: Double, usual: Double) -> Float {
        let known = x ?? Double.nan
        return Float(((known.isNaN ? usual : known) - offset) / scale)
      }
      """, []
    ),
    (
      "isMissing",
      """
      @inline(never) func isMissing(_ x: Double?) -> Bool { x.map { $0.isNaN } ?? true }
      """, []
    ),
    (
      "oneOf",
      """
      /// As many numbers as there are categories: 1 for its own, 0 for the others.
      @inline(never) func oneOf(_ count: Int, _ place: Int, into input: inout [Float]) {
        for i in 0..<count { input.append(i == place ? 1 : 0) }
      }
      """, []
    ),
  ]
}
