/* The place where the profile's secrets are kept, for the front ends: what state
 * it is in, and opening it when a person is there to be asked. */
#pragma once

#include "app/app.h"

/* What has to be asked for so that it opens. */
typedef enum {
  PLACE_OPEN,         /* nothing: it is open */
  PLACE_PASSWORD,     /* its password or passphrase */
  PLACE_NEW_PASSWORD, /* one that is chosen now */
  PLACE_PROMPT,       /* the person answers on the desktop */
  PLACE_CLOSED        /* it cannot be opened from here */
} PlaceWay;

typedef struct {
  const char *name;    /* as in `credentials` */
  PlaceWay way;        /* PLACE_NEW_PASSWORD for what is not made yet */
  gboolean locked;     /* there is something in it that cannot be read now */
  gboolean can_keep;   /* secrets can be kept in one of the profile's places */
  gboolean wants_bus;  /* a session bus is what is missing, and one can be started */
  char *text, *remedy; /* translated; remedy may be NULL */
} AppPlace;
void app_place_clear(AppPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AppPlace, app_place_clear)

/* Looks, at most 3 s; never prompts. FALSE only when there is no profile (USHER_ERROR_CONFIG).
 * Needs nothing of the network. */
gboolean app_place(App *app, AppPlace *ret_place, GCancellable *cancellable, GError **error);
/* Opens it, with the password that `way` asks for (NULL for PLACE_PROMPT). USHER_ERROR_REFUSED:
 * the password is wrong or too short, ask again; USHER_ERROR_KEYRING otherwise. */
gboolean app_unlock(App *app, const Secret *password, GCancellable *cancellable, GError **error);
/* The error of a place that stays closed: USHER_ERROR_KEYRING. */
void app_place_error(const AppPlace *place, GError **error);
