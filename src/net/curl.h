/* libcurl, for those rooms that may use it: loaded when it is first needed. */
#pragma once

#include "base/late.h"
#ifdef LATE_CURL
#define CURL_DISABLE_TYPECHECK
#endif
#include <curl/curl.h>

#ifdef LATE_CURL
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_share_setopt
#undef curl_multi_setopt
#define CURL_FUNCTIONS(X)                                                                          \
  X(curl_easy_cleanup)                                                                             \
  X(curl_easy_getinfo)                                                                             \
  X(curl_easy_init)                                                                                \
  X(curl_easy_reset)                                                                               \
  X(curl_easy_setopt)                                                                              \
  X(curl_easy_strerror)                                                                            \
  X(curl_free)                                                                                     \
  X(curl_getdate)                                                                                  \
  X(curl_global_init_mem)                                                                          \
  X(curl_multi_add_handle)                                                                         \
  X(curl_multi_cleanup)                                                                            \
  X(curl_multi_info_read)                                                                          \
  X(curl_multi_init)                                                                               \
  X(curl_multi_perform)                                                                            \
  X(curl_multi_poll)                                                                               \
  X(curl_multi_remove_handle)                                                                      \
  X(curl_multi_wakeup)                                                                             \
  X(curl_share_cleanup)                                                                            \
  X(curl_share_init)                                                                               \
  X(curl_share_setopt)                                                                             \
  X(curl_slist_append)                                                                             \
  X(curl_slist_free_all)                                                                           \
  X(curl_url)                                                                                      \
  X(curl_url_cleanup)                                                                              \
  X(curl_url_get)                                                                                  \
  X(curl_url_set)

typedef struct {
  CURL_FUNCTIONS(LATE_MEMBER)
} CurlLibrary;
/* Its functions; loads it when that has not been done. */
const CurlLibrary *curl_library(void);

#define curl_easy_cleanup        curl_library()->curl_easy_cleanup
#define curl_easy_getinfo        curl_library()->curl_easy_getinfo
#define curl_easy_init           curl_library()->curl_easy_init
#define curl_easy_reset          curl_library()->curl_easy_reset
#define curl_easy_setopt         curl_library()->curl_easy_setopt
#define curl_easy_strerror       curl_library()->curl_easy_strerror
#define curl_free                curl_library()->curl_free
#define curl_getdate             curl_library()->curl_getdate
#define curl_global_init_mem     curl_library()->curl_global_init_mem
#define curl_multi_add_handle    curl_library()->curl_multi_add_handle
#define curl_multi_cleanup       curl_library()->curl_multi_cleanup
#define curl_multi_info_read     curl_library()->curl_multi_info_read
#define curl_multi_init          curl_library()->curl_multi_init
#define curl_multi_perform       curl_library()->curl_multi_perform
#define curl_multi_poll          curl_library()->curl_multi_poll
#define curl_multi_remove_handle curl_library()->curl_multi_remove_handle
#define curl_multi_wakeup        curl_library()->curl_multi_wakeup
#define curl_share_cleanup       curl_library()->curl_share_cleanup
#define curl_share_init          curl_library()->curl_share_init
#define curl_share_setopt        curl_library()->curl_share_setopt
#define curl_slist_append        curl_library()->curl_slist_append
#define curl_slist_free_all      curl_library()->curl_slist_free_all
#define curl_url                 curl_library()->curl_url
#define curl_url_cleanup         curl_library()->curl_url_cleanup
#define curl_url_get             curl_library()->curl_url_get
#define curl_url_set             curl_library()->curl_url_set
#endif
