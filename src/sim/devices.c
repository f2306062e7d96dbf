/* Device codes: kept until used, or a day after they expired. */
#include "sim/devices.h"

#include <string.h>

#define KEPT 1000

struct Devices {
  GPtrArray *list;
};

static void
device_free(gpointer data)
{
  Device *device = data;

  g_free(device->device_code);
  g_free(device->user_code);
  g_free(device->scopes);
  g_free(device);
}

Devices *
devices_new(void)
{
  Devices *devices = g_new0(Devices, 1);

  devices->list = g_ptr_array_new_with_free_func(device_free);
  return devices;
}

void
devices_free(Devices *devices)
{
  g_ptr_array_free(devices->list, TRUE);
  g_free(devices);
}

static char *
random_code(Sim *sim, int length)
{
  static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ23456789";
  char *code = g_malloc((gsize)length + 1);

  for (int i = 0; i < length; i++)
    code[i] = letters[sim_random(sim) % (sizeof letters - 1)];
  code[length] = 0;
  return code;
}

const Device *
devices_add(Sim *sim, const App *app, const char *scopes, gint64 now)
{
  Device *device = g_new0(Device, 1);

  *device = (Device){.device_code = random_code(sim, 48),
                     .user_code = random_code(sim, 9),
                     .scopes = g_strdup(scopes),
                     .app = app,
                     .expires = now + DEVICES_LIFETIME * 1000};
  if (sim->devices->list->len >= KEPT)
    g_ptr_array_remove_index(sim->devices->list, 0);
  g_ptr_array_add(sim->devices->list, device);
  return device;
}

Device *
devices_find(Devices *devices, const char *device_code)
{
  for (guint i = 0; i < devices->list->len; i++) {
    Device *device = g_ptr_array_index(devices->list, i);
    if (strcmp(device->device_code, device_code) == 0)
      return device;
  }
  return NULL;
}

gboolean
devices_decide(Sim *sim, const char *user_code, DeviceState state, guint32 user)
{
  for (guint i = 0; i < sim->devices->list->len; i++) {
    Device *device = g_ptr_array_index(sim->devices->list, i);
    if (g_ascii_strcasecmp(device->user_code, user_code) != 0)
      continue;
    device->state = state;
    device->user = user;
    return TRUE;
  }
  return FALSE;
}

void
devices_take(Devices *devices, Device *device)
{
  g_ptr_array_remove(devices->list, device);
}
