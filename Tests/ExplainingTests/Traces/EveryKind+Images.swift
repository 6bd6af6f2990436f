import Engine
import Networks

extension EveryKind {
  /// A small network with a layer of this kind for images or sequences; nil if it is neither.
  static func windows(_ kind: String) -> (network: Sequential, shape: Shape)? {
    let layer: any Layer
    var shape: Shape = [4, 5, 2]
    switch kind {
    case AveragePool1D.kind: (layer, shape) = (AveragePool1D(padding: .same), [5, 2])
    case AveragePool2D.kind: layer = AveragePool2D(poolSize: 3, strides: 2, padding: .same)
    case Conv1D.kind: (layer, shape) = (Conv1D(2, kernelSize: 2, padding: .causal), [4, 2])
    case Conv2D.kind:
      layer = Conv2D(2, kernelSize: 3, strides: 2, padding: .same, activation: .tanh)
    case DepthwiseConv2D.kind: layer = DepthwiseConv2D(kernelSize: 2, dilation: 2)
    case GlobalAveragePool2D.kind: layer = GlobalAveragePool2D()
    case GlobalMaxPool2D.kind: layer = GlobalMaxPool2D()
    case MaxPool1D.kind: (layer, shape) = (MaxPool1D(poolSize: 3, stride: 1), [5, 2])
    case MaxPool2D.kind: layer = MaxPool2D()
    case Upsample2D.kind: (layer, shape) = (Upsample2D(), [1, 2, 1])
    case ZeroPadding2D.kind: (layer, shape) = (ZeroPadding2D(), [1, 2, 1])
    default: return nil
    }
    // Behind a layer with weights, so that a gradient goes through it.
    let first: any Layer =
      shape.rank == 3 ? Conv2D(2, kernelSize: 1) : Conv1D(2, kernelSize: 1)
    return (Sequential([first, layer, Flatten(), Dense(2)]), shape)
  }
}
