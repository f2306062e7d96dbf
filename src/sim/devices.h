/* Device codes that wait for a person. */
#pragma once

#include "sim/call.h"
#include "sim/tokens.h"

#define DEVICES_LIFETIME 900
#define DEVICES_INTERVAL 1

typedef enum { DEVICE_PENDING, DEVICE_APPROVED, DEVICE_DECLINED } DeviceState;
typedef struct {
  char *device_code, *user_code, *scopes;
  const App *app;
  gint64 expires, polled; /* milliseconds */
  guint32 user;
  DeviceState state;
} Device;

Devices *devices_new(void);
void devices_free(Devices *devices);
/* A new code; lent until it is taken or expired. */
const Device *devices_add(Sim *sim, const App *app, const char *scopes, gint64 now);
Device *devices_find(Devices *devices, const char *device_code);
/* The person at the page; FALSE if there is no such code. */
gboolean devices_decide(Sim *sim, const char *user_code, DeviceState state, guint32 user);
/* It was exchanged for a token. */
void devices_take(Devices *devices, Device *device);
