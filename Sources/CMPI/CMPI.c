#include "CMPI.h"

#ifdef GLASSBOX_HAS_MPI

#include <mpi.h>
#include <stdlib.h>

struct glassbox_mpi_message {
  MPI_Request request;
};

int glassbox_mpi_is_there(void) { return 1; }

int glassbox_mpi_start(int32_t *rank, int32_t *count) {
  int started = 0, here = 0, all = 1;
  int code = MPI_Initialized(&started);
  if (code == MPI_SUCCESS && !started) {
    int given = 0;
    // The thread that trains makes every call.
    code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &given);
    if (code == MPI_SUCCESS && given < MPI_THREAD_SERIALIZED) return -1;
  }
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, &here);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, &all);
  *rank = here;
  *count = all;
  return code;
}

int glassbox_mpi_finish(void) { return MPI_Finalize(); }

void glassbox_mpi_abort(int32_t status) { MPI_Abort(MPI_COMM_WORLD, status); }

// MPI counts bytes in 32 bits: longer messages go in blocks, which one request must hold.
static int kind(int64_t count, MPI_Datatype *type) {
  enum { block = 1 << 20 };
  if (count <= INT32_MAX) return 0;
  MPI_Datatype blocks, rest, both;
  int lengths[2] = {1, 1};
  MPI_Aint places[2] = {0, (MPI_Aint)(count / block) * block};
  MPI_Datatype types[2];
  if (MPI_Type_contiguous(block, MPI_BYTE, &blocks)) return -1;
  if (MPI_Type_contiguous((int)(count / block), blocks, &rest)) return -1;
  types[0] = rest;
  if (MPI_Type_contiguous((int)(count % block), MPI_BYTE, &types[1])) return -1;
  if (MPI_Type_create_struct(2, lengths, places, types, &both) || MPI_Type_commit(&both)) return -1;
  MPI_Type_free(&blocks);
  MPI_Type_free(&rest);
  MPI_Type_free(&types[1]);
  *type = both;
  return 1;
}

static glassbox_mpi_message *begin(void *bytes, int64_t count, int32_t peer, int sends) {
  glassbox_mpi_message *message = malloc(sizeof *message);
  if (!message) return NULL;
  MPI_Datatype type = MPI_BYTE;
  int made = kind(count, &type);
  int number = made == 1 ? 1 : (int)count;
  int code = made < 0 ? 1
    : sends ? MPI_Isend(bytes, number, type, peer, 0, MPI_COMM_WORLD, &message->request)
            : MPI_Irecv(bytes, number, type, peer, 0, MPI_COMM_WORLD, &message->request);
  if (made == 1) MPI_Type_free(&type);
  if (code == MPI_SUCCESS) return message;
  free(message);
  return NULL;
}

glassbox_mpi_message *glassbox_mpi_send(const void *bytes, int64_t count, int32_t peer) {
  return begin((void *)bytes, count, peer, 1);
}

glassbox_mpi_message *glassbox_mpi_receive(void *bytes, int64_t count, int32_t peer) {
  return begin(bytes, count, peer, 0);
}

int glassbox_mpi_test(glassbox_mpi_message *message) {
  int done = 0;
  if (MPI_Test(&message->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return -1;
  if (done) free(message);
  return done;
}

const char *glassbox_mpi_version(void) {
  static char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  return MPI_Get_library_version(text, &length) == MPI_SUCCESS ? text : "MPI";
}

#else

#include <stddef.h>

int glassbox_mpi_is_there(void) { return 0; }
int glassbox_mpi_start(int32_t *rank, int32_t *count) {
  *rank = 0;
  *count = 1;
  return -1;
}
int glassbox_mpi_finish(void) { return 0; }
void glassbox_mpi_abort(int32_t status) { (void)status; }
glassbox_mpi_message *glassbox_mpi_send(const void *bytes, int64_t count, int32_t peer) {
  (void)bytes, (void)count, (void)peer;
  return NULL;
}
glassbox_mpi_message *glassbox_mpi_receive(void *bytes, int64_t count, int32_t peer) {
  (void)bytes, (void)count, (void)peer;
  return NULL;
}
int glassbox_mpi_test(glassbox_mpi_message *message) { (void)message; return -1; }
const char *glassbox_mpi_version(void) { return ""; }

#endif
