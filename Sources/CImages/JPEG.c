#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "CImages.h"

// A progressive file may repeat its scans without end; no camera or program writes so many.
enum { most_scans = 500 };

typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf escape;
  char *message;
} failure;

static void stop(j_common_ptr info) {
  failure *where = (failure *)info->err;
  info->err->format_message(info, where->message);
  longjmp(where->escape, 1);
}

// The library goes on after warnings and invents the pixels that are missing. Only warnings that
// leave every pixel as it was written are passed over.
static void weigh(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_ADOBE_XFORM:
  case JWRN_JFIF_MAJOR:
  case JWRN_BOGUS_ICC:
    return;
  default:
    stop(info);
  }
}

static void count_scans(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number <= most_scans) return;
  failure *where = (failure *)info->err;
  snprintf(where->message, JMSG_LENGTH_MAX, "more than %d scans", most_scans);
  longjmp(where->escape, 1);
}

static void read_rows(j_decompress_ptr info, gb_take_row take, void *context) {
  jpeg_start_decompress(info);
  // The library's own memory, which goes with it.
  JSAMPARRAY row = info->mem->alloc_sarray(
      (j_common_ptr)info, JPOOL_IMAGE, info->output_width * (JDIMENSION)info->output_components, 1);
  while (info->output_scanline < info->output_height) {
    int32_t number = (int32_t)info->output_scanline;
    jpeg_read_scanlines(info, row, 1);
    take(context, number, row[0]);
  }
  jpeg_finish_decompress(info);
}

// Where colours or refinements come one after the other, the library keeps all coefficients.
static int64_t kept_coefficients(j_decompress_ptr info) {
  if (!jpeg_has_multiple_scans(info)) return 0;
  int64_t blocks = 0;
  for (int place = 0; place < info->num_components; place++)
    blocks += (int64_t)info->comp_info[place].width_in_blocks *
              (int64_t)info->comp_info[place].height_in_blocks;
  return blocks * (int64_t)sizeof(JBLOCK);
}

int gb_jpeg_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                 void *context) {
  struct jpeg_decompress_struct info = {0};
  struct jpeg_progress_mgr progress = {.progress_monitor = count_scans};
  failure where;
  where.message = image->message;
  info.err = jpeg_std_error(&where.manager);
  where.manager.error_exit = stop;
  where.manager.emit_message = weigh;
  if (setjmp(where.escape)) {
    jpeg_destroy_decompress(&info);
    return 0;
  }
  jpeg_create_decompress(&info);
  info.progress = &progress;
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);

  image->width = (int32_t)info.image_width;
  image->height = (int32_t)info.image_height;
  switch (info.jpeg_color_space) {
  case JCS_GRAYSCALE:
    info.out_color_space = JCS_GRAYSCALE;
    image->channels = 1;
    break;
  case JCS_CMYK:
  case JCS_YCCK:
    info.out_color_space = JCS_CMYK;
    image->channels = 4;
    break;
  default:
    info.out_color_space = JCS_RGB;
    image->channels = 3;
  }
  image->level_bytes = 1;
  image->memory = kept_coefficients(&info);
  if (take) read_rows(&info, take, context);
  jpeg_destroy_decompress(&info);
  return 1;
}
