import Engine
import Networks

/// Layers that may compute a stretch of ops, by what can be read off it: a list of layers one after the other for each
/// proposal. Whether one does is found by building it (``SameComputation``), so a proposal that is wrong does no harm.
///
/// A layer that is not proposed stays a layer of ops.
enum LayerProposals {
  static func all(_ stretch: Stretch) -> [[any Layer]] {
    sources.lazy.map { $0(stretch) }.first { !$0.isEmpty } ?? []
  }

  /// The first that has any proposal is asked alone.
  private static let sources: [@Sendable (Stretch) -> [[any Layer]]] = [
    convolutions, products, pools, recurrences, blocks, attentions, lookups, normalizations,
    elementwise, plain,
  ]

  // MARK: Windows

  private static func convolutions(_ stretch: Stretch) -> [[any Layer]] {
    let found = stretch.uses(Ops.Convolution.self)
    guard found.count == 1, stretch.parts.count <= 12 else { return [] }
    let (place, op) = found[0]
    let windows = stretch.graph.windows(place, op.window)
    let kernel = stretch.extents(place, input: 1)
    let images = stretch.places(windows.source)
    let hasBias = stretch.uses(Ops.Add.self).isEmpty ? [false] : [true, false]
    var proposals: [[any Layer]] = []
    for activation in stretch.activations(behind: place) {
      for usesBias in hasBias {
        proposals += convolution(
          stretch, windows.window, op.groups, kernel, images, activation, usesBias)
      }
    }
    return proposals
  }

  private static func convolution(
    _ stretch: Stretch, _ window: Window, _ groups: Int, _ kernel: [Int], _ images: [Int],
    _ activation: ActivationFunction, _ usesBias: Bool
  ) -> [[any Layer]] {
    let (rows, columns) = (window.rows, window.columns)
    let isSequence = stretch.input.rank == 2
    let (before, padding) = Self.padding(
      isSequence ? [columns] : [rows, columns], Array(images.suffix(isSequence ? 1 : 2)))
    if isSequence {
      return [
        before + [
          Conv1D(
            kernel[3], kernelSize: columns.size, stride: columns.stride, padding: padding,
            dilation: columns.dilation, groups: groups, activation: activation, usesBias: usesBias)
        ]
      ]
    }
    let size = Extents(height: rows.size, width: columns.size)
    let strides = Extents(height: rows.stride, width: columns.stride)
    let dilation = Extents(height: rows.dilation, width: columns.dilation)
    let channels = stretch.input.extents.last ?? 1
    if groups > 1, groups.isMultiple(of: channels), kernel[3] == groups {
      // Each channel has filters of its own.
      return [
        before + [
          DepthwiseConv2D(
            kernelSize: size, multiplier: groups / channels, strides: strides, padding: padding,
            dilation: dilation, activation: activation, usesBias: usesBias)
        ]
      ]
    }
    return [
      before + [
        Conv2D(
          kernel[3], kernelSize: size, strides: strides, padding: padding, dilation: dilation,
          groups: groups, activation: activation, usesBias: usesBias)
      ]
    ]
  }

  /// The rule by which windows have what is empty around them, or a layer before them that puts it there.
  private static func padding(
    _ axes: [WindowAxis], _ extents: [Int]
  ) -> (before: [any Layer], Padding) {
    for padding in [Padding.valid, .same, .causal] where padding != .causal || axes.count == 1 {
      let follows = zip(axes, extents).allSatisfy { axis, extent in
        padding.axis(
          size: axis.size, stride: axis.stride, dilation: axis.dilation, over: extent) == axis
      }
      if follows { return ([], padding) }
    }
    if axes.count == 1 {
      return ([ZeroPadding1D(before: axes[0].before, after: axes[0].after)], .valid)
    }
    return (
      [
        ZeroPadding2D(
          top: axes[0].before, bottom: axes[0].after, left: axes[1].before, right: axes[1].after)
      ], .valid
    )
  }

  private static func pools(_ stretch: Stretch) -> [[any Layer]] {
    let (largest, means) = (stretch.uses(Ops.MaxPool.self), stretch.uses(Ops.AveragePool.self))
    guard largest.count + means.count == 1,
      stretch.isMade(of: Ops.MaxPool.self, Ops.AveragePool.self, Ops.Pad.self)
    else { return [] }
    let place = largest.first?.place ?? means[0].place
    let windows =
      largest.first.map { stretch.graph.windows($0.place, $0.op.window) }
      ?? SearchedGraph.Windows(
        window: means[0].op.window, source: stretch.graph.entries[place].inputs[0])
    let (rows, columns) = (windows.window.rows, windows.window.columns)
    let extents = stretch.places(windows.source)
    if stretch.input.rank == 2 {
      let (before, padding) = Self.padding([columns], [extents[1]])
      let pool: any Layer =
        largest.isEmpty
        ? AveragePool1D(poolSize: columns.size, stride: columns.stride, padding: padding)
        : MaxPool1D(poolSize: columns.size, stride: columns.stride, padding: padding)
      return [before + [pool]]
    }
    let (before, padding) = Self.padding([rows, columns], extents)
    let size = Extents(height: rows.size, width: columns.size)
    let strides = Extents(height: rows.stride, width: columns.stride)
    let pool: any Layer =
      largest.isEmpty
      ? AveragePool2D(poolSize: size, strides: strides, padding: padding)
      : MaxPool2D(poolSize: size, strides: strides, padding: padding)
    return [before + [pool]]
  }

