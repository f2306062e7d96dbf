/* doctor's checks of this machine: configuration, files, locale, terminal, the
 * store, and the places for secrets. None of them needs the network. */
#include "app/doctor-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include <locale.h>
#include <pwd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- configuration --- */

static void
check_configuration(Doctor *doctor)
{
  const Config *config = app_config(doctor->app);
  const GError *problem = app_problem(doctor->app);
  guint rows = 0;
  for (guint i = 0; config->wrong != NULL && i < config->wrong->len; i++, rows++)
    doctor_failed(doctor, 2, g_strdup(config->wrong->pdata[i]),
                  g_strdup(_("correct it; usher.conf(5) explains every key")));
  for (guint i = 0; i < config->unknown->len; i++, rows++)
    doctor_warn(doctor, g_strdup(config->unknown->pdata[i]),
                g_strdup(_("correct it or take it out; it has no effect")));
  if (config->path == NULL && rows == 0)
    doctor_warn(doctor, g_strdup(_("there is no configuration file")),
                g_strdup(_("'usher setup' makes one, 'usher demo' needs none")));
  else if (rows == 0)
    doctor_ok(doctor, g_strdup(config->path));
  if (problem != NULL && (config->wrong == NULL || config->wrong->len == 0))
    doctor_failed_by(doctor, problem, g_strdup(_("correct it; usher.conf(5) explains every key")));
}

static void
check_profile(Doctor *doctor)
{
  const Profile *profile = app_profile(doctor->app);
  if (app_problem(doctor->app) != NULL)
    doctor_not_checked(doctor, g_strdup(app_problem(doctor->app)->message));
  else if (profile == NULL)
    doctor_not_checked(doctor, g_strdup(_("no profile is configured; 'usher setup' makes one")));
  else
    doctor_ok(doctor, g_strdup_printf(_("%s: tenant %s, %s"), profile->name, profile->tenant,
                                      profile->sign_in));
}

/* --- files --- */

typedef struct {
  char *path;
  gboolean secret; /* nobody else may even read it */
} OwnFile;

static void
own_file_clear(gpointer data)
{
  g_free(((OwnFile *)data)->path);
}

static void
add_file(GArray *files, char *path, gboolean secret)
{
  OwnFile file = {path, secret};
  g_array_append_val(files, file);
}

/* What usher reads or writes by itself; the system's own configuration is others' by right. */
static GArray *
own_files(Doctor *doctor)
{
  GArray *files = g_array_new(FALSE, FALSE, sizeof(OwnFile));
  g_autofree char *config = file_config_dir(), *state = file_state_dir();
  const char *path = app_config(doctor->app)->path;
  g_array_set_clear_func(files, own_file_clear);
  if (path != NULL && !config_is_of_system(path))
    add_file(files, g_strdup(path), FALSE);
  add_file(files, g_steal_pointer(&config), FALSE);
  add_file(files, g_build_filename(state, "usher.db", NULL), TRUE);
  add_file(files, g_build_filename(state, "usher.log", NULL), TRUE);
  add_file(files, g_steal_pointer(&state), TRUE);
  add_file(files, file_cache_dir(), TRUE);
  return files;
}

static char *
owner_name(uid_t uid)
{
  struct passwd *entry = getpwuid(uid);
  return entry != NULL ? g_strdup(entry->pw_name) : g_strdup_printf("%u", (guint)uid);
}

/* TRUE if nothing is wrong with it. */
static gboolean
check_file(Doctor *doctor, const OwnFile *file, const struct stat *status)
{
  if (status->st_uid != geteuid() && !(status->st_uid == 0 && !file->secret)) {
    g_autofree char *owner = owner_name(status->st_uid);
    doctor_failed(doctor, 2, g_strdup_printf(_("%s belongs to %s"), file->path, owner),
                  geteuid() == 0
                      ? g_strdup(_("become root with “sudo -i”, which has a home of its own"))
                      : g_strdup_printf("sudo chown %u %s", (guint)geteuid(), file->path));
    return FALSE;
  }
  if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    doctor_warn(doctor, g_strdup_printf(_("%s can be changed by others"), file->path),
                g_strdup_printf("chmod go-w %s", file->path));
    return FALSE;
  }
  if (file->secret && (status->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    doctor_warn(doctor, g_strdup_printf(_("%s can be read by others"), file->path),
                g_strdup_printf("chmod go= %s", file->path));
    return FALSE;
  }
  return TRUE;
}

