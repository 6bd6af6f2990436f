/// Every op there is. Checks, pages and benchmarks loop over this list and keep no other.
extension Ops {
  /// Those that layers use and those that gradients are made of.
  package static let all: [any Op.Type] = [
    Absolute.self, Add.self, Clip.self, Divide.self, ErrorFunction.self, Exponential.self,
    Logarithm.self,
    Maximum.self, Minimum.self, Multiply.self, Negate.self, SquareRoot.self, Subtract.self,
    ELU.self, GELU.self, GELUTanh.self, LeakyReLU.self, Linear.self, LogSoftmax.self, PReLU.self,
    ReLU.self, ReLU6.self, SELU.self, SiLU.self, Sigmoid.self, Softmax.self, Softplus.self,
    Tanh.self,
    AveragePool.self, AveragePoolGradient.self, Convolution.self, ConvolutionInputGradient.self,
    ConvolutionKernelGradient.self, MaxPool.self, MaxPoolGradient.self, MaxPoolPick.self,
    Broadcast.self, Concatenate.self, Pad.self, Reshape.self, Reverse.self, Slice.self,
    Transpose.self,
    BatchedMatrixProduct.self, MatrixProduct.self,
    JoinedScanGradient.self, RecurrentScan.self, RecurrentScanGradient.self,
    RecurrentWeightGradient.self,
    ArgMax.self, Largest.self, LogSumExp.self, Mean.self, Sum.self,
    Causal.self, Gather.self, LeaveOut.self, Pick.self, Place.self, RandomMask.self,
    ScatterAdd.self, Select.self,
    ElementwiseGradient.self,
  ]
}
