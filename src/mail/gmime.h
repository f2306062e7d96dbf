/* GMime, loaded when the first message is made. */
#pragma once

#include "base/late.h"
#include <gmime/gmime.h>

#ifdef LATE_GMIME
#define GMIME_FUNCTIONS(X)                                                                         \
  X(g_mime_encoding_flush)                                                                         \
  X(g_mime_encoding_init_encode)                                                                   \
  X(g_mime_encoding_outlen)                                                                        \
  X(g_mime_format_options_free)                                                                    \
  X(g_mime_format_options_new)                                                                     \
  X(g_mime_format_options_set_newline_format)                                                      \
  X(g_mime_init)                                                                                   \
  X(g_mime_message_add_mailbox)                                                                    \
  X(g_mime_message_new)                                                                            \
  X(g_mime_message_set_date)                                                                       \
  X(g_mime_message_set_message_id)                                                                 \
  X(g_mime_message_set_mime_part)                                                                  \
  X(g_mime_message_set_subject)                                                                    \
  X(g_mime_object_get_headers)                                                                     \
  X(g_mime_object_get_type)                                                                        \
  X(g_mime_object_set_header)                                                                      \
  X(g_mime_part_get_type)                                                                          \
  X(g_mime_part_set_content_encoding)                                                              \
  X(g_mime_text_part_new_with_subtype)                                                             \
  X(g_mime_text_part_set_charset)

typedef struct {
  GMIME_FUNCTIONS(LATE_MEMBER)
} GMimeLibrary;
/* Its functions; loads it when that has not been done. */
const GMimeLibrary *gmime_library(void);

#define g_mime_encoding_flush       gmime_library()->g_mime_encoding_flush
#define g_mime_encoding_init_encode gmime_library()->g_mime_encoding_init_encode
#define g_mime_encoding_outlen      gmime_library()->g_mime_encoding_outlen
#define g_mime_format_options_free  gmime_library()->g_mime_format_options_free
#define g_mime_format_options_new   gmime_library()->g_mime_format_options_new
#define g_mime_format_options_set_newline_format                                                   \
  gmime_library()->g_mime_format_options_set_newline_format
#define g_mime_init                       gmime_library()->g_mime_init
#define g_mime_message_add_mailbox        gmime_library()->g_mime_message_add_mailbox
#define g_mime_message_new                gmime_library()->g_mime_message_new
#define g_mime_message_set_date           gmime_library()->g_mime_message_set_date
#define g_mime_message_set_message_id     gmime_library()->g_mime_message_set_message_id
#define g_mime_message_set_mime_part      gmime_library()->g_mime_message_set_mime_part
#define g_mime_message_set_subject        gmime_library()->g_mime_message_set_subject
#define g_mime_object_get_headers         gmime_library()->g_mime_object_get_headers
#define g_mime_object_get_type            gmime_library()->g_mime_object_get_type
#define g_mime_object_set_header          gmime_library()->g_mime_object_set_header
#define g_mime_part_get_type              gmime_library()->g_mime_part_get_type
#define g_mime_part_set_content_encoding  gmime_library()->g_mime_part_set_content_encoding
#define g_mime_text_part_new_with_subtype gmime_library()->g_mime_text_part_new_with_subtype
#define g_mime_text_part_set_charset      gmime_library()->g_mime_text_part_set_charset
#endif