static void
check_files(Doctor *doctor)
{
  g_autoptr(GArray) files = own_files(doctor);
  guint well = 0, wrong = 0;
  for (guint i = 0; i < files->len; i++) {
    const OwnFile *file = &g_array_index(files, OwnFile, i);
    struct stat status;
    if (stat(file->path, &status) != 0)
      continue;
    if (check_file(doctor, file, &status))
      well++;
    else
      wrong++;
  }
  if (wrong == 0)
    doctor_ok(doctor,
              g_strdup_printf(ngettext("%u file or folder of usher belongs to you alone",
                                       "%u files and folders of usher belong to you alone", well),
                              well));
}

/* --- locale and terminal --- */

static const char *
asked_locale(void)
{
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = g_getenv(names[i]);
    if (value != NULL && *value != '\0')
      return value;
  }
  return NULL;
}

static void
check_locale(Doctor *doctor)
{
  const char *asked = asked_locale(), *used = setlocale(LC_CTYPE, NULL);
  gboolean plain = used == NULL || g_str_equal(used, "C") || g_str_equal(used, "POSIX");
  if (text_locale_is_utf8())
    doctor_ok(doctor, g_strdup_printf(_("%s, UTF-8"), used));
  else if (asked != NULL && plain && !g_str_equal(asked, "C") && !g_str_equal(asked, "POSIX"))
    doctor_warn(doctor,
                g_strdup_printf(_("the locale %s is not installed: names show in ASCII"), asked),
                g_strdup(_("“locale -a” lists what there is; C.UTF-8 is nearly everywhere")));
  else
    doctor_warn(doctor, g_strdup(_("the locale is not UTF-8: names show in ASCII")),
                g_strdup(_("set LANG to a UTF-8 locale, for instance C.UTF-8")));
}

/* Whether some database of terminals describes it: by its first letter, or that in hexadecimal. */
static gboolean
is_described(const char *term)
{
  const char *own = g_getenv("TERMINFO"), *more = g_getenv("TERMINFO_DIRS");
  g_autofree char *home = g_build_filename(g_get_home_dir(), ".terminfo", NULL);
  g_autofree char *all =
      g_strjoin(":", own == NULL ? "" : own, home, more == NULL ? "" : more, "/etc/terminfo",
                "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo", NULL);
  g_auto(GStrv) folders = g_strsplit(all, ":", -1);
  for (char **folder = folders; *folder != NULL; folder++) {
    g_autofree char *letter = g_strdup_printf("%s/%c/%s", *folder, *term, term);
    g_autofree char *number = g_strdup_printf("%s/%x/%s", *folder, (guchar)*term, term);
    if (**folder != '\0' &&
        (g_file_test(letter, G_FILE_TEST_EXISTS) || g_file_test(number, G_FILE_TEST_EXISTS)))
      return TRUE;
  }
  return FALSE;
}

#define LEAST_COLUMNS 40
#define LEAST_ROWS    10

static void
check_terminal(Doctor *doctor)
{
  const char *term = g_getenv("TERM");
  struct winsize size = {0};
  int fd = isatty(STDIN_FILENO) ? STDIN_FILENO : STDERR_FILENO;
  if (!isatty(fd)) {
    doctor_ok(doctor, g_strdup(_("there is none here; commands need none, the console does")));
    return;
  }
  if (term == NULL || *term == '\0' || g_str_equal(term, "dumb")) {
    doctor_warn(doctor,
                g_strdup_printf(_("TERM is %s: commands work, the console does not"),
                                term == NULL || *term == '\0' ? _("not set") : term),
                g_strdup(_("TERM=xterm-256color usher, if the terminal can do that")));
    return;
  }
  if (!is_described(term)) {
    doctor_warn(doctor, g_strdup_printf(_("this machine does not know the terminal %s"), term),
                g_strdup(_("TERM=xterm-256color usher, or install ncurses-term")));
    return;
  }
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
      (size.ws_col < LEAST_COLUMNS || size.ws_row < LEAST_ROWS)) {
    doctor_warn(
        doctor,
        g_strdup_printf(_("%s, %u×%u: too small for the console"), term, size.ws_col, size.ws_row),
        g_strdup_printf(_("enlarge it to %u×%u or more"), LEAST_COLUMNS, LEAST_ROWS));
    return;
  }
  doctor_ok(doctor, g_strdup_printf("%s, %u×%u", term, size.ws_col, size.ws_row));
}

/* --- what is kept here --- */

static void
check_store(Doctor *doctor)
{
  g_autoptr(GError) error = NULL;
  Store *store = app_store(doctor->app, &error);
  g_autofree char *dir = file_state_dir();
  if (store == NULL || !store_check_writable(store, &error)) {
    gboolean usable = access(dir, W_OK | X_OK) == 0;
    doctor_failed_by(
        doctor, error,
        usable ? NULL
               : g_strdup_printf(_("let %s be written to by you, or name another folder in "
                                   "XDG_STATE_HOME; nothing is sent before the journal can be "
                                   "written"),
                                 dir));
    return;
  }
  g_autoptr(GArray) open = app_unfinished(doctor->app, NULL);
  guint n = open == NULL ? 0 : open->len;
  if (n > 0)
    doctor_warn(doctor,
                g_strdup_printf(ngettext("%u plan is unfinished", "%u plans are unfinished", n), n),
                g_strdup(_("'usher repair' finishes or rolls back")));
  else
    doctor_ok(doctor, g_strdup_printf(_("the journal in %s can be written"), dir));
}

