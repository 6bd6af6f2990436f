@_exported import Datasets
@_exported import Engine
@_exported import Explaining
@_exported import Networks
@_exported import Training
