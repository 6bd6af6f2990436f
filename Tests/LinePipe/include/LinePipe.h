#ifndef GLASSBOX_LINE_PIPE_H
#define GLASSBOX_LINE_PIPE_H

/// Opens a pipe that no other program inherits: ends[0] is for reading, ends[1] for writing. With
/// `one_write` it holds no more than one write, whatever its length, so that a writer waits until its
/// reader has taken what it wrote before (on Linux only). Gives 0, or -1 if the system has none left.
int line_pipe(int ends[2], int one_write);

#endif