/* The rung that serves decides; those that are passed by and those that could be chosen are
 * told beside it. */
static void
say_rung(Doctor *doctor, const LadderRung *rung, const char *why)
{
  g_autofree char *what = g_strdup_printf("%s: %s", rung->title, rung->found.text);
  RungState state = rung->found.state;
  if (!rung->configured)
    doctor_ok(doctor, g_strdup_printf(_("not chosen: %s"), what));
  else if (!rung->in_use && state != RUNG_ABSENT)
    doctor_ok(doctor, g_strdup_printf(_("after that: %s"), what));
  else if (!rung->in_use)
    doctor_warn(doctor, g_strdup_printf(_("passed by: %s"), what), g_strdup(rung->found.remedy));
  else if (state == RUNG_READY)
    doctor_ok(doctor, g_strdup_printf(_("in use: %s %s"), what, why));
  else if (state == RUNG_EMPTY)
    doctor_warn(doctor, g_strdup_printf(_("in use: %s %s"), what, why),
                g_strdup(rung->found.remedy));
  else
    doctor_failed(doctor, 3, g_strdup_printf(_("in use: %s %s"), what, why),
                  g_strdup(rung->found.remedy));
}

/* More than so long before its end it is quiet about a certificate. */
#define CERTIFICATE_WARN (30 * CLOCK_DAY)

static Certificate *
open_certificate(Doctor *doctor, GError **error)
{
  const Profile *profile = app_profile(doctor->app);
  g_autoptr(Secret) passphrase = NULL;
  if (app_login_keeps(doctor->app) != NULL && app_graph(doctor->app, error) != NULL) {
    passphrase = credentials_load(app_credentials(doctor->app), "certificate-passphrase",
                                  doctor->cancellable, error);
    if (passphrase == NULL)
      return NULL;
  }
  return certificate_load(profile->certificate, profile->certificate_key, passphrase, NULL, error);
}

/* Of the profiles that sign in with one. */
static void
check_certificate(Doctor *doctor)
{
  const Profile *profile = app_profile(doctor->app);
  g_autoptr(GError) error = NULL;
  if (!g_str_equal(profile->sign_in, "client-certificate"))
    return;
  g_autoptr(Certificate) certificate = open_certificate(doctor, &error);
  if (certificate == NULL) {
    doctor_failed_by(doctor, error, NULL);
    return;
  }
  gint64 ends = certificate_ends(certificate);
  g_autofree char *date = clock_format_date(ends);
  g_autofree char *thumbprint = certificate_thumbprint(certificate);
  char *what = g_strdup_printf(_("%s, thumbprint %s, is valid until %s"), profile->certificate,
                               thumbprint, date);
  if (ends - clock_now() > CERTIFICATE_WARN)
    doctor_ok(doctor, what);
  else
    doctor_warn(
        doctor, what,
        g_strdup(_("make a new one, upload it to the app registration beside this one, then "
                   "name it in the profile")));
}

static void
check_keyring(Doctor *doctor)
{
  if (app_login_keeps(doctor->app) == NULL && app_config(doctor->app)->smtp_user == NULL) {
    doctor_ok(doctor, g_strdup_printf(_("not needed: %s keeps no secret here"),
                                      app_profile(doctor->app)->sign_in));
    return;
  }
  CredentialsOptions places;
  profile_credentials(app_profile(doctor->app), &places);
  g_autoptr(Ladder) ladder = ladder_probe(&places, doctor->cancellable);
  for (guint i = 0; i < ladder->rungs->len; i++)
    say_rung(doctor, &g_array_index(ladder->rungs, LadderRung, i), ladder->why);
  if (ladder->in_use < 0)
    doctor_failed(doctor, 3, g_strdup(ladder->why),
                  g_strdup(_("name another place in credentials (usher-auth(7))")));
}

const DoctorCheck doctor_machine[] = {
    {"configuration", NULL, check_configuration},
    {"files", NULL, check_files},
    {"locale", NULL, check_locale},
    {"terminal", NULL, check_terminal},
    {"store", NULL, check_store},
    {"profile", NULL, check_profile},
    {"keyring", "profile", check_keyring},
    {"certificate", "profile keyring", check_certificate},
    {NULL, NULL, NULL},
};
