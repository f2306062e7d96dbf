/* The rung of the ladder that is the profile's turn, as front ends see it. */
#include "app/place.h"

#include "app/app-private.h"
#include "base/error.h"

void
app_place_clear(AppPlace *place)
{
  g_clear_pointer(&place->text, g_free);
  g_clear_pointer(&place->remedy, g_free);
}

static PlaceWay
way_of(const CredentialsState *state)
{
  static const PlaceWay ways[] = {
      [UNLOCK_NOT] = PLACE_CLOSED,
      [UNLOCK_PASSWORD] = PLACE_PASSWORD,
      [UNLOCK_NEW] = PLACE_NEW_PASSWORD,
      [UNLOCK_PROMPT] = PLACE_PROMPT,
  };
  return state->state == RUNG_READY ? PLACE_OPEN : ways[state->unlock];
}

gboolean
app_place(App *app, AppPlace *ret_place, GCancellable *cancellable, GError **error)
{
  g_auto(CredentialsState) state = {0};
  Credentials *credentials = app_credentials(app);
  if (credentials == NULL)
    return config_profile(app_config(app), NULL, error) != NULL;
  credentials_probe(credentials, &state, cancellable);
  *ret_place = (AppPlace){
      .name = state.kind,
      .way = way_of(&state),
      .locked = state.state == RUNG_LOCKED,
      .can_keep = credentials_can_save(credentials),
      .wants_bus =
          state.state == RUNG_ABSENT && g_str_equal(state.kind, "keyring") && keyring_wants_bus(),
      .text = g_steal_pointer(&state.text),
      .remedy = g_steal_pointer(&state.remedy),
  };
  return TRUE;
}

gboolean
app_unlock(App *app, const Secret *password, GCancellable *cancellable, GError **error)
{
  Credentials *credentials = app_credentials(app);
  if (credentials == NULL)
    return config_profile(app_config(app), NULL, error) != NULL;
  return credentials_unlock(credentials, password, cancellable, error);
}

void
app_place_error(const AppPlace *place, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, "%s%s%s", place->text,
              place->remedy != NULL ? " " : "", place->remedy != NULL ? place->remedy : "");
}
