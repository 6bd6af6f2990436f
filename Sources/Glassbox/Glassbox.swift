@_exported import Datasets
@_exported import Engine
@_exported import Networks
@_exported import Tracing
@_exported import Training
