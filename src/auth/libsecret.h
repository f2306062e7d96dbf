/* libsecret, loaded when a keyring is asked for the first time. */
#pragma once

#include "base/late.h"
/* For secret_service_encode_dbus_secret(): a stable name behind a gate. */
#define SECRET_WITH_UNSTABLE         1
#define SECRET_API_SUBJECT_TO_CHANGE 1
#include <libsecret/secret.h>

#ifdef LATE_SECRET
#define SECRET_FUNCTIONS(X)                                                                        \
  X(secret_attributes_build)                                                                       \
  X(secret_collection_for_alias_sync)                                                              \
  X(secret_collection_get_locked)                                                                  \
  X(secret_item_create_sync)                                                                       \
  X(secret_item_delete_sync)                                                                       \
  X(secret_item_get_locked)                                                                        \
  X(secret_item_get_secret)                                                                        \
  X(secret_item_set_secret_sync)                                                                   \
  X(secret_service_encode_dbus_secret)                                                             \
  X(secret_service_get_type)                                                                       \
  X(secret_service_open_sync)                                                                      \
  X(secret_service_search_sync)                                                                    \
  X(secret_value_get)                                                                              \
  X(secret_value_new)                                                                              \
  X(secret_value_unref)

typedef struct {
  SECRET_FUNCTIONS(LATE_MEMBER)
} SecretLibrary;
/* Its functions; loads it when that has not been done. */
const SecretLibrary *secret_library(void);

#define secret_attributes_build           secret_library()->secret_attributes_build
#define secret_collection_for_alias_sync  secret_library()->secret_collection_for_alias_sync
#define secret_collection_get_locked      secret_library()->secret_collection_get_locked
#define secret_item_create_sync           secret_library()->secret_item_create_sync
#define secret_item_delete_sync           secret_library()->secret_item_delete_sync
#define secret_item_get_locked            secret_library()->secret_item_get_locked
#define secret_item_get_secret            secret_library()->secret_item_get_secret
#define secret_item_set_secret_sync       secret_library()->secret_item_set_secret_sync
#define secret_service_encode_dbus_secret secret_library()->secret_service_encode_dbus_secret
#define secret_service_get_type           secret_library()->secret_service_get_type
#define secret_service_open_sync          secret_library()->secret_service_open_sync
#define secret_service_search_sync        secret_library()->secret_service_search_sync
#define secret_value_get                  secret_library()->secret_value_get
#define secret_value_new                  secret_library()->secret_value_new
#define secret_value_unref                secret_library()->secret_value_unref
#endif