  // MARK: Products

  private static func products(_ stretch: Stretch) -> [[any Layer]] {
    let found = stretch.uses(Ops.MatrixProduct.self)
    guard found.count == 1, stretch.parts.count <= 12, stretch.parts.first?.place == found[0].place
    else { return [] }
    let (place, op) = found[0]
    let kernel = stretch.extents(place, input: 1)
    let units = op.transposesB ? kernel[0] : kernel[1]
    let hasBias = stretch.uses(Ops.Add.self).isEmpty ? [false] : [true, false]
    return stretch.activations(behind: place).flatMap { activation in
      hasBias.map { [Dense(units, activation: activation, usesBias: $0)] }
    }
  }

  private static func lookups(_ stretch: Stretch) -> [[any Layer]] {
    if let (place, _) = stretch.uses(Ops.Gather.self).first, stretch.parts.count == 1 {
      let table = stretch.extents(place, input: 0)
      return table.count == 2 ? [[Embedding(tokens: table[0], units: table[1])]] : []
    }
    guard stretch.parts.count == 1, stretch.parts[0].op is Ops.Add, stretch.input.rank == 2 else {
      return []
    }
    return [[PositionEmbedding()]]
  }

  // MARK: Normalisation

  /// Normalisation of rows, or by kept statistics.
  static func normalizations(_ stretch: Stretch) -> [[any Layer]] {
    guard
      stretch.isMade(
        of: Ops.Mean.self, Ops.Subtract.self, Ops.Multiply.self, Ops.Add.self, Ops.SquareRoot.self,
        Ops.Divide.self), stretch.parts.count <= 10
    else { return [] }
    let isOfRows = !stretch.uses(Ops.Mean.self).isEmpty
    guard isOfRows || stretch.parts.first?.op is Ops.Subtract else { return [] }
    return stretch.smallNumbers.flatMap { epsilon in
      [true, false].flatMap { centers in
        [true, false].map { scales in
          isOfRows
            ? [LayerNorm(epsilon: epsilon, centers: centers, scales: scales)]
            : [BatchNorm(epsilon: epsilon, centers: centers, scales: scales)]
        }
      }
    }
  }

  // MARK: One number at a time, and what only moves numbers

  private static func elementwise(_ stretch: Stretch) -> [[any Layer]] {
    guard let first = stretch.parts.first, let last = stretch.parts.last, stretch.parts.count <= 10
    else { return [] }
    // An op of its own is all of it.
    if stretch.parts.count > 1, last.op is any ActivationOp { return [] }
    if stretch.parts.count == 1, first.op is Ops.PReLU { return [[ParametricReLU()]] }
    return stretch.activations(behind: first.place - 1).filter { $0 != .linear }
      .map { [Activation($0)] }
  }

  /// Layers without settings, and those that put something around, repeat, or give another shape.
  private static func plain(_ stretch: Stretch) -> [[any Layer]] {
    var proposals: [[any Layer]] = []
    if stretch.parts.count == 1, let pad = stretch.parts[0].op as? Ops.Pad {
      if stretch.input.rank == 2 {
        proposals.append([ZeroPadding1D(before: pad.before[1], after: pad.after[1])])
      } else if stretch.input.rank == 3 {
        proposals.append([
          ZeroPadding2D(
            top: pad.before[1], bottom: pad.after[1], left: pad.before[2], right: pad.after[2])
        ])
      }
      return proposals
    }
    if stretch.parts.isEmpty {
      proposals += enlargements(stretch)
      if stretch.output.count == stretch.input.count {
        if stretch.output.rank == 1 { proposals.append([Flatten()]) }
        if stretch.output != stretch.input { proposals.append([Reshaping(to: stretch.output)]) }
      }
      return proposals
    }
    let usual = Registry.standard.layers.filter { $0.settingFacts.isEmpty }.map { [$0.usual] }
    return stretch.parts.count <= 2 ? usual : enlargements(stretch)
  }

  private static func enlargements(_ stretch: Stretch) -> [[any Layer]] {
    let (from, to) = (stretch.input.extents, stretch.output.extents)
    guard from.count == to.count, from.last == to.last,
      zip(from, to).allSatisfy({ $0 > 0 && $1.isMultiple(of: $0) }), from != to
    else { return [] }
    if from.count == 2 { return [[Upsample1D(size: to[0] / from[0])]] }
    guard from.count == 3 else { return [] }
    let size = Extents(height: to[0] / from[0], width: to[1] / from[1])
    return stretch.parts.isEmpty
      ? [[Upsample2D(size: size)]] : [[Upsample2D(size: size, interpolation: .bilinear)]]
  }
}
