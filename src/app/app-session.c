/* What signing in and out come to, said in one line: which way, which place for
 * the secret, until when. */
#include "app/app-private.h"
#include "app/place.h"
#include "auth/certificate.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"

/* The service ends a sign-in that was not used for so long; contract 2.2. */
#define REFRESH_DAYS 90

char *
app_login_way(const App *app)
{
  const Profile *profile = app_profile(app);
  if (g_str_equal(profile->sign_in, "client-certificate"))
    return g_strdup_printf(_("with the certificate %s"), profile->certificate);
  if (g_str_equal(profile->sign_in, "federated-token"))
    return g_strdup_printf(_("with the token in %s"), profile->token_file);
  if (app_login_shows_code(app))
    return g_strdup(_("as a person, by a code"));
  return g_strdup(_("as the application, by its secret"));
}

/* Where what it needs is; NULL: it needs nothing that is kept. The caller owns it. */
static char *
said_place(App *app, GCancellable *cancellable)
{
  g_auto(AppPlace) place = {0};
  if (app_login_keeps(app) == NULL || !app_place(app, &place, cancellable, NULL))
    return NULL;
  const char *text = app_login_shows_code(app) ? _("the sign-in is kept in: %s")
                     : place.can_keep          ? _("the secret is kept in: %s")
                                               : _("the secret comes from: %s");
  return g_strdup_printf(text, place.name);
}

/* Until when it holds without a person doing anything. */
static char *
said_end(App *app)
{
  const Profile *profile = app_profile(app);
  gint64 token = token_source_expires(app_tokens(app));
  if (app_login_shows_code(app))
    return g_strdup_printf(_("it ends after %d days without use"), REFRESH_DAYS);
  if (g_str_equal(profile->sign_in, "client-certificate")) {
    g_autoptr(Certificate) certificate =
        certificate_load(profile->certificate, profile->certificate_key, NULL, NULL, NULL);
    g_autofree char *date =
        certificate == NULL ? NULL : clock_format_date(certificate_ends(certificate));
    if (date != NULL)
      return g_strdup_printf(_("the certificate is valid until %s"), date);
  }
  g_autofree char *time = clock_format_time(token);
  return g_strdup_printf(_("the token holds until %s and is renewed by itself"), time);
}

char *
app_login_said(App *app, GCancellable *cancellable)
{
  g_autofree char *place = said_place(app, cancellable);
  g_autofree char *end = said_end(app);
  g_autofree char *way = app_login_way(app);
  g_autofree char *start = g_strdup_printf(_("Signed in to %s %s"), app_profile(app)->tenant, way);
  return g_strdup_printf("%s; %s%s%s.", start, place == NULL ? "" : place,
                         place == NULL ? "" : "; ", end);
}

gboolean
app_has_asked(App *app)
{
  return app_tokens(app) != NULL && token_source_expires(app_tokens(app)) > 0;
}

gboolean
app_logout(App *app, char **ret_said, GCancellable *cancellable, GError **error)
{
  g_auto(AppPlace) place = {0};
  if (app_graph(app, error) == NULL || !app_place(app, &place, cancellable, error))
    return FALSE;
  const char *kept = app_login_keeps(app), *name = app_profile(app)->name;
  g_autofree char *said = NULL;
  token_source_drop(app_tokens(app));
  if (kept == NULL)
    said = g_strdup_printf(_("Signed out of the profile “%s”; this way to sign in keeps nothing."),
                           name);
  else if (!place.can_keep)
    said = g_strdup_printf(_("Signed out of the profile “%s”; the secret comes from: %s, and is "
                             "still there."),
                           name, place.name);
  else if (credentials_forget(app_credentials(app), kept, cancellable, error))
    said = g_strdup_printf(_("Signed out of the profile “%s”; what was kept in: %s is removed."),
                           name, place.name);
  gboolean done = said != NULL;
  if (done && ret_said != NULL)
    *ret_said = g_steal_pointer(&said);
  return done;
}
