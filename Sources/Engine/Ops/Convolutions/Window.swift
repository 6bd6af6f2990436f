import CKernels

/// A rectangle of cells that slides over images of shape [images, height, width, channels].
package struct Window: Sendable, Hashable {
  package let rows: WindowAxis
  package let columns: WindowAxis

  /// One setting for each axis.
  package init(rows: WindowAxis, columns: WindowAxis) {
    (self.rows, self.columns) = (rows, columns)
  }

  /// How many cells it has.
  var size: Int { rows.size * columns.size }

  /// What one window makes of one image, for each of them.
  /// - Throws: ``Problem``.
  func shape(over images: TensorShape, features: Int) throws -> TensorShape {
    guard images.rank == 4, images[3] > 0, features > 0 else {
      throw Problem.shape(
        "window", expected: "images of shape [images, height, width, channels]",
        found: "\(images)", fix: "give grey images a channel axis of extent 1")
    }
    return try TensorShape(checking: [
      images[0], rows.count(checking: images[1], "height"),
      columns.count(checking: images[2], "width"), features,
    ])
  }

  /// The cells of a pool: all of every window is not empty if the padding is smaller than it.
  /// - Throws: ``Problem``.
  func poolShape(over inputs: [TensorShape]) throws -> TensorShape {
    guard let images = inputs.first else {
      throw Problem.shape("window", expected: "images", found: "nothing")
    }
    for axis in [rows, columns]
    where axis.before >= axis.size || axis.after >= axis.size || axis.dilation != 1 {
      throw Problem.shape(
        "window", expected: "padding smaller than the window, and no dilation",
        found: "padding \(axis.before) and \(axis.after) for a window of \(axis.size)")
    }
    return try shape(over: images, features: images.rank == 4 ? images[3] : 1)
  }

  /// The places, by flat index, of the cells that make one number of a pool.
  func cells(_ cell: Int, of output: TensorShape, over images: TensorShape) -> [Int] {
    let position = output.position(ofFlatIndex: cell)
    return rows.cells(position[1], over: images[1]).flatMap { row in
      columns.cells(position[2], over: images[2]).map { column in
        images.flatIndex(ofPosition: [position[0], row.place, column.place, position[3]])
      }
    }
  }

  /// The windows, by flat index, of which a place of the images is a cell.
  func windows(on place: Int, of images: TensorShape, _ output: TensorShape) -> [Int] {
    let position = images.position(ofFlatIndex: place)
    return rows.windows(on: position[1], of: output[1]).flatMap { row in
      columns.windows(on: position[2], of: output[2]).map { column in
        output.flatIndex(ofPosition: [position[0], row.window, column.window, position[3]])
      }
    }
  }

  /// The form the fast loops read.
  func geometry(_ images: TensorShape, _ output: TensorShape, groups: Int = 1) -> gb_window {
    gb_window(
      images: Int64(images[0]), height: Int64(images[1]), width: Int64(images[2]),
      channels: Int64(images[3]), output_height: Int64(output[1]), output_width: Int64(output[2]),
      features: Int64(output[3]), window_height: Int64(rows.size),
      window_width: Int64(columns.size), row_stride: Int64(rows.stride),
      column_stride: Int64(columns.stride), row_dilation: Int64(rows.dilation),
      column_dilation: Int64(columns.dilation), top: Int64(rows.before),
      left: Int64(columns.before), groups: Int64(groups))
  }

}
