// Each file of this folder is written as it would stand in the target that it adds to, where the target's
// own names need no import; so here they need none either.
@_exported import Engine
@_exported import Lessons
@_exported import Networks
@_exported import Training
