import Engine
import Networks

extension LayerProposals {
  // MARK: Recurrences

  static func recurrences(_ stretch: Stretch) -> [[any Layer]] {
    let scans = stretch.uses(Ops.RecurrentScan.self)
    guard let (place, op) = scans.first, (1...2).contains(scans.count) else { return [] }
    var settings = RecurrentSettings(stretch.extents(place, input: 2)[0])
    settings.activation = function(op.cell.activation)
    settings.gateActivation = function(op.cell.gateActivation)
    settings.usesBias = op.cell.hasBias
    return [false, true].flatMap { returnsSequences -> [[any Layer]] in
      settings.returnsSequences = returnsSequences
      settings.goesBackwards = scans.count == 1 && op.isReversed
      let layer: any RecurrentLayer =
        switch op.cell.kind.rawValue {
        case "lstm": LSTM(settings)
        case "gru": GRU(settings)
        default: SimpleRNN(settings)
        }
      guard scans.count == 2 else { return [[layer]] }
      return [Bidirectional.Merge.concat, .sum, .average, .product].map {
        [Bidirectional(layer, merge: $0)]
      }
    }
  }

  private static func function(_ op: any ElementwiseOp) -> ActivationFunction {
    (op as? any ActivationOp).map(ActivationFunction.init) ?? .linear
  }

  // MARK: Attention

  /// Blocks of attention and two products, each with a way past it.
  static func blocks(_ stretch: Stretch) -> [[any Layer]] {
    guard let asked = Asked(stretch), stretch.uses(Ops.MatrixProduct.self).count == 6 else {
      return []
    }
    // Of the two products behind attention the first is wide.
    let product = stretch.uses(Ops.MatrixProduct.self)[4]
    let kernel = stretch.extents(product.place, input: 1)
    let hidden = product.op.transposesB ? kernel[0] : kernel[1]
    let between = Registry.standard.activations
    return stretch.smallNumbers.flatMap { epsilon in
      between.flatMap { activation in
        [true, false].map { isFirst in
          [
            TransformerBlock(
              heads: asked.heads, hidden: hidden, keyWidth: asked.keyWidth, activation: activation,
              normalizesFirst: isFirst, epsilon: epsilon)
          ]
        }
      }
    }
  }

  static func attentions(_ stretch: Stretch) -> [[any Layer]] {
    guard let asked = Asked(stretch), stretch.uses(Ops.MatrixProduct.self).count == 4 else {
      return []
    }
    return [true, false].map {
      [
        Attention(
          heads: asked.heads, keyWidth: asked.keyWidth,
          valueWidth: asked.valueWidth == asked.keyWidth ? nil : asked.valueWidth, usesBias: $0)
      ]
    }
  }

  /// What can be read off the two products of attention.
  private struct Asked {
    let heads, keyWidth, valueWidth: Int

    init?(_ stretch: Stretch) {
      let products = stretch.uses(Ops.BatchedMatrixProduct.self)
      guard products.count == 2, stretch.uses(Ops.Softmax.self).count == 1,
        stretch.input.rank == 2
      else { return nil }
      let query = stretch.extents(products[0].place, input: 0)
      let batch = stretch.graph.shapes(stretch.graph.start)[0][0]
      guard batch > 0, query[0].isMultiple(of: batch) else { return nil }
      heads = query[0] / batch
      keyWidth = query[2]
      valueWidth = stretch.graph.shapes(products[1].place)[0].extents[2]
    }
  }
}
